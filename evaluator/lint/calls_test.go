package lint_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/lint"
)

const day = 24 * time.Hour

// traffic is calls in hours, oldest first, the last of which ends now; a hour with a
// negative number had no series.
func traffic(every time.Duration, calls ...float64) lint.Traffic {
	t := lint.Traffic{At: now, Every: every, Asked: len(calls)}
	for i, n := range calls {
		if n >= 0 {
			t.Points = append(t.Points, lint.Point{End: now.Add(-time.Duration(len(calls)-1-i) * every), Calls: n})
		}
	}
	return t
}

func TestCallsOfAWindow(t *testing.T) {
	for name, c := range map[string]struct {
		traffic lint.Traffic
		window  time.Duration
		want    float64
	}{
		"nothing is known":                      {traffic(time.Hour), day, 0},
		"every hour is known":                   {traffic(time.Hour, 1, 2, 3, 4), 4 * time.Hour, 10},
		"a part of the hours":                   {traffic(time.Hour, 1, 2, 3, 4), 2 * time.Hour, 7},
		"every third hour":                      {traffic(3*time.Hour, 10, 20), 6 * time.Hour, 90},
		"idle at the end":                       {traffic(time.Hour, 6, 6, -1, -1), 4 * time.Hour, 12},
		"new: what it brings along is left out": {traffic(time.Hour, -1, -1, 1000, 5, 5, 5), 6 * time.Hour, 30},
		"one hour is all there is":              {traffic(time.Hour, -1, -1, -1, 7), 4 * time.Hour, 28},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.traffic.Calls(c.window); math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%v calls, want %v", got, c.want)
			}
		})
	}
}

// TestSteadyTrafficIsEstimatedExactly however few of its hours are read.
func TestSteadyTrafficIsEstimatedExactly(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		rate, every := float64(dice.IntN(1000)), time.Duration(1+dice.IntN(50))*time.Hour
		hours := slices.Repeat([]float64{rate}, 1+dice.IntN(50))
		window := time.Duration(len(hours)) * every
		got, want := traffic(every, hours...).Calls(window), rate*window.Hours()
		if math.Abs(got-want) > 1e-6*max(want, 1) {
			t.Fatalf("%v calls an hour, %d hours, one each %s: %v calls, want %v", rate, len(hours), every, got, want)
		}
	}
}

func TestBusiestHoursAroundASpan(t *testing.T) {
	for name, c := range map[string]struct {
		traffic lint.Traffic
		span    time.Duration
		want    float64
		known   bool
	}{
		"nothing":                       {traffic(time.Hour), time.Hour, 0, false},
		"not every hour was read":       {traffic(2*time.Hour, 1, 2), time.Hour, 0, false},
		"an hour may lie over two":      {traffic(time.Hour, 1, 5, 4, 1), time.Hour, 9, true},
		"five minutes may lie over two": {traffic(time.Hour, 1, 5, 4, 1), 5 * time.Minute, 9, true},
		"two hours over three":          {traffic(time.Hour, 1, 5, 4, 1), 2 * time.Hour, 10, true},
		"hours apart do not add up":     {traffic(time.Hour, 5, -1, -1, 5), time.Hour, 5, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, known := c.traffic.Busiest(c.span)
			if got != c.want || known != c.known {
				t.Errorf("%v, %v; want %v, %v", got, known, c.want, c.known)
			}
		})
	}
}

func TestKnownPartOfAWindow(t *testing.T) {
	for name, c := range map[string]struct {
		traffic lint.Traffic
		want    time.Duration
	}{
		"none":             {traffic(time.Hour, -1, -1), 0},
		"a part":           {traffic(time.Hour, -1, 0, 1), 2 * time.Hour},
		"more than asked":  {traffic(time.Hour, 1, 1, 1, 1, 1), 4 * time.Hour},
		"idle at the end":  {traffic(time.Hour, -1, 1, -1), 2 * time.Hour},
		"every third hour": {traffic(3*time.Hour, 1), 3 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.traffic.Known(4 * time.Hour); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
