package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

var (
	lead = Destination{Receiver: "lead", Name: "lead/slack/0"}
	boss = Destination{Receiver: "boss", Name: "boss/webhook/0"}
)

// escalating tells the lead after 15 minutes and the boss after an hour, too.
func escalating(labels map[string]string, at time.Time) []Route {
	routes := pagers(labels, at)
	routes[0].Escalation = []EscalationStep{
		{After: 15 * time.Minute, Destinations: []Destination{lead}}, {After: time.Hour, Destinations: []Destination{boss}},
	}
	return routes
}

const teamHears, pagerHears, leadHears = "team/slack/0 firing escalated page loud", "pager/webhook/0 firing escalated page loud", "lead/slack/0 firing escalated page loud"

func TestWhatNobodyTakesEscalates(t *testing.T) {
	s := newScene(t, "availability")
	s.routes = escalating
	s.until(outage)
	opened := s.incident().OpenedAt
	s.restart()
	told := s.until(outage)
	wantTold(t, told, teamHears, pagerHears, leadHears)
	if got := told[0].DecidedAt.Sub(opened); got < 15*time.Minute || got > 15*time.Minute+2*step {
		t.Errorf("escalated after %v", got)
	}
	if want := "nobody has acknowledged it: step 1 after 15m tells lead; availability: burn rate "; !strings.HasPrefix(told[0].Reason, want) {
		t.Errorf("reason %q, want %q", told[0].Reason, want)
	}
	if i := s.incident(); i.State != IncidentEscalated || len(i.Escalated) != 1 || s.countEvents(EventEscalated) != 1 {
		t.Errorf("incident: %+v", i)
	}
	s.restart() // the steps taken are on disk
	wantTold(t, s.until(outage), teamHears, pagerHears, leadHears, "boss/webhook/0 firing escalated page loud")
	if got := s.lastEvent(EventEscalated); got != "nobody has acknowledged it: step 2 after 1h tells boss" {
		t.Errorf("timeline: %q", got)
	}
	s.wantSilence(2*time.Hour, outage)
	s.acknowledge()
	acked := summary(s.store.told())
	if diff := cmp.Diff([]string{
		"team/slack/0 firing acked page", "pager/webhook/0 firing acked page", "lead/slack/0 firing acked page", "boss/webhook/0 firing acked page",
	}, acked); diff != "" {
		t.Errorf("acknowledged (-want +got):\n%s", diff)
	}
	if i := s.incident(); i.State != IncidentAcked || len(i.Escalated) > 0 {
		t.Errorf("acknowledged: %+v", i)
	}
}

func TestATicketEscalatesWhereItsRouteSays(t *testing.T) {
	s := newScene(t, "availability")
	s.slos[0].MaxSeverity, s.routes = slo.SeverityTicket, escalating
	s.until(outage)
	wantTold(t, s.until(outage), "team/slack/0 firing escalated ticket loud", "lead/slack/0 firing escalated ticket loud")
}

func TestTheTimeOfAnEscalation(t *testing.T) {
	both := map[string]int64{"availability": 100, "latency": 100}
	ticket := func(s *scene) { s.slos[0].MaxSeverity = slo.SeverityTicket }
	for what, tc := range map[string]struct {
		before func(s *scene)
		then   func(s *scene) // 10 minutes after it opened
		bad    map[string]int64
		after  time.Duration // since then; 0: never
	}{
		"runs on while nothing happens": {bad: outage, after: 5*time.Minute + step}, // the silent time was a slot short of 10
		"ends with an acknowledgement":  {then: (*scene).acknowledge, bad: outage},
		"begins again with a rise in severity": {
			before: ticket, then: func(s *scene) { s.until(both) }, bad: both, after: 15 * time.Minute,
		},
		"stands still while it is muted": {then: func(s *scene) { s.mutes = silenced("availability") }, bad: outage},
		"begins again when a mute ends": {then: func(s *scene) {
			s.mutes = silenced("availability")
			s.slots(3*time.Hour, outage)
			s.mutes = mutes{}
			s.slots(step, outage)
		}, bad: outage, after: 15 * time.Minute},
		"begins again when an acknowledgement expires": {then: func(s *scene) {
			s.acknowledge()
			s.store.told()
			s.until(outage)
		}, bad: outage, after: 15 * time.Minute},
		"does not run while the route is silent": {then: func(s *scene) {
			s.routes = func(l map[string]string, at time.Time) []Route {
				routes := escalating(l, at)
				routes[0].Muted = "nights"
				return routes
			}
		}, bad: outage},
	} {
		t.Run(what, func(t *testing.T) {
			s := newScene(t, "availability", "latency")
			s.routes = escalating
			if tc.before != nil {
				tc.before(s)
			}
			s.until(outage)
			s.wantSilence(10*time.Minute-step, outage)
			if tc.then != nil {
				tc.then(s)
				s.store.told()
			}
			from := s.clock
			if tc.after == 0 {
				s.wantSilence(90*time.Minute, tc.bad)
				return
			}
			told := s.until(tc.bad)
			if got := told[0].DecidedAt.Sub(from); told[0].Kind != EventEscalated || got > tc.after || got < tc.after-2*step {
				t.Errorf("%s after %v, want escalated after %v", told[0].Kind, got, tc.after)
			}
		})
	}
}

