package alerting

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func TestEngineSurvivesAStoreThatFails(t *testing.T) {
	for _, c := range []struct {
		name string
		lies bool
	}{{"and saves nothing", false}, {"after it saved everything", true}} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, "availability")
			s.store.failing, s.store.lies = errDisk, c.lies
			var err error
			for range 3000 {
				if err = s.slot(outage); err != nil {
					break
				}
			}
			if !errors.Is(err, errDisk) || s.wakes != 0 {
				t.Fatalf("Observe: %v, woken %d times", err, s.wakes)
			}
			if s.engine.Alert(s.first()).Active() {
				t.Error("readers see a decision that may not have been saved")
			}
			if !c.lies {
				if err := s.slot(outage); !errors.Is(err, errDisk) {
					t.Fatalf("the next Observe: %v", err)
				}
			}
			s.store.failing = nil
			s.slots(5*time.Minute, outage)
			wantTold(t, s.store.told(), "team/slack/0 firing opened page loud", "pager/webhook/0 firing opened page loud")
			if !s.engine.Alert(s.first()).Active() {
				t.Error("the alert is not active")
			}
		})
	}
}

func TestEngineObservesASlotTwice(t *testing.T) {
	s := newScene(t, "availability")
	s.until(outage)
	commits := s.store.commits
	for range 3 {
		s.restart()
		if err := s.observe(); err != nil {
			t.Fatal(err)
		}
	}
	if told := s.store.told(); len(told) != 0 || s.store.commits != commits {
		t.Errorf("told %v in %d commits", summary(told), s.store.commits-commits)
	}
}

// The alert that waits for its four hours is acknowledged; then the other one
// rises and clears the acknowledgement. A process that observes that slot again
// must not find the four hours over in it.
func TestEngineObservesASlotTwiceThatClearedAnAcknowledgement(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.slos[0].MaxSeverity = slo.SeverityPage
	s.slos[0].Tiers = s.slos[0].Tiers[2:3] // steady
	slow := map[string]int64{"availability": 1}
	s.until(slow)
	if _, err := s.engine.Acknowledge(t.Context(), s.incident().ID, "ada", ""); err != nil {
		t.Fatal(err)
	}
	s.slots(6*time.Hour, slow)
	s.store.told()
	s.until(map[string]int64{"availability": 1, "latency": 100})
	commits := s.store.commits
	s.restart()
	if err := s.observe(); err != nil {
		t.Fatal(err)
	}
	if s.store.commits != commits {
		t.Errorf("decided anew: %+v", s.store.last.Alerts)
	}
}

func TestEngineDecidesTheSameAfterACrash(t *testing.T) {
	ids := func() (out []string) {
		s := newScene(t, "availability")
		for _, n := range s.until(outage) {
			out = append(out, n.EventID)
		}
		return out
	}
	first, second := ids(), ids()
	if diff := cmp.Diff(first, second); diff != "" || first[0] == first[1] {
		t.Errorf("event ids differ between two processes:\n%s", diff)
	}
}

func TestEngineAnswersWhileItDecides(t *testing.T) {
	s := newScene(t, "availability", "latency")
	s.until(outage)
	id := s.incident().ID
	stop, done := make(chan struct{}), make(chan error, 3)
	ask := func(question func() error) {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
				if err := question(); err != nil {
					done <- err
					return
				}
			}
		}
	}
	go ask(func() error { _, err := s.engine.Alerts(t.Context()); return err })
	go ask(func() error { _, err := s.engine.Incident(t.Context(), id); return err })
	go ask(func() error { s.engine.Configure(Settings{Route: pagers}); s.engine.Alert(s.first()); return nil })
	for range 200 {
		if err := s.slot(outage); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestEngineClosesAnIncidentWhoseAlertsAreLost(t *testing.T) {
	s := newScene(t, "availability")
	s.until(outage)
	clear(s.store.alerts)
	s.worlds[s.first()] = newWorld().healthy(40 * 24 * time.Hour)
	s.restart()
	wantTold(t, s.until(quiet), "team/slack/0 resolved resolved page", "pager/webhook/0 resolved resolved page")
}
