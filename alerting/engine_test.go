package alerting

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

var (
	outage = map[string]int64{"availability": 100}
	quiet  = map[string]int64{}
)

// summary is a message as a test compares it.
func summary(told []Notification) (out []string) {
	for _, n := range told {
		loud := ""
		if n.Loud {
			loud = " loud"
		}
		out = append(out, n.Destination.Name+" "+string(n.Status)+" "+n.Kind+" "+n.Incident.Severity.String()+loud)
	}
	return out
}

func wantTold(t *testing.T, told []Notification, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, summary(told)); diff != "" {
		t.Fatalf("told (-want +got):\n%s", diff)
	}
}

func kinds(events []Event) (out []string) {
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}

func TestEngineFollowsAnOutageToItsEnd(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slots(10*time.Minute, quiet)
	told := s.until(outage)
	wantTold(t, told, "team/slack/0 firing opened page loud", "pager/webhook/0 firing opened page loud")
	first := told[0]
	if !strings.HasPrefix(first.Reason, "availability: burn rate ") || first.ExternalURL != "https://slo.example.com" || !first.DecidedAt.Equal(s.clock) {
		t.Errorf("message: %+v", first)
	}
	if s.wakes != 1 {
		t.Errorf("woke the sender %d times, want once", s.wakes)
	}
	incident := s.incident()
	if incident.Owner != "team-checkout" || incident.Labels["tier"] != "critical" || s.engine.OpenIncident(s.slos[1].ID) != incident.ID {
		t.Errorf("incident: %+v", incident)
	}
	if open, err := s.engine.OpenIncidents(t.Context()); err != nil || len(open) != 1 || open[0].ID != incident.ID || open[0].Timeline != nil {
		t.Errorf("open: %+v, %v", open, err)
	}

	s.slots(5*time.Minute, outage)
	for _, n := range s.store.told() {
		t.Errorf("told about nothing new: %s", n.Reason)
	}
	if got, was := s.incident().Alerts[0].Reason, incident.Alerts[0].Reason; got == was {
		t.Errorf("the incident still shows the numbers of its opening: %s", got)
	}
	fell := s.until(quiet)
	wantTold(t, fell, "team/slack/0 firing severity ticket", "pager/webhook/0 firing severity ticket")
	if !strings.HasPrefix(fell[0].Reason, "severity fell from page to ticket: availability: ") {
		t.Errorf("reason: %s", fell[0].Reason)
	}
	ended := s.until(quiet)
	wantTold(t, ended, "team/slack/0 resolved resolved ticket", "pager/webhook/0 resolved resolved ticket")
	incident = s.incident()
	if incident.State != IncidentResolved || !strings.Contains(ended[0].Reason, "availability is over: ") || s.engine.OpenIncident(s.first()) != "" {
		t.Errorf("incident: %+v, reason %s", incident, ended[0].Reason)
	}
	if got := kinds(incident.Timeline); got[0] != EventOpened || got[len(got)-1] != EventResolved {
		t.Errorf("timeline: %v", got)
	}
}

func TestEngineKeepsOneIncidentPerFunction(t *testing.T) {
	s := newScene(t, "availability", "latency")
	wantTold(t, s.until(map[string]int64{"availability": 100}), "team/slack/0 firing opened page loud", "pager/webhook/0 firing opened page loud")
	both := map[string]int64{"availability": 100, "latency": 100}
	joined := s.until(both)
	wantTold(t, joined, "team/slack/0 firing alert page", "pager/webhook/0 firing alert page")
	if !strings.HasPrefix(joined[0].Reason, "latency burns (page): ") || len(joined[0].Facts) != 2 {
		t.Errorf("message: %s with %d facts", joined[0].Reason, len(joined[0].Facts))
	}
	incident := s.incident()
	if len(incident.Alerts) != 2 || len(incident.Labels) != 1 {
		t.Errorf("%d alerts, labels %v; want both, and only the labels that agree", len(incident.Alerts), incident.Labels)
	}
	if incidents, _ := s.engine.Incidents(t.Context(), 10); len(incidents) != 1 {
		t.Errorf("%d incidents", len(incidents))
	}
}

