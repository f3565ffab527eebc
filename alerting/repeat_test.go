package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// every repeats at each destination of pagers after a while.
func every(interval time.Duration) Router {
	return func(labels map[string]string, at time.Time) []Route {
		routes := pagers(labels, at)
		routes[0].RepeatInterval = interval
		return routes
	}
}

func TestWhatNobodyTakesIsSaidAgain(t *testing.T) {
	for what, tc := range map[string]struct {
		highest slo.Severity
		routes  Router
		after   time.Duration
		want    []string
	}{
		"a page after 4 hours, and it rings again": {slo.SeverityPage, pagers, 4 * time.Hour, []string{
			"team/slack/0 firing still_burning page loud", "pager/webhook/0 firing still_burning page loud",
		}},
		"a ticket after a day, quietly": {slo.SeverityTicket, pagers, 24 * time.Hour, []string{"team/slack/0 firing still_burning ticket"}},
		"when the route says": {slo.SeverityPage, every(time.Hour), time.Hour, []string{
			"team/slack/0 firing still_burning page loud", "pager/webhook/0 firing still_burning page loud",
		}},
	} {
		t.Run(what, func(t *testing.T) {
			s := newScene(t, "availability")
			s.slos[0].MaxSeverity, s.routes = tc.highest, tc.routes
			s.until(outage)
			for range 2 {
				s.wantSilence(tc.after-step, outage)
				s.restart() // when it was said last is on disk
				told := s.until(outage)
				wantTold(t, told, tc.want...)
			}
			if got := s.lastEvent(EventStillBurning); !strings.Contains(got, " and nobody has acknowledged it: availability: burn rate ") {
				t.Errorf("timeline: %q", got)
			}
		})
	}
}

func TestWhatIsNotSaidAgain(t *testing.T) {
	for what, then := range map[string]func(t *testing.T, s *scene){
		"what somebody took": func(_ *testing.T, s *scene) {
			s.acknowledge()
			s.store.told()
		},
		"what is muted":                         func(_ *testing.T, s *scene) { s.mutes = silenced("availability") },
		"what was told where no route leads to": func(_ *testing.T, s *scene) { s.routes = func(map[string]string, time.Time) []Route { return nil } },
	} {
		t.Run(what, func(t *testing.T) {
			s := newScene(t, "availability")
			s.routes = every(time.Hour)
			s.until(outage)
			then(t, s)
			s.wantSilence(3*time.Hour, outage)
		})
	}
	t.Run("what recovers", func(t *testing.T) {
		s := newScene(t, "availability")
		s.routes = every(time.Minute)
		s.until(outage)
		for s.engine.Alert(s.first()).Phase == PhaseFiring {
			s.slots(step, quiet)
		}
		s.store.told()
		wantTold(t, s.until(quiet), "team/slack/0 resolved resolved page", "pager/webhook/0 resolved resolved page")
	})
}

func TestEachDestinationIsToldAgainAfterItsOwnLastMessage(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slos[0].MaxSeverity = slo.SeverityTicket
	s.routes = every(time.Hour)
	s.until(outage)
	s.wantSilence(30*time.Minute, outage)
	s.routes = func(labels map[string]string, at time.Time) []Route {
		return append(every(time.Hour)(labels, at), onlyTo(Destination{Receiver: "late", Name: "late/slack/0"})(labels, at)...)
	}
	wantTold(t, s.until(outage), "late/slack/0 firing opened ticket")
	wantTold(t, s.until(outage), "team/slack/0 firing still_burning ticket")
	s.wantSilence(30*time.Minute-step, outage)
}