func TestARouteThatWasSilentDoesNotEscalateAtOnce(t *testing.T) {
	s := newScene(t, "availability")
	s.routes = func(l map[string]string, at time.Time) []Route {
		routes := escalating(l, at)
		routes[0].Muted = "nights"
		return routes
	}
	s.wantSilence(3*time.Hour, outage)
	s.routes = escalating
	wantTold(t, s.until(outage), "team/slack/0 firing unmuted page loud", "pager/webhook/0 firing unmuted page loud")
	s.wantSilence(15*time.Minute-step, outage)
	wantTold(t, s.until(outage), teamHears, pagerHears, leadHears)
}

func TestAnEscalationThatIsChangedTellsOnlyWhoIsNew(t *testing.T) {
	s := newScene(t, "availability")
	s.routes = escalating
	s.until(outage)
	s.until(outage)
	s.routes = func(l map[string]string, at time.Time) []Route {
		routes := escalating(l, at)
		routes[0].Escalation = append([]EscalationStep{{After: 5 * time.Minute, Destinations: []Destination{{Receiver: "new", Name: "new"}}}}, routes[0].Escalation...)
		return routes
	}
	wantTold(t, s.until(outage), "new firing opened page loud")
	if i := s.incident(); len(i.Escalated) != 1 {
		t.Errorf("%d steps", len(i.Escalated))
	}
}

func TestWhatRecoversEscalatesNoMore(t *testing.T) {
	s := newScene(t, "availability")
	s.routes = escalating
	s.until(outage)
	for range 40 {
		s.slots(step, quiet)
	}
	for _, n := range s.store.told() {
		if n.Kind == EventEscalated {
			t.Errorf("escalated: %s", n.Reason)
		}
	}
}

func TestAClockThatIsSetBackDelaysNoEscalation(t *testing.T) {
	s := newScene(t, "availability")
	s.routes = escalating
	back := 2 * time.Hour
	s.until(outage)
	for range 15*time.Minute/step + 1 {
		s.worlds[s.first()].add(100, 100)
		if err := s.engine.Observe(t.Context(), s.worlds[s.first()].now().Add(31*time.Second-back), s.slos, []slo.Assessment{s.worlds[s.first()].assess(s.slos[0])}); err != nil {
			t.Fatal(err)
		}
	}
	wantTold(t, s.store.told(), teamHears, pagerHears, leadHears)
}

func TestWhatLeavesItsCauseHasTheWholeTimeOfAnEscalation(t *testing.T) {
	s := newChain(t, "cart: stock", "stock")
	s.routes = func(labels map[string]string, at time.Time) []Route {
		routes := byOwner(labels, at)
		routes[0].Escalation = []EscalationStep{{After: 15 * time.Minute, Destinations: []Destination{lead}}}
		return routes
	}
	both := burn(100, "cart", "stock")
	s.until(both)
	if _, err := s.engine.Acknowledge(t.Context(), s.of("stock").ID, "ada", ""); err != nil {
		t.Fatal(err)
	}
	s.run(20*time.Minute, both)
	s.mutes = silenced("stock")
	wantAbout(t, s.run(step, both), "cart: cart/slack firing cause page loud", "cart: cart/pager firing cause page loud")
	if told := s.run(15*time.Minute-step, both); len(told) > 0 {
		t.Fatalf("told early: %v", about(told))
	}
	if told := s.until(both); told[0].Kind != EventEscalated {
		t.Errorf("told %v after 15 minutes", about(told))
	}
}

func TestAnIncidentOfAnOlderVersionDoesNotEscalateAtOnce(t *testing.T) {
	s := newScene(t, "availability")
	s.routes = escalating
	s.until(outage)
	for id, i := range s.store.incidents { // when it began to call was not kept
		i.CallingSince = time.Time{}
		s.store.incidents[id] = i
	}
	s.restart()
	s.wantSilence(15*time.Minute, outage)
	wantTold(t, s.until(outage), teamHears, pagerHears, leadHears)
}
