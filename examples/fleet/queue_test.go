package fleet_test

import (
	"math"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// slotsBetween are the ends of slots of 30 s.
func slotsBetween(from, to time.Time) (ends []time.Time) {
	for end := from.Add(30 * time.Second); !end.After(to); end = end.Add(30 * time.Second) {
		ends = append(ends, end)
	}
	return ends
}

// In each slot of a week the engine sees the backlog that there truly was, but
// for the moments of a rollout. Some slots are over the limit of the demo's
// objective, and not too many.
func TestTheBacklogIsWhatTheEngineSees(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 1})
	to := now.Truncate(time.Hour)
	from := to.Add(-7 * 24 * time.Hour)
	seen := map[int64]float64{}
	matrix, _ := exec(t, f, `max(last_over_time(function_backlog{function="send-email"}[30s]))`, from.Add(30*time.Second), to, 30*time.Second)
	for _, p := range matrix[0].Floats {
		seen[p.T] = p.F
	}
	var bad, off int
	all := slotsBetween(from, to)
	for _, end := range all {
		jobs, err := f.Backlog("notify", "send-email", end.Add(-time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		if jobs > 100 {
			bad++
		}
		if seen[end.UnixMilli()] != jobs {
			off++
		}
	}
	if share := float64(bad) / float64(len(all)); share < 0.005 || share > 0.045 {
		t.Errorf("%.2f %% of the slots are over 100 jobs", share*100)
	}
	if off > len(all)/500 {
		t.Errorf("the engine sees another backlog in %d of %d slots", off, len(all))
	}
}

func TestOnlyFunctionsWithAQueueHaveABacklog(t *testing.T) {
	f := newFleet(t, fleet.Options{})
	for _, name := range []string{"query", "nobody"} {
		if _, err := f.Backlog("search", name, now); err == nil {
			t.Errorf("search/%s has a backlog", name)
		}
	}
}

// What the demo's first-try objective makes of retries is what was truly tried
// again, as closely as a rate tells.
func TestTheRatioOfRetriesIsTheirShareOfCalls(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 1})
	to := now.Truncate(time.Hour)
	from := to.Add(-24 * time.Hour)
	calls := form(`function_calls_total{function="charge-card"}`, "", "30s", "1h")
	ratio := `scalar(sum(rate(function_retries_total{function="charge-card"}[5m])) / sum(rate(function_calls_total{function="charge-card"}[5m])))`
	total := sums(t, f, calls, from, to, 30*time.Second)[`{}`]
	again := sums(t, f, form(`function_retries_total{function="charge-card"}`, "", "30s", "1h"), from, to, 30*time.Second)[`{}`]
	weighted := sums(t, f, calls+" * 1000 * "+ratio, from, to, 30*time.Second)[`{}`]
	if off := float64(weighted)/1000/float64(again) - 1; again < 1000 || math.Abs(off) > 0.02 {
		t.Errorf("%d of %d calls were tried again, the ratios add up to %d (%+.2f %%)", again, total, weighted/1000, off*100)
	}
}