func TestEngineTakesAcknowledgements(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slos[0].MaxSeverity = slo.SeverityTicket
	wantTold(t, s.until(outage), "team/slack/0 firing opened ticket")
	id := s.incident().ID
	got, err := s.engine.Acknowledge(t.Context(), id, "ada", "looking")
	if err != nil || got.State != IncidentAcked || got.AckedBy != "ada" || !got.AckedAt.Equal(s.clock) {
		t.Fatalf("acknowledged: %+v, %v", got, err)
	}
	acked := s.store.told()
	wantTold(t, acked, "team/slack/0 firing acked ticket")
	if acked[0].Reason != "acknowledged by ada: looking" || acked[0].Facts[0].BurnRateLong == nil {
		t.Errorf("message: %s, facts %+v", acked[0].Reason, acked[0].Facts)
	}
	s.slots(10*time.Minute, outage)
	if s.incident().State != IncidentAcked {
		t.Error("an acknowledgement does not last")
	}
	wantTold(t, s.until(map[string]int64{"availability": 100, "latency": 100}),
		"team/slack/0 firing severity page loud", "pager/webhook/0 firing severity page loud")
	if i := s.incident(); i.State != IncidentOpen || i.AckedBy != "" {
		t.Errorf("a rise leaves the acknowledgement of %q", i.AckedBy)
	}
}

