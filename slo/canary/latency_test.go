package canary

import (
	"math"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// buckets are counts at or under rising bounds of 0.1, 0.2, … seconds, the last one
// without end.
func buckets(counts ...int64) (out []slo.Bucket) {
	for i, n := range counts {
		b := slo.Bucket{LowerBound: float64(i) / 10, UpperBound: float64(i+1) / 10, Count: n}
		if i == 0 {
			b.LowerBound = math.Inf(-1)
		}
		if i == len(counts)-1 {
			b.UpperBound = math.Inf(1)
		}
		out = append(out, b)
	}
	return out
}

// Hand-computed: U counts the pairs in which the canary is slower, ties as a half; the
// variance is n₁n₀/12 · (n+1 − Σ(t³−t)/(n(n−1))).
func TestShiftOfHandComputedCases(t *testing.T) {
	for _, c := range []struct {
		name             string
		canary, baseline []slo.Bucket
		slower, z        float64
	}{
		{"alike", buckets(5, 5, 0), buckets(5, 5, 0), 0.5, 0},
		{"all slower", buckets(0, 4, 0), buckets(4, 0, 0), 1, 8 / math.Sqrt(16.0/12*(9-120.0/56))},
		{"all faster", buckets(4, 0, 0), buckets(0, 4, 0), 0, -8 / math.Sqrt(16.0/12*(9-120.0/56))},
		{"half of them", buckets(2, 2, 0), buckets(4, 0, 0), 0.75, 4 / math.Sqrt(16.0/12*(9-(210.0+6)/56))},
		{"all in one bucket", buckets(0, 4, 0), buckets(0, 9, 0), 0.5, 0},
	} {
		got := shift(sorted(c.canary), sorted(c.baseline))
		if want := math.Erfc(c.z/math.Sqrt2) / 2; math.Abs(got.Slower-c.slower) > 1e-12 || math.Abs(got.P-want) > 1e-12 {
			t.Errorf("%s: %+v, want %v with %v", c.name, got, c.slower, want)
		}
	}
}

func TestSidesWithOtherBucketsAreNotRanked(t *testing.T) {
	other := []slo.Bucket{{LowerBound: 0.05, UpperBound: 0.15, Count: 3}}
	if got := compareLatency(buckets(1, 2, 3), other, 0.95); got == nil || got.Shift != nil {
		t.Errorf("overlapping buckets: %+v", got)
	}
	if got := compareLatency(buckets(1, 2, 3), nil, 0.95); got != nil {
		t.Errorf("a side without buckets: %+v", got)
	}
}

// Hand-computed: of 10 calls the median has rank 2 to 9 around it with 95 %: that 0 or 1
// of 10 lie under it has a chance of 11/1024 = 1.1 %, that 2 or fewer do 5.5 %. Among
// 10 calls none bounds the 99th percentile from above: 0.99^10 is 90 %.
func TestQuantileIntervalsOfHandComputedCases(t *testing.T) {
	side := sorted(buckets(1, 2, 4, 1, 2))
	lower, upper := between(side, 0.5, 0.025)
	if *lower != 0.1 || upper != nil {
		t.Errorf("median: %v to %v, want 0.1 to no end", *lower, upper)
	}
	if _, upper := between(sorted(buckets(1, 2, 4, 3, 0)), 0.5, 0.025); *upper != 0.4 {
		t.Errorf("median: at most %v, want 0.4", *upper)
	}
	if lower, upper := between(sorted(buckets(10, 0)), 0.99, 0.025); *lower != 0 || upper != nil {
		t.Errorf("p99: %v to %v, want 0 to no end", *lower, upper)
	}
	if lower, upper := between(sorted(buckets(0, 400, 0)), 0.99, 0.025); *lower != 0.1 || *upper != 0.2 {
		t.Errorf("p99 of 400 calls in one bucket: %v to %v, want 0.1 to 0.2", *lower, *upper)
	}
}

func TestQuantilesLieWithinTheirIntervals(t *testing.T) {
	l := compareLatency(buckets(500, 300, 150, 40, 10), buckets(6000, 3000, 900, 90, 10), 0.95)
	for _, side := range [][]Quantile{l.Canary, l.Baseline} {
		for _, q := range side {
			if q.Lower == nil || q.Value != nil && *q.Value < *q.Lower || q.Value != nil && q.Upper != nil && *q.Value > *q.Upper {
				t.Errorf("%+v", q)
			}
		}
	}
	if l.Shift.Slower <= 0.5 || l.Shift.P > 0.001 {
		t.Errorf("a slower canary: %+v", l.Shift)
	}
}
