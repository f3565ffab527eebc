package course_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
)

func TestPulse(t *testing.T) {
	six := func(total, bad int64, coverage float64) slo.WindowSum {
		return slo.WindowSum{Length: 6 * time.Hour, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: coverage}
	}
	silenced := six(1000, 1, 1)
	silenced.Excluded = slo.Exclusion{Share: 0.7}
	got := course.Pulse([]slo.WindowSum{six(1000, 0, 1), six(1000, 1, 1), six(10_000, 50, 1), six(0, 0, 1), six(1000, 900, 0.2), silenced}, three)
	// One of 1,000 is what 99.9 % allows; 50 of 10,000 are five times that.
	want := []course.Beat{{true, 0}, {true, 1}, {true, 5}, {true, 0}, {false, 0}, {false, 0}}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSteps(t *testing.T) {
	for why, c := range map[string]struct {
		to    time.Time
		first time.Time
		last  time.Duration // how long the last one is by now
	}{
		"one goes on":      {noon.Add(90 * time.Minute), noon.Add(-12 * time.Hour), 90 * time.Minute},
		"one has just end": {noon, noon.Add(-18 * time.Hour), 6 * time.Hour},
	} {
		got := course.Steps(c.to, 6*time.Hour, 3)
		if len(got) != 4 || !got[0].Equal(c.first) || got[3].Sub(got[2]) != c.last {
			t.Errorf("%s: %v", why, got)
		}
	}
}

// TestStepsFollowOneAnother at any instant: each but the last is whole.
func TestStepsFollowOneAnother(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		to, step, count := noon.Add(time.Duration(random.Int64N(int64(1000*time.Hour)))), time.Duration(1+random.IntN(24))*time.Hour, 1+random.IntN(40)
		got := course.Steps(to, step, count)
		if len(got) != count+1 || !got[count].Equal(to) {
			t.Fatalf("%d bounds until %s", len(got), got[len(got)-1])
		}
		for i := range count {
			if length := got[i+1].Sub(got[i]); length <= 0 || length > step || i+1 < count && length != step {
				t.Fatalf("%d of %d steps of %s is %s long", i, count, step, length)
			}
		}
	}
}
