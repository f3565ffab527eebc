package breakdown_test

import (
	"testing"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
)

func TestTrend(t *testing.T) {
	for _, c := range []struct {
		now, before float64
		want        breakdown.Direction
	}{
		{1.3, 1, breakdown.Up},
		{1.2, 1, breakdown.Steady}, // a fifth
		{0.8, 1, breakdown.Steady},
		{0.7, 1, breakdown.Down},
		{0, 0, breakdown.Steady},
		{0.1, 0, breakdown.Up},
		{0, 0.1, breakdown.Down},
		{-1.3, -1, breakdown.Down},
		{-0.7, -1, breakdown.Up},
	} {
		if got := breakdown.Trend(c.now, c.before); got != c.want {
			t.Errorf("%v after %v: %s, want %s", c.now, c.before, got, c.want)
		}
	}
}

func TestMean(t *testing.T) {
	points := []slo.SignalPoint{{Value: new(1.0)}, {}, {Value: new(4.0)}}
	if got, known := breakdown.Mean(points); got != 2.5 || !known {
		t.Errorf("%v %v", got, known)
	}
	if _, known := breakdown.Mean(points[1:2]); known {
		t.Error("the mean of nothing is known")
	}
}
