package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// nights keeps the first destination of pagers silent.
func nights(labels map[string]string, at time.Time) []Route {
	route := pagers(labels, at)[0]
	quiet := Route{Destinations: route.Destinations[:1], Muted: "nights"}
	return []Route{quiet, {Destinations: route.Destinations[1:]}}
}

func (s *scene) countEvents(kind string) (n int) {
	for _, e := range s.incident().Timeline {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func TestARouteIsSilentDuringAnInterval(t *testing.T) {
	t.Run("and speaks of what is open when it ends", func(t *testing.T) {
		s := newScene(t, "availability")
		s.routes = nights
		wantTold(t, s.until(outage), "pager/webhook/0 firing opened page loud")
		s.wantSilence(20*time.Minute, outage)
		if got := s.lastEvent(EventMuted); got != "team hears nothing during nights" || s.countEvents(EventMuted) != 1 {
			t.Errorf("timeline: %q, %d times", got, s.countEvents(EventMuted))
		}
		s.restart()
		s.routes = pagers
		told := s.until(outage)
		wantTold(t, told, "team/slack/0 firing unmuted page loud")
		if want := "not told during nights; open since 12:0"; !strings.HasPrefix(told[0].Reason, want) {
			t.Errorf("reason %q, want %q", told[0].Reason, want)
		}
		s.wantSilence(20*time.Minute, outage)
	})
	t.Run("and never of what began and ended in it", func(t *testing.T) {
		s := newScene(t, "availability")
		s.slos[0].MaxSeverity, s.routes = slo.SeverityTicket, nights
		s.wantSilence(2*time.Minute, outage)
		s.wantSilence(20*time.Hour, quiet)
		s.routes = pagers
		s.wantSilence(time.Minute, quiet)
	})
	t.Run("and tells the end to whom it told the beginning", func(t *testing.T) {
		s := newScene(t, "availability")
		s.until(outage)
		s.routes = nights
		wantTold(t, s.until(quiet), "team/slack/0 resolved resolved page", "pager/webhook/0 resolved resolved page")
	})
	t.Run("and tells the latest state to whom it told an earlier one, as loudly as what was missed", func(t *testing.T) {
		s := newScene(t, "availability", "latency")
		s.slos[0].MaxSeverity = slo.SeverityTicket
		wantTold(t, s.until(outage), "team/slack/0 firing opened ticket")
		s.routes = nights
		both := map[string]int64{"availability": 100, "latency": 100}
		wantTold(t, s.until(both), "pager/webhook/0 firing severity page loud")
		s.wantSilence(10*time.Minute, both)
		s.routes = pagers
		wantTold(t, s.until(both), "team/slack/0 firing unmuted page loud")
	})
	t.Run("but hears what somebody did, and is quiet about what somebody took", func(t *testing.T) {
		s := newScene(t, "availability")
		s.until(outage)
		s.routes = nights
		s.slots(step, outage)
		s.acknowledge()
		wantTold(t, s.store.told(), "team/slack/0 firing acked page", "pager/webhook/0 firing acked page")
	})
	t.Run("and newcomers hear of an acknowledged incident quietly", func(t *testing.T) {
		s := newScene(t, "availability")
		s.routes = nights
		s.until(outage)
		s.acknowledge()
		wantTold(t, s.store.told(), "pager/webhook/0 firing acked page")
		s.routes = pagers
		wantTold(t, s.until(outage), "team/slack/0 firing unmuted page")
	})
	t.Run("that it is active in has a name too", func(t *testing.T) {
		if got := silentText(Destination{Receiver: "team"}, "outside office"); got != "team hears nothing outside office" {
			t.Errorf("%q", got)
		}
	})
}
