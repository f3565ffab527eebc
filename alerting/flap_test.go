package alerting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

// newFlapper is a function that pages within a minute and recovers within a few.
func newFlapper(t *testing.T) *scene {
	s := newChain(t, "api")
	s.slos[0].Tiers = []slo.Tier{
		{Name: "fast", BurnRate: 14.4, Long: 10 * time.Minute, Short: time.Minute, Severity: slo.SeverityPage},
		{Name: "trickle", BurnRate: 5, Long: 10 * time.Minute, Short: time.Minute, Severity: slo.SeverityTicket},
	}
	return s
}

// turns lets it burn for a minute and be well for the rest of 20, so many times.
func (s *scene) turns(n int) (told []Notification) {
	for range n {
		told = append(told, s.run(time.Minute, burn(30, "api"))...)
		told = append(told, s.run(19*time.Minute, quiet)...)
	}
	return slices.DeleteFunc(told, func(n Notification) bool { return n.Destination.Name != "api/pager" })
}

func TestWhatComesAndGoesIsSummedUp(t *testing.T) {
	s := newFlapper(t)
	told := s.turns(4)
	wantAbout(t, told,
		"api: api/pager firing opened page loud", "api: api/pager resolved resolved page",
		"api: api/pager firing reopened page loud", "api: api/pager resolved resolved page",
		"api: api/pager firing reopened page loud", "api: api/pager resolved resolved page",
		"api: api/pager firing reopened page loud")
	if want := "it burned again 3 times in 1d and flaps: from now on there is one message every 4h while it comes and goes; burns again: "; !strings.HasPrefix(told[6].Reason, want) {
		t.Errorf("reason: %s", told[6].Reason)
	}
	s.restart()
	day := s.turns(72)
	for _, n := range day {
		if n.Loud || n.Kind != EventFlapping || n.Status != StatusFiring {
			t.Errorf("told: %s %s", n.Kind, n.Reason)
		}
	}
	if len(day) < 5 || len(day) > 6 {
		t.Fatalf("%d messages in a day, want one every 4 hours", len(day))
	}
	if !strings.HasPrefix(day[0].Reason, "flaps since 13:0") || !strings.Contains(day[0].Reason, "burned again 15 times in 1d, last at ") || !strings.Contains(day[0].Reason, "now it burns: api: ") {
		t.Errorf("digest: %s", day[0].Reason)
	}
	i := s.of("api")
	if i.Flapping.IsZero() || len(i.Reopenings) != 72 || i.Severity != slo.SeverityPage {
		t.Errorf("flapping since %v, %d times, a %s", i.Flapping, len(i.Reopenings), i.Severity)
	}
	if told := s.run(10*time.Minute, quiet); len(told) > 0 {
		t.Errorf("told before it is clear that it is over: %v", about(told))
	}
	end := s.until(quiet)
	wantAbout(t, end, "api: api/slack resolved resolved page", "api: api/pager resolved resolved page")
	if !strings.HasSuffix(end[0].Reason, "; it did not burn for 30m") || !s.of("api").Flapping.IsZero() {
		t.Errorf("end: %s, flapping %v", end[0].Reason, s.of("api").Flapping)
	}
	s.run(time.Hour, quiet)
	wantAbout(t, s.turns(1), "api: api/pager firing opened page loud", "api: api/pager resolved resolved page")
}

func TestWhatFlapsIsToldWhen(t *testing.T) {
	flapping := func(t *testing.T, ticket bool) *scene {
		s := newFlapper(t)
		if ticket {
			s.slos[0].MaxSeverity = slo.SeverityTicket
		}
		s.turns(6)
		if s.of("api").Flapping.IsZero() {
			t.Fatal("it does not flap")
		}
		return s
	}
	t.Run("it burns without a break", func(t *testing.T) {
		s := flapping(t, false)
		if told := s.run(30*time.Minute, burn(30, "api")); len(told) > 0 {
			t.Fatalf("told early: %v", about(told))
		}
		told := s.until(burn(30, "api"))
		wantAbout(t, told, "api: api/slack firing flapping page loud", "api: api/pager firing flapping page loud")
		if want := "burns without a break for 30m and no longer flaps: api: "; !strings.HasPrefix(told[0].Reason, want) {
			t.Errorf("reason: %s", told[0].Reason)
		}
	})
	t.Run("and escalates no further until then", func(t *testing.T) {
		s := flapping(t, false)
		s.routes = func(labels map[string]string, at time.Time) []Route {
			routes := byOwner(labels, at)
			routes[0].Escalation = []EscalationStep{{After: 15 * time.Minute, Destinations: []Destination{{Receiver: "lead", Name: "lead/pager"}}}}
			return routes
		}
		for _, n := range append(s.run(30*time.Minute, burn(30, "api")), s.until(burn(30, "api"))...) {
			if n.Destination.Name == "lead/pager" {
				t.Fatalf("the lead is told at %v: %s", n.DecidedAt, n.Reason)
			}
		}
		told := s.until(burn(30, "api"))
		if at := slices.IndexFunc(told, func(n Notification) bool { return n.Destination.Name == "lead/pager" && n.Loud }); at < 0 {
			t.Errorf("told then: %v", about(told))
		}
	})
	t.Run("it becomes worse than it ever was", func(t *testing.T) {
		s := flapping(t, true)
		s.slos[0].MaxSeverity = slo.SeverityPage
		wantAbout(t, s.turns(1), "api: api/pager firing reopened page loud")
	})
	t.Run("somebody ends it by hand", func(t *testing.T) {
		s := flapping(t, false)
		s.run(time.Minute, burn(30, "api"))
		if _, err := s.engine.Resolve(t.Context(), s.of("api").ID, "ada", "", true); err != nil {
			t.Fatal(err)
		}
		wantAbout(t, s.store.told(), "api: api/slack resolved resolved page", "api: api/pager resolved resolved page")
	})
	t.Run("its SLO is removed", func(t *testing.T) {
		s := flapping(t, false)
		all := s.slos
		s.slos = nil
		for range 70 {
			s.clock = s.clock.Add(step)
			if err := s.engine.Observe(t.Context(), s.clock, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		wantAbout(t, s.store.told(), "api: api/slack resolved resolved page", "api: api/pager resolved resolved page")
		s.slos = all
	})
}

// A tier that ends late keeps the incident open while a faster one comes and goes.
func TestSeverityThatComesAndGoesFlapsToo(t *testing.T) {
	s := newFlapper(t)
	s.slos[0].Tiers[1] = slo.Tier{Name: "trickle", BurnRate: 1, Long: 2 * time.Hour, Short: time.Hour, Severity: slo.SeverityTicket}
	var loud []string
	for _, n := range s.turns(12) {
		if n.Loud {
			loud = append(loud, n.Kind)
		}
	}
	if diff := cmp.Diff([]string{EventOpened, EventSeverity, EventSeverity, EventSeverity}, loud); diff != "" {
		t.Errorf("loud (-want +got):\n%s", diff)
	}
	if i := s.of("api"); i.Flapping.IsZero() || !i.Open() {
		t.Errorf("incident: %+v", i)
	}
}
