package slo_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func TestAverageOfBuckets(t *testing.T) {
	inf := math.Inf(1)
	for _, tc := range []struct {
		what    string
		buckets []slo.Bucket
		want    slo.Average
	}{
		{"one bucket from zero: its middle", chain(0.2, 10), slo.Average{Low: 0, Estimate: 0.1, High: 0.2}},
		// At least 3 × 0.1 s, at most 6 × 0.1 + 3 × 0.3 s, of nine calls.
		{"two buckets", chain(0.1, 6, 0.3, 3), slo.Average{Low: 0.3 / 9, Estimate: (6*0.05 + 3*0.2) / 9, High: 1.5 / 9}},
		{"in any order, with empty ones", chain(inf, 0, 0.3, 3, 0.1, 6), slo.Average{Low: 0.3 / 9, Estimate: 0.9 / 9, High: 1.5 / 9}},
		{"some beyond the highest bound: no upper bound, and they count at that", chain(0.1, 9, inf, 1), slo.Average{Low: 0.01, Estimate: 0.055, High: inf}},
		{"all beyond the highest bound", chain(5, 0, inf, 7), slo.Average{Low: 5, Estimate: 5, High: inf}},
		{"a bucket that nobody bounds", chain(inf, 3), slo.Average{Low: 0, Estimate: 0, High: inf}},
		{"a native bucket around zero", []slo.Bucket{{LowerBound: -0.001, UpperBound: 0.001, Count: 5}}, slo.Average{Low: 0, Estimate: 0, High: 0.001}},
		{"a bucket that ends below zero", chain(-1, 4), slo.Average{}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got, known := slo.TookOf(tc.buckets).Average()
			if diff := cmp.Diff(tc.want, got, closeEnough()); diff != "" || !known {
				t.Errorf("known: %v; -want +got:\n%s", known, diff)
			}
			if got.Bounded() != !math.IsInf(tc.want.High, 1) {
				t.Errorf("bounded: %v", got.Bounded())
			}
		})
	}
	for what, buckets := range map[string][]slo.Bucket{"nothing": nil, "no events": chain(0.1, 0, inf, 0), "fewer than none": chain(0.1, -3)} {
		if got, known := slo.TookOf(buckets).Average(); known {
			t.Errorf("%s took %v on average", what, got)
		}
	}
}

// sample is any events and the buckets they are counted in.
func sample(random *rand.Rand, bounds []float64) (events []float64, buckets []slo.Bucket) {
	edges := append(append([]float64{math.Inf(-1)}, bounds...), math.Inf(1))
	for i := range len(edges) - 1 {
		buckets = append(buckets, slo.Bucket{LowerBound: edges[i], UpperBound: edges[i+1]})
	}
	events = make([]float64, 1+random.IntN(200))
	for i := range events {
		events[i] = math.Exp(random.NormFloat64()*random.Float64()*2 - 2)
		at, _ := slices.BinarySearch(bounds, events[i])
		buckets[at].Count++
	}
	return events, buckets
}

func mean(events []float64) float64 {
	var sum float64
	for _, e := range events {
		sum += e
	}
	return sum / float64(len(events))
}

// Whatever the events are, their true mean and the estimate lie between the bounds; in
// twice the unit all double; and two sets together took what each of them took.
func TestTheTrueMeanLiesBetweenTheBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	bounds := []float64{0.01, 0.05, 0.1, 0.5, 1, 5}
	const slack = 1e-9
	for range 1000 {
		events, buckets := sample(random, bounds)
		took := slo.TookOf(buckets)
		got, _ := took.Average()
		if truth := mean(events); truth < got.Low-slack || truth > got.High+slack || got.Estimate < got.Low || got.Estimate > got.High {
			t.Fatalf("the mean %v of %d events is answered as %+v", truth, len(events), got)
		}
		if open := buckets[len(buckets)-1].Count > 0; got.Bounded() == open {
			t.Fatalf("%+v of %v", got, buckets)
		}
		scaled := slices.Clone(buckets)
		for i := range scaled {
			scaled[i] = scaled[i].Scaled(2)
		}
		twice, _ := slo.TookOf(scaled).Average()
		if diff := cmp.Diff(slo.Average{Low: 2 * got.Low, Estimate: 2 * got.Estimate, High: 2 * got.High}, twice, closeEnough()); diff != "" {
			t.Fatal(diff)
		}
		_, more := sample(random, []float64{0.2, 3})
		if diff := cmp.Diff(slo.TookOf(append(more, buckets...)), took.Add(slo.TookOf(more)), closeEnough()); diff != "" {
			t.Fatal(diff)
		}
	}
}
