package slo

import (
	"math"
	"slices"
	"time"
)

// Bucket is how many events of a span were at or under a bound, and above the
// bound of the bucket before it: not cumulative.
type Bucket struct {
	UpperBound float64 // seconds; +Inf for the last
	Count      int64
}

// Quantiles are latencies in seconds over one window. A quantile that falls
// into the last bucket is only known to be above the highest finite bound: it
// is nil, and Above says the bound.
type Quantiles struct {
	Window        time.Duration
	P50, P95, P99 *float64
	Above         *float64
}

// ComputeQuantiles reads p50, p95 and p99 from buckets, in any order. It
// returns nil without events. A value inside a bucket is interpolated
// linearly, as Prometheus' histogram_quantile does.
func ComputeQuantiles(window time.Duration, buckets []Bucket) *Quantiles {
	buckets = slices.Clone(buckets)
	slices.SortFunc(buckets, func(a, b Bucket) int {
		switch {
		case a.UpperBound < b.UpperBound:
			return -1
		case a.UpperBound > b.UpperBound:
			return 1
		}
		return 0
	})
	q := &Quantiles{Window: window}
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
	if total <= 0 {
		return 0, false, false
	}
	want := rank * float64(total)
	lower, seen := 0.0, 0.0
	for _, b := range sorted {
		count := float64(b.Count)
		if math.IsInf(b.UpperBound, 1) {
			return lower, true, lower > 0
		}
		if count > 0 && seen+count >= want {
			return lower + (b.UpperBound-lower)*(want-seen)/count, false, true
		}
		seen += count
		lower = b.UpperBound
	}
	return lower, true, true
}