func TestEngineRefusesWhatMakesNoSense(t *testing.T) {
	s := newScene(t, "availability")
	if _, err := s.engine.Acknowledge(t.Context(), "nonsense", "ada", ""); !errors.Is(err, ErrNoIncident) {
		t.Errorf("acknowledging nothing: %v", err)
	}
	s.until(outage)
	id := s.incident().ID
	if _, err := s.engine.Resolve(t.Context(), id, "ada", "", false); !errors.Is(err, ErrBurning) {
		t.Errorf("resolving what burns: %v", err)
	}
	if _, err := s.engine.Resolve(t.Context(), id, "ada", "known", true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.engine.Acknowledge(t.Context(), id, "ada", ""); !errors.Is(err, ErrResolved) {
		t.Errorf("acknowledging what is over: %v", err)
	}
	if _, err := s.engine.Resolve(t.Context(), id, "ada", "", true); !errors.Is(err, ErrResolved) {
		t.Errorf("resolving what is over: %v", err)
	}
	if _, err := NewEngine(t.Context(), Config{}); err == nil {
		t.Error("an engine without a store")
	}
}

func TestEngineResolvedByForce(t *testing.T) {
	force := func(t *testing.T) *scene {
		s := newScene(t, "availability")
		s.until(outage)
		if _, err := s.engine.Resolve(t.Context(), s.incident().ID, "", "", true); err != nil {
			t.Fatal(err)
		}
		forced := s.store.told()
		wantTold(t, forced, "team/slack/0 resolved resolved page", "pager/webhook/0 resolved resolved page")
		if forced[0].Reason != "resolved by hand by somebody" {
			t.Errorf("reason: %s", forced[0].Reason)
		}
		return s
	}
	t.Run("stays closed for the time to reopen and opens again if it still burns", func(t *testing.T) {
		s := force(t)
		id := s.incident().ID
		s.slots(30*time.Minute, outage)
		if s.incident().Open() {
			t.Fatal("opened early")
		}
		s.restart() // the wait survives a restart
		reopened := s.until(outage)
		wantTold(t, reopened, "team/slack/0 firing reopened page loud", "pager/webhook/0 firing reopened page loud")
		if reopened[0].Incident.ID != id || reopened[0].Incident.ResolvedBy != "" {
			t.Errorf("reopened as %s resolved by %q, want %s by nobody", reopened[0].Incident.ID, reopened[0].Incident.ResolvedBy, id)
		}
	})
	t.Run("opens at once when it burns anew", func(t *testing.T) {
		s := force(t)
		for s.engine.Alert(s.first()).Phase == PhaseFiring {
			s.slots(step, quiet)
		}
		s.slots(2*time.Minute, outage)
		if s.engine.Alert(s.first()).Phase != PhaseFiring {
			t.Fatalf("alert: %+v", s.engine.Alert(s.first()))
		}
		wantTold(t, s.store.told(), "team/slack/0 firing reopened page loud", "pager/webhook/0 firing reopened page loud")
	})
	t.Run("opens at once when a fast tier burns anew beneath a slow one", func(t *testing.T) {
		for what, calm := range map[string]time.Duration{"that is over": 12 * time.Minute, "that is recovering": 5 * time.Minute} {
			s := newScene(t, "availability")
			s.slots(10*time.Minute, outage)
			s.slots(calm, quiet)
			if a := s.engine.Alert(s.first()); a.Phase != PhaseFiring {
				t.Fatalf("%s: the slow tier does not hold: %+v", what, a)
			}
			if _, err := s.engine.Resolve(t.Context(), s.incident().ID, "ada", "", true); err != nil {
				t.Fatal(err)
			}
			s.slots(2*time.Minute, quiet)
			if s.incident().Open() {
				t.Fatalf("%s: opened without a cause", what)
			}
			s.store.told()
			s.slots(2*time.Minute, outage)
			wantTold(t, s.store.told(), "team/slack/0 firing reopened page loud", "pager/webhook/0 firing reopened page loud")
		}
	})
	t.Run("opens at once when it burns worse", func(t *testing.T) {
		s := newScene(t, "availability", "latency")
		s.slos[0].MaxSeverity = slo.SeverityTicket
		s.until(outage)
		if _, err := s.engine.Resolve(t.Context(), s.incident().ID, "ada", "", true); err != nil {
			t.Fatal(err)
		}
		s.store.told()
		s.slots(2*time.Minute, map[string]int64{"availability": 100, "latency": 100})
		wantTold(t, s.store.told(), "team/slack/0 firing reopened page loud", "pager/webhook/0 firing reopened page loud")
	})
	t.Run("stays closed when it recovers", func(t *testing.T) {
		s := force(t)
		s.slots(20*time.Hour, quiet)
		if told := s.store.told(); len(told) != 0 {
			t.Errorf("told %v", summary(told))
		}
	})
}

func TestEngineReopens(t *testing.T) {
	end := func(s *scene) Incident {
		s.until(outage)
		for len(s.store.incidents) == 0 || s.incident().Open() {
			s.slots(step, quiet)
		}
		s.store.told()
		return s.incident()
	}
	t.Run("the same incident when it burns again within half an hour", func(t *testing.T) {
		s := newScene(t, "availability")
		before := end(s)
		again := s.until(outage)
		wantTold(t, again, "team/slack/0 firing reopened page loud", "pager/webhook/0 firing reopened page loud")
		if again[0].Incident.ID != before.ID || !strings.HasPrefix(again[0].Reason, "burns again: ") {
			t.Errorf("%s (%s), want %s", again[0].Incident.ID, again[0].Reason, before.ID)
		}
	})
	t.Run("another one of the same key when it burns later", func(t *testing.T) {
		s := newScene(t, "availability")
		before := end(s)
		s.slots(8*time.Hour, quiet)
		again := s.until(outage)
		wantTold(t, again, "team/slack/0 firing opened page loud", "pager/webhook/0 firing opened page loud")
		if again[0].Incident.ID == before.ID || again[0].Incident.Key != before.Key {
			t.Errorf("%s of key %s after %s of key %s", again[0].Incident.ID, again[0].Incident.Key, before.ID, before.Key)
		}
	})
}

func TestEngineTellsTheEndToWhoeverHeardTheBeginning(t *testing.T) {
	s := newScene(t, "availability")
	s.slots(6*time.Minute, outage)
	s.routes = onlyTo(Destination{Receiver: "new", Name: "new/slack/0"})
	for s.incident().Open() {
		s.slots(step, quiet)
	}
	var ends []string
	for _, n := range s.store.told() {
		if n.Status == StatusResolved {
			ends = append(ends, n.Destination.Name)
		}
	}
	slices.Sort(ends)
	if diff := cmp.Diff([]string{"new/slack/0", "pager/webhook/0", "team/slack/0"}, ends); diff != "" {
		t.Errorf("told the end (-want +got):\n%s", diff) // new heard that the severity fell
	}
}

func TestEngineTellsTheEndToNobodyElse(t *testing.T) {
	s := newScene(t, "availability")
	s.until(outage)
	s.routes = onlyTo(Destination{Receiver: "new", Name: "new/slack/0"})
	if _, err := s.engine.Resolve(t.Context(), s.incident().ID, "ada", "", true); err != nil {
		t.Fatal(err)
	}
	wantTold(t, s.store.told(), "team/slack/0 resolved resolved page", "pager/webhook/0 resolved resolved page")
}

func TestEngineIsQuietAboutABurnThatPauses(t *testing.T) {
	s := newScene(t, "availability")
	s.slots(5*time.Minute, outage)
	s.store.told()
	s.slots(10*time.Minute, map[string]int64{"availability": 10})
	for s.engine.Alert(s.first()).Phase != PhaseRecovering {
		s.slots(step, quiet)
	}
	s.store.told()
	s.slots(2*time.Minute, outage)
	for _, n := range s.store.told() {
		if n.Kind == EventAlert {
			t.Errorf("told that it burns, which was known: %s", n.Reason)
		}
	}
	if got := kinds(s.incident().Timeline); !slices.Contains(got, EventAlert) {
		t.Errorf("not in the timeline either: %v", got)
	}
}

func TestEngineForgetsAnAcknowledgementWhenItReopens(t *testing.T) {
	s := newScene(t, "availability")
	s.until(outage)
	if _, err := s.engine.Acknowledge(t.Context(), s.incident().ID, "ada", ""); err != nil {
		t.Fatal(err)
	}
	for s.incident().Open() {
		s.slots(step, quiet)
	}
	s.store.told()
	s.until(outage)
	if i := s.incident(); i.State != IncidentOpen || i.AckedBy != "" || !i.AckedAt.IsZero() {
		t.Errorf("reopened as %s by %q", i.State, i.AckedBy)
	}
}

func TestEngineClosesTheAlertOfAnSLOThatIsGone(t *testing.T) {
	for _, c := range []struct {
		name    string
		restart bool
	}{{"while it runs", false}, {"while it was down", true}} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, "availability", "latency")
			s.until(outage)
			gone := s.slos[0].ID
			s.slos = s.slos[1:]
			if c.restart {
				s.restart()
			}
			told := s.until(quiet)
			wantTold(t, told, "team/slack/0 resolved resolved page", "pager/webhook/0 resolved resolved page")
			if !strings.HasSuffix(told[0].Reason, ReasonRemoved) {
				t.Errorf("reason: %s", told[0].Reason)
			}
			if _, kept := s.store.alerts[gone]; kept || s.engine.Alert(gone).Active() {
				t.Error("the alert is still there")
			}
		})
	}
}

