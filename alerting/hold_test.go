package alerting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// mutes is a Muter: what mutes which SLO, by name, and what pierces it.
type mutes struct {
	by      map[string][]Muting
	pierced map[string][]string
	deploy  *Deploy
}

func (m mutes) Mute(of Mutable) ([]Muting, []string) {
	return m.by[of.SLO.ID.Name], m.pierced[of.SLO.ID.Name]
}

func (m mutes) LastDeploy(string, string, time.Time) *Deploy { return m.deploy }

var silence = Muting{Kind: MutingSilence, ID: "s1", By: "ada", Reason: "known", Until: noon.Add(31 * 24 * time.Hour)}

func silenced(names ...string) mutes {
	m := mutes{by: map[string][]Muting{}}
	for _, name := range names {
		m.by[name] = []Muting{silence}
	}
	return m
}

// lastEvent is the text of the last event of a kind in the timeline.
func (s *scene) lastEvent(kind string) string {
	s.t.Helper()
	timeline := s.incident().Timeline
	for _, e := range slices.Backward(timeline) {
		if e.Kind == kind {
			return e.Text
		}
	}
	s.t.Fatalf("no event %s in %v", kind, kinds(timeline))
	return ""
}

func (s *scene) wantSilence(span time.Duration, bad map[string]int64) {
	s.t.Helper()
	s.slots(span, bad)
	if told := s.store.told(); len(told) > 0 {
		s.t.Fatalf("told %v", summary(told))
	}
}

func TestWhatIsMutedIsShownAndNobodyIsTold(t *testing.T) {
	s := newScene(t, "availability")
	s.mutes = silenced("availability")
	s.wantSilence(2*time.Minute, outage)
	if i := s.incident(); i.State != IncidentOpen || i.Severity != slo.SeverityPage || len(i.Deliveries) > 0 {
		t.Errorf("incident: %+v", i)
	}
	if diff := cmp.Diff([]Muting{silence}, s.engine.Alert(s.first()).MutedBy); diff != "" {
		t.Errorf("muted by (-want +got):\n%s", diff)
	}
	if got, want := s.lastEvent(EventMuted), "availability is held back by silence s1 of ada until Apr 2 12:00 UTC: known"; got != want {
		t.Errorf("timeline: %q, want %q", got, want)
	}
	s.restart()
	s.wantSilence(time.Hour, quiet)
	if i := s.incident(); i.Open() || len(i.Deliveries) > 0 {
		t.Errorf("what ended while it was muted: %+v", i)
	}
	muted := 0
	for _, e := range s.incident().Timeline {
		if e.Kind == EventMuted {
			muted++
		}
	}
	if muted != 1 {
		t.Errorf("%d events say that it is muted", muted)
	}
}

func TestTheEndOfAMuteTellsAtOnceWhatStillBurns(t *testing.T) {
	for what, tc := range map[string]struct {
		highest slo.Severity
		pierced map[string][]string
		reason  string
		want    []string
	}{
		"a page rings": {slo.SeverityPage, nil, " and was held back by silence s1 of ada until Apr 2 12:00 UTC: known; availability: burn rate ", []string{
			"team/slack/0 firing unmuted page loud", "pager/webhook/0 firing unmuted page loud",
		}},
		"a ticket does not": {slo.SeverityTicket, nil, " and was held back by silence s1 of ada", []string{"team/slack/0 firing unmuted ticket"}},
		"what is pierced says by what": {
			slo.SeverityPage,
			map[string][]string{"availability": {"the fast tier held for 5m"}},
			" until Apr 2 12:00 UTC: known; the fast tier held for 5m; availability: burn rate ",
			[]string{
				"team/slack/0 firing unmuted page loud", "pager/webhook/0 firing unmuted page loud",
			},
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := newScene(t, "availability")
			s.slos[0].MaxSeverity = tc.highest
			s.mutes = silenced("availability")
			s.wantSilence(20*time.Minute, outage)
			s.restart()
			s.mutes = mutes{pierced: tc.pierced}
			s.slots(step, outage)
			told := s.store.told()
			wantTold(t, told, tc.want...)
			if !strings.HasPrefix(told[0].Reason, "availability burns since 12:0") || !strings.Contains(told[0].Reason, tc.reason) {
				t.Errorf("reason %q, want %q in it", told[0].Reason, tc.reason)
			}
			if got := s.lastEvent(EventUnmuted); !strings.HasPrefix(got, "availability is no longer held back by silence s1") {
				t.Errorf("timeline: %q", got)
			}
			s.wantSilence(10*time.Minute, outage)
		})
	}
}

func TestWhoWasToldBeforeAMuteHearsTheEnd(t *testing.T) {
	s := newScene(t, "availability")
	s.until(outage)
	s.mutes = silenced("availability")
	wantTold(t, s.until(quiet), "team/slack/0 resolved resolved page", "pager/webhook/0 resolved resolved page")
}

