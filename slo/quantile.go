package slo

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Quantiles are latencies in seconds over one window. A quantile that falls
// into the last bucket is only known to be above the highest finite bound: it
// is nil, and Above says the bound. Took is how long all events took together.
type Quantiles struct {
	Window        time.Duration
	P50, P95, P99 *float64
	Above         *float64
	Took          Took
}

// ComputeQuantiles reads p50, p95 and p99 from buckets in seconds, in any order.
// It returns nil without events. A value inside a bucket is interpolated
// linearly, as Prometheus' histogram_quantile does with classic histograms, so
// that it is wrong by less than the width of the bucket.
func ComputeQuantiles(window time.Duration, buckets []Bucket) *Quantiles {
	buckets = slices.DeleteFunc(slices.Clone(buckets), func(b Bucket) bool { return b.Count <= 0 })
	slices.SortFunc(buckets, func(a, b Bucket) int {
		return cmp.Or(cmp.Compare(a.UpperBound, b.UpperBound), cmp.Compare(a.LowerBound, b.LowerBound))
	})
	q := &Quantiles{Window: window, Took: TookOf(buckets)}
	for _, want := range []struct {
		rank float64
		into **float64
	}{{0.5, &q.P50}, {0.95, &q.P95}, {0.99, &q.P99}} {
		value, above, ok := quantile(want.rank, buckets)
		if !ok {
			return nil
		}
		if above {
			q.Above = &value
		} else {
			*want.into = &value
		}
	}
	return q
}

// quantile finds the bucket that holds the rank and interpolates in it. When
// that is the last, unbounded one, value is the highest finite bound and above
// is true.
func quantile(rank float64, sorted []Bucket) (value float64, above, ok bool) {
	var total int64
	for _, b := range sorted {
		total += b.Count
	}
	want, seen := rank*float64(total), 0.0
	for i, b := range sorted {
		count := float64(b.Count)
		if seen+count < want && i < len(sorted)-1 {
			seen += count
			continue
		}
		if math.IsInf(b.UpperBound, 1) {
			return b.LowerBound, true, b.LowerBound > 0
		}
		return b.at((want - seen) / count), false, true
	}
	return 0, false, false
}

// at is the value below which a share of the bucket's events lies.
func (b Bucket) at(share float64) float64 {
	lower := b.begin()
	return lower + (b.UpperBound-lower)*share
}

// begin is where the bucket's values begin. Durations begin at zero where it has no
// lower bound; in one that ends below it, only its end is known.
func (b Bucket) begin() float64 {
	if math.IsInf(b.LowerBound, -1) {
		return min(0, b.UpperBound)
	}
	return b.LowerBound
}