func TestEngineReopensWithoutTheAlertOfAnSLOThatIsGone(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slots(5*time.Minute, map[string]int64{"availability": 100, "latency": 100})
	if _, err := s.engine.Resolve(t.Context(), s.incident().ID, "ada", "", true); err != nil {
		t.Fatal(err)
	}
	s.slos = s.slos[:1]
	s.store.told()
	s.until(outage)
	for _, a := range s.incident().Alerts {
		if a.Active() != (a.ID == s.first()) {
			t.Errorf("%s is %s (%s)", a.ID, a.Phase, a.Reason)
		}
	}
}

func TestEngineNeverResolvesOnMissingData(t *testing.T) {
	s := newScene(t, "availability")
	s.until(outage)
	for range 1000 {
		for _, w := range s.worlds {
			w.lose(slo.StateSourceDown)
		}
		if err := s.observe(); err != nil {
			t.Fatal(err)
		}
	}
	wantTold(t, s.store.told(), "team/slack/0 firing still_burning page loud", "pager/webhook/0 firing still_burning page loud",
		"team/slack/0 firing still_burning page loud", "pager/webhook/0 firing still_burning page loud")
	if got := s.lastEvent(EventStillBurning); !strings.HasSuffix(got, "; availability may have changed: source_down") || !s.incident().Open() {
		t.Errorf("said again: %q", got)
	}
	alerts, err := s.engine.Alerts(t.Context())
	if err != nil || len(alerts) != 1 || alerts[0].Frozen == "" {
		t.Errorf("alerts: %+v, %v", alerts, err)
	}
}

func TestEngineTellsNobodyWithoutARoute(t *testing.T) {
	s := newScene(t, "availability")
	s.engine.Configure(Settings{})
	s.slots(10*time.Minute, outage)
	if told := s.store.told(); len(told) != 0 || !s.incident().Open() || s.wakes != 0 {
		t.Errorf("told %v, woken %d times, incident open: %v", summary(told), s.wakes, s.incident().Open())
	}
}

func TestEngineIgnoresAnAssessmentWithoutAnSLO(t *testing.T) {
	s := newScene(t, "availability")
	stranger := chargeCard("unknown")
	if err := s.engine.Observe(t.Context(), s.clock, s.slos, []slo.Assessment{assess(stranger, noon, burning)}); err != nil {
		t.Fatal(err)
	}
	if alerts, _ := s.engine.Alerts(t.Context()); len(alerts) != 0 {
		t.Errorf("alerts: %+v", alerts)
	}
}
