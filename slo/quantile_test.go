package slo_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func TestComputeQuantiles(t *testing.T) {
	inf := math.Inf(1)
	known := func(f float64) *float64 { return &f }
	for _, tc := range []struct {
		what    string
		buckets []slo.Bucket
		want    *slo.Quantiles
	}{
		{"nothing happened", nil, nil},
		{"buckets without events", chain(0.1, 0, inf, 0), nil},
		{"evenly spread over one bucket", chain(1, 100, inf, 0), &slo.Quantiles{P50: known(0.5), P95: known(0.95), P99: known(0.99)}},
		{
			"each quantile in a bucket of its own",
			chain(0.1, 50, 0.2, 45, 0.4, 5, inf, 0),
			&slo.Quantiles{P50: known(0.1), P95: known(0.2), P99: known(0.2 + 0.2*4/5)},
		},
		{
			"in any order",
			chain(inf, 0, 0.4, 5, 0.1, 50, 0.2, 45),
			&slo.Quantiles{P50: known(0.1), P95: known(0.2), P99: known(0.2 + 0.2*4/5)},
		},
		{
			"the slowest 2 % beyond the highest bound: only p99 is unknown",
			chain(0.1, 98, 2.5, 0, inf, 2),
			&slo.Quantiles{P50: known(0.1 * 50 / 98), P95: known(0.1 * 95 / 98), Above: known(2.5)},
		},
		{
			"all beyond the highest bound",
			chain(0.1, 0, 5, 0, inf, 7),
			&slo.Quantiles{Above: known(5)},
		},
		{"what was not in an empty bucket is not spread over it", []slo.Bucket{{LowerBound: 0.1, UpperBound: 0.2, Count: 50}, {LowerBound: 0.4, UpperBound: 0.8, Count: 50}}, &slo.Quantiles{P50: known(0.2), P95: known(0.76), P99: known(0.792)}},
		{"a lowest bucket below zero says its end", chain(-1, 100), &slo.Quantiles{P50: known(-1), P95: known(-1), P99: known(-1)}},
		{"the highest bound is zero: nobody knows", chain(0, 1, inf, 100), nil},
		{"an empty bucket in between is stepped over", chain(0.1, 50, 0.2, 0, 0.4, 50, inf, 0), &slo.Quantiles{P50: known(0.1), P95: known(0.38), P99: known(0.396)}},
		{"one unbounded bucket says nothing", chain(inf, 10), nil},
		{"without the unbounded bucket", chain(1, 10), &slo.Quantiles{P50: known(0.5), P95: known(0.95), P99: known(0.99)}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			if tc.want != nil {
				tc.want.Window, tc.want.Took = time.Hour, slo.TookOf(tc.buckets)
			}
			got := slo.ComputeQuantiles(time.Hour, tc.buckets)
			if diff := cmp.Diff(tc.want, got, closeEnough()); diff != "" {
				t.Errorf("quantiles (-want +got):\n%s", diff)
			}
		})
	}
}

// chain makes the buckets of a classic histogram of pairs: a bound and how many
// events lie between it and the one before, in any order.
func chain(pairs ...float64) []slo.Bucket {
	var out []slo.Bucket
	for pair := range slices.Chunk(pairs, 2) {
		out = append(out, slo.Bucket{UpperBound: pair[0], Count: int64(pair[1])})
	}
	for i := range out {
		out[i].LowerBound = math.Inf(-1)
		for _, other := range out {
			if other.UpperBound < out[i].UpperBound {
				out[i].LowerBound = max(out[i].LowerBound, other.UpperBound)
			}
		}
	}
	return out
}

func closeEnough() cmp.Option {
	return cmp.Comparer(func(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-9 })
}

func TestComputeQuantiles_leaves_its_argument_alone(t *testing.T) {
	buckets := chain(math.Inf(1), 1, 0.5, 10)
	before := slices.Clone(buckets)
	slo.ComputeQuantiles(time.Hour, buckets)
	if diff := cmp.Diff(before, buckets); diff != "" {
		t.Errorf("the buckets were changed:\n%s", diff)
	}
}

// A quantile lies in the bucket where the true one, of the events themselves,
// lies.
func TestComputeQuantiles_are_in_the_bucket_of_the_true_ones(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	bounds := []float64{0.01, 0.05, 0.1, 0.5, 1, 5}
	bucketOf := func(v float64) int { i, _ := slices.BinarySearch(bounds, v); return i }
	for range 500 {
		events := make([]float64, 1+random.IntN(300))
		buckets := make([]slo.Bucket, len(bounds)+1)
		for i := range buckets {
			buckets[i].LowerBound, buckets[i].UpperBound = math.Inf(-1), math.Inf(1)
			if i > 0 {
				buckets[i].LowerBound = bounds[i-1]
			}
			if i < len(bounds) {
				buckets[i].UpperBound = bounds[i]
			}
		}
		for i := range events {
			events[i] = math.Exp(random.NormFloat64()*1.5 - 2)
			buckets[bucketOf(events[i])].Count++
		}
		slices.Sort(events)
		q := slo.ComputeQuantiles(time.Hour, buckets)
		for rank, got := range map[float64]*float64{0.5: q.P50, 0.95: q.P95, 0.99: q.P99} {
			truth := events[int(math.Ceil(rank*float64(len(events))))-1]
			switch {
			case bucketOf(truth) == len(bounds) && (got != nil || q.Above == nil || *q.Above != 5):
				t.Fatalf("p%g is %v, beyond the highest bound, and answered as %v above %v", rank*100, truth, got, q.Above)
			case bucketOf(truth) < len(bounds) && (got == nil || bucketOf(*got) != bucketOf(truth)):
				t.Fatalf("p%g of %d events is %v, answered as %v", rank*100, len(events), truth, got)
			}
		}
	}
}
