package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// TestASlotCostsAHandfulOfQueries counts what one round asks for the 30
// objectives of the whole fleet.
func TestASlotCostsAHandfulOfQueries(t *testing.T) {
	c := newClock(wednesday.Truncate(30 * time.Second))
	prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now, Burning: burningFor})
	dir := demoFiles(t)
	r := start(t, configuration{backend: prom.URL, storage: filepath.Join(dir, "slofuse.db")}.write(t, dir), c.Now)
	r.tick()
	if n := len(r.SLOs()); n != 34 {
		t.Fatalf("%d objectives, want 34", n)
	}
	const rounds, limit = 20, 16
	var most, sum int64
	for range rounds {
		c.advance(30 * time.Second)
		before := prom.requests.Load()
		r.tick()
		asked := prom.requests.Load() - before
		most, sum = max(most, asked), sum+asked
	}
	t.Logf("queries per slot: %d at most, %.1f on average, for 34 objectives of 15 functions", most, float64(sum)/rounds)
	if most > limit {
		t.Errorf("a slot costs %d queries, want %d at most", most, limit)
	}
}

// TestAFullOutageIsDecidedWithin135Seconds breaks a steady function with a 99.9 %
// objective at every fifth second of a slot. Rounds are when they would be: at
// the ends of slots, after the delay.
func TestAFullOutageIsDecidedWithin135Seconds(t *testing.T) {
	const step, limit = 30 * time.Second, 135 * time.Second
	// What of the hour must be lost before the burn rate over it is 14.4.
	arithmetic := time.Duration(14.4 * 0.001 * float64(time.Hour))
	var worst time.Duration
	best := time.Hour
	for phase := time.Duration(0); phase < step; phase += 5 * time.Second {
		t.Run("at second "+phase.String(), func(t *testing.T) {
			s := newStoryOf(t, configuration{}, "flags", "evaluate")
			s.clock.advance(s.clock.Now().Truncate(step).Add(step).Sub(s.clock.Now())) // to the end of a slot
			s.tick()
			begin := s.clock.Now().Add(phase)
			s.breakItAt(begin)
			for range 10 {
				s.pass(1)
				if s.alert().Alert.State == "firing" {
					break
				}
			}
			took := s.clock.Now().Sub(begin)
			if alert := s.alert().Alert; alert.State != "firing" || alert.Severity != "page" || took > limit {
				t.Errorf("after %s: %+v, want a page within %s", took, alert, limit)
			}
			if page := s.pager.next(t); page.body.Status != "firing" {
				t.Errorf("it tells %+v", page.body)
			}
			worst, best = max(worst, took), min(best, took)
		})
	}
	t.Logf("decided after %s to %s: %s of outage are needed, then up to 15s to the scrape, up to 30s to the end of the slot and 30s of delay: %s",
		best, worst, arithmetic, arithmetic+75*time.Second)
}
