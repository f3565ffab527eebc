package promtest_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// The quantiles of slofuse are those of histogram_quantile, for random buckets:
// empty ones, one alone, bounds at and below zero, all calls beyond the highest.
func TestQuantiles_are_those_of_histogram_quantile(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	engine := newEngine(t)
	for n := range 200 {
		store := &promtest.Samples{}
		buckets := randomBuckets(random)
		var cumulative int64
		for _, b := range buckets {
			cumulative += b.Count
			le := strconv.FormatFloat(b.UpperBound, 'g', -1, 64)
			store.Append(labels.FromStrings(labels.MetricName, "h_bucket", "le", le), zero, float64(cumulative), zero)
		}
		highest := math.Inf(-1)
		if len(buckets) > 1 {
			highest = buckets[len(buckets)-2].UpperBound
		}
		got := slo.ComputeQuantiles(time.Hour, buckets)
		for rank, value := range map[float64]func() *float64{0.5: func() *float64 { return got.P50 }, 0.95: func() *float64 { return got.P95 }, 0.99: func() *float64 { return got.P99 }} {
			query, err := engine.NewInstantQuery(context.Background(), store.At(func() time.Time { return zero }), nil, fmt.Sprintf("histogram_quantile(%v, h_bucket)", rank), zero)
			if err != nil {
				t.Fatal(err)
			}
			vector, err := query.Exec(context.Background()).Vector()
			if err != nil || len(vector) != 1 {
				t.Fatal(vector, err)
			}
			want := vector[0].F
			switch {
			case got == nil:
				// No calls, or all beyond a highest bound that says nothing.
				if !math.IsNaN(want) && want > 0 {
					t.Fatalf("history %d: %v has no quantiles, Prometheus says %v", n, buckets, want)
				}
			case value() == nil:
				if got.Above == nil || *got.Above != highest || want != highest {
					t.Fatalf("history %d: p%v of %v is above %v, Prometheus says %v", n, rank*100, buckets, got.Above, want)
				}
			case math.Abs(*value()-want) > 1e-9*math.Max(1, math.Abs(want)):
				t.Fatalf("history %d: p%v of %v is %v, Prometheus says %v", n, rank*100, buckets, *value(), want)
			}
		}
	}
}

// randomBuckets are those of a classic histogram, all bounds there.
func randomBuckets(random *rand.Rand) []slo.Bucket {
	bounds := []float64{math.Inf(1)}
	for range random.IntN(8) {
		bounds = append(bounds, []float64{-1, 0, 0.005, 0.1, 0.25, 0.5, 1, 2.5, 10, 0.7071067811865476}[random.IntN(10)])
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	lower, out := math.Inf(-1), []slo.Bucket{}
	for _, upper := range bounds {
		count := int64(random.IntN(3) * random.IntN(50))
		out = append(out, slo.Bucket{LowerBound: lower, UpperBound: upper, Count: count})
		lower = upper
	}
	return out
}