func TestAnAlertThatIsNotMutedMakesItsIncidentNotify(t *testing.T) {
	both := map[string]int64{"availability": 100, "latency": 100}
	scene := func(t *testing.T) *scene {
		s := newScene(t, "availability", "latency")
		s.slos[1].MaxSeverity = slo.SeverityTicket
		return s
	}
	t.Run("at its own severity, and louder when the mute ends", func(t *testing.T) {
		s := scene(t)
		s.mutes = silenced("availability")
		told := s.until(both)
		wantTold(t, told, "team/slack/0 firing opened ticket")
		if strings.Contains(told[0].Reason, "availability") || s.incident().Severity != slo.SeverityPage {
			t.Errorf("reason %q, incident %s", told[0].Reason, s.incident().Severity)
		}
		s.mutes = mutes{}
		s.slots(step, both)
		wantTold(t, s.store.told(), "team/slack/0 firing unmuted page loud", "pager/webhook/0 firing unmuted page loud")
	})
	t.Run("when it begins while the others are muted", func(t *testing.T) {
		s := scene(t)
		s.mutes = silenced("latency")
		s.wantSilence(20*time.Minute, map[string]int64{"latency": 100})
		wantTold(t, s.until(both), "team/slack/0 firing alert page loud", "pager/webhook/0 firing alert page loud")
	})
	t.Run("and is all that is heard of when another one gets muted", func(t *testing.T) {
		s := scene(t)
		s.slots(20*time.Minute, both)
		s.store.told()
		s.mutes = silenced("availability")
		s.slots(step, both)
		wantTold(t, s.store.told(), "team/slack/0 firing severity ticket", "pager/webhook/0 firing severity ticket")
	})
}

func TestAnAcknowledgementAndMutes(t *testing.T) {
	both := map[string]int64{"availability": 100, "latency": 100}
	t.Run("what was acknowledged stays so when its mute ends, and says so quietly", func(t *testing.T) {
		s := newScene(t, "availability")
		s.until(outage)
		s.mutes = silenced("availability")
		s.wantSilence(10*time.Minute, outage)
		s.acknowledge()
		wantTold(t, s.store.told(), "team/slack/0 firing acked page", "pager/webhook/0 firing acked page")
		s.mutes = mutes{}
		s.slots(step, outage)
		wantTold(t, s.store.told(), "team/slack/0 firing unmuted page", "pager/webhook/0 firing unmuted page")
		if i := s.incident(); i.State != IncidentAcked {
			t.Errorf("the acknowledgement is lost: %+v", i)
		}
	})
	t.Run("that of a ticket survives a page that is muted, and not the end of the mute", func(t *testing.T) {
		s := newScene(t, "availability", "latency")
		s.slos[1].MaxSeverity = slo.SeverityTicket
		s.mutes = silenced("availability")
		s.until(map[string]int64{"latency": 100})
		s.acknowledge()
		s.store.told()
		s.wantSilence(10*time.Minute, both)
		if i := s.incident(); i.State != IncidentAcked || i.Severity != slo.SeverityPage {
			t.Fatalf("%s, %s", i.State, i.Severity)
		}
		s.mutes = mutes{}
		s.slots(step, both)
		wantTold(t, s.store.told(), "team/slack/0 firing unmuted page loud", "pager/webhook/0 firing unmuted page loud")
		if i := s.incident(); i.State != IncidentOpen {
			t.Errorf("%s by %q", i.State, i.AckedBy)
		}
	})
	t.Run("that of a ticket beside a page that is muted was for the ticket", func(t *testing.T) {
		s := newScene(t, "availability", "latency")
		s.slos[1].MaxSeverity = slo.SeverityTicket
		s.mutes = silenced("availability")
		wantTold(t, s.until(both), "team/slack/0 firing opened ticket")
		s.acknowledge()
		wantTold(t, s.store.told(), "team/slack/0 firing acked ticket")
		s.wantSilence(10*time.Minute, both)
		s.mutes = mutes{}
		s.slots(step, both)
		wantTold(t, s.store.told(), "team/slack/0 firing unmuted page loud", "pager/webhook/0 firing unmuted page loud")
	})
}

func TestWhatCouldMuteAnOutageAndDoesNotIsSaid(t *testing.T) {
	s := newScene(t, "availability")
	s.mutes = mutes{pierced: map[string][]string{"availability": {"deploy d1 does not hold it back: the fast tier held for 5m"}}}
	told := s.until(outage)
	if want := "; deploy d1 does not hold it back: the fast tier held for 5m"; !strings.HasSuffix(told[0].Reason, want) {
		t.Errorf("reason %q, want %q at its end", told[0].Reason, want)
	}
}

func TestAnIncidentNamesTheDeployBeforeIt(t *testing.T) {
	s := newScene(t, "availability")
	deploy := &Deploy{ID: "d1", Service: "checkout", Version: "v2.41.0", By: "ci", StartsAt: s.worlds[s.first()].now().Add(-4 * time.Minute), Status: "succeeded"}
	s.mutes = mutes{deploy: deploy}
	told := s.until(outage)
	if told[0].Incident.Deploy != deploy {
		t.Errorf("deploy %+v", told[0].Incident.Deploy)
	}
	if got, want := s.lastEvent(EventDeploy), "v2.41.0 was deployed 5m before, by ci: succeeded"; got != want {
		t.Errorf("timeline %q, want %q", got, want)
	}
	s.mutes = mutes{}
	s.slots(time.Minute, outage)
	if s.incident().Deploy == nil {
		t.Error("the deploy is forgotten")
	}
}
