package fleet_test

import (
	"math"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/slo"
)

// The fleet knows how long its calls took. What is worked out from its buckets alone
// holds that between its bounds, and the estimate is near, as calls of the fleet are spread
// about evenly over each bucket.
func TestTheAverageOfBucketsIsNearTheTruth(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 3})
	for _, fn := range f.Functions() {
		c := truth(t, f, fn.Key(), now.Add(-24*time.Hour), now)
		got, known := slo.TookOf(bucketsOf(c)).Average()
		if !known {
			t.Errorf("%s: no average of %d calls", fn.Key(), c.Total)
			continue
		}
		average := c.Seconds / float64(c.Total)
		if average < got.Low || average > got.High {
			t.Errorf("%s: %v s on average, answered as %+v", fn.Key(), average, got)
		}
		if off := math.Abs(got.Estimate/average - 1); off > 0.1 {
			t.Errorf("%s: %v s on average, estimated as %v: %.0f %% off", fn.Key(), average, got.Estimate, off*100)
		}
	}
}

// bucketsOf are the cumulative buckets of a function, told apart.
func bucketsOf(c fleet.Counts) []slo.Bucket {
	out := make([]slo.Bucket, len(c.Buckets))
	lower, before := math.Inf(-1), int64(0)
	for i, b := range c.Buckets {
		out[i] = slo.Bucket{LowerBound: lower, UpperBound: b.UpperBound, Count: b.Count - before}
		lower, before = b.UpperBound, b.Count
	}
	return out
}
