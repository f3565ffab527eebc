package plan_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// native books histograms of the function f in the slot that ends at 60.
func native(t *testing.T, sli plan.SLI, classic []answered, histograms ...plan.Histogram) *plan.Tally {
	t.Helper()
	out := tally(t, []plan.SLI{sli}, classic)
	for _, h := range histograms {
		out.Answer(nativeGroup(t, sli), map[string]string{"function": "f"}).AddNative(60, h, 1)
	}
	return out
}

func nativeGroup(t *testing.T, sli plan.SLI) *plan.Group {
	t.Helper()
	p, _ := plan.New([]plan.SLI{sli})
	for _, g := range p.Groups {
		if g.Native() {
			return g
		}
	}
	t.Fatal("nobody asks for a native histogram")
	return nil
}

// holding makes a histogram of triples: lower bound, upper bound, count.
func holding(triples ...[3]float64) plan.Histogram {
	var h plan.Histogram
	for _, b := range triples {
		h.Count += b[2]
		h.Buckets = append(h.Buckets, plan.NativeBucket{Lower: b[0], Upper: b[1], Count: b[2]})
	}
	return h
}

func TestTally_reads_off_native_histograms(t *testing.T) {
	second := latency("a", "f", time.Second)
	inf := math.Inf(1)
	for _, tc := range []struct {
		what    string
		sli     plan.SLI
		classic []answered
		natives []plan.Histogram
		want    *slo.Counts // nil: the slot was not seen
		invalid string
	}{
		{"a threshold that is a bound", second, nil, []plan.Histogram{holding([3]float64{0.5, 1, 90}, [3]float64{1, 2, 10})}, &slo.Counts{Total: 100, Bad: 10}, ""},
		{"fine buckets", second, nil, []plan.Histogram{holding([3]float64{0.917, 1, 90}, [3]float64{1, 1.09, 4}, [3]float64{1.09, 1.19, 6})}, &slo.Counts{Total: 100, Bad: 10}, ""},
		{"nothing was called", second, nil, []plan.Histogram{{}}, &slo.Counts{}, ""},
		{"no time at all", second, nil, []plan.Histogram{holding([3]float64{-1e-39, 1e-39, 5}, [3]float64{0, 0, 5})}, &slo.Counts{Total: 10}, ""},
		{"custom buckets", second, nil, []plan.Histogram{holding([3]float64{math.Inf(-1), 0.1, 5}, [3]float64{0.1, 1, 5}, [3]float64{1, 2.5, 2}, [3]float64{2.5, inf, 1})}, &slo.Counts{Total: 13, Bad: 3}, ""},
		{"a threshold inside a bucket", second, nil, []plan.Histogram{holding([3]float64{0.84, 1.19, 1})}, nil, "no bucket at 1s; the nearest are 840ms and 1.19s"},
		{"a threshold inside a bucket, interpolated", interpolated(time.Second), nil, []plan.Histogram{holding([3]float64{0.5, 1.5, 40})}, &slo.Counts{Total: 40, Bad: 20}, ""},
		{"durations that are no numbers are slow", second, nil, []plan.Histogram{{Count: 12, Buckets: holding([3]float64{0.5, 1, 10}).Buckets}}, &slo.Counts{Total: 12, Bad: 2}, ""},
		{"processes of either kind are added", second, []answered{bucket("1", 95), bucket("+Inf", 100)}, []plan.Histogram{holding([3]float64{0.5, 1, 9}, [3]float64{1, 2, 1})}, &slo.Counts{Total: 110, Bad: 6}, ""},
		{"a classic one without +Inf beside it", second, []answered{bucket("1", 95)}, []plan.Histogram{holding([3]float64{0.5, 1, 9})}, nil, `no le="+Inf"`},
		{"a bucket that is not a number", second, nil, []plan.Histogram{holding([3]float64{0.5, 1, math.NaN()})}, nil, ""},
		{"bounds that are not numbers", second, nil, []plan.Histogram{holding([3]float64{math.NaN(), 1, 5})}, nil, ""},
		{"a bucket below zero", second, nil, []plan.Histogram{holding([3]float64{0.5, 1, -5})}, nil, ""},
		{"more than can be", second, nil, []plan.Histogram{holding([3]float64{0.5, 1, 1e19})}, nil, ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got, err := native(t, tc.sli, tc.classic, tc.natives...).Increments(tc.sli)
			judged(t, got, err, tc.want, tc.invalid)
		})
	}
}

func TestTally_takes_native_histograms_back(t *testing.T) {
	sli := latency("a", "f", time.Second)
	out := native(t, sli, nil, holding([3]float64{0.5, 1, 90}, [3]float64{1, 2, 10}))
	out.Answer(nativeGroup(t, sli), map[string]string{"function": "f"}).AddNative(60, holding([3]float64{0.5, 1, 50}, [3]float64{1, 2, 9}), -1)
	got, err := out.Increments(sli)
	judged(t, got, err, &slo.Counts{Total: 41, Bad: 1}, "")
}

func TestTally_keeps_a_dozen_classes_of_a_native_histogram(t *testing.T) {
	class := func(text string) string { return slo.ClassKey(labelsFrom(text)) }
	h := holding([3]float64{-1e-39, 1e-39, 1}, [3]float64{0.001, 0.0011, 2}, [3]float64{0.5, 0.545, 3}, [3]float64{0.595, 0.648, 4},
		[3]float64{0.707, 0.75, 5}, [3]float64{0.75, 0.8, 6}, [3]float64{8, 8.7, 7}, [3]float64{100, 109, 8})
	sli := latency("a", "f", 750*time.Millisecond)
	got, err := native(t, sli, nil, h).Increments(sli)
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	want := map[string]int64{
		class("gt=-Inf le=0.015625"): 3, class("gt=0.5 le=0.75"): 12, class("gt=0.75 le=1"): 6, class("gt=8 le=16"): 7, class("gt=16 le=+Inf"): 8,
	}
	if diff := cmp.Diff(want, got[0].Classes); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
}

// Whatever the schema, classes lose no call, hold the buckets they are made of
// and never move a call over the threshold.
func TestTally_folds_buckets_without_moving_them_over_the_threshold(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		threshold := time.Duration(math.Exp(random.Float64()*16) * float64(time.Microsecond))
		perOctave := math.Exp2(float64(random.IntN(9)))
		middle := math.Floor(math.Log2(threshold.Seconds()) * perOctave)
		var h plan.Histogram
		var slow, total int64
		for i := middle - 40; i < middle+40; i++ {
			b := plan.NativeBucket{Lower: math.Exp2(i / perOctave), Upper: math.Exp2((i + 1) / perOctave), Count: float64(random.IntN(3))}
			if b.Lower < threshold.Seconds() && b.Upper > threshold.Seconds() {
				b.Count = 0 // nobody knows on which side its calls are
			}
			total += int64(b.Count)
			if b.Lower >= threshold.Seconds() {
				slow += int64(b.Count)
			}
			h.Count += b.Count
			h.Buckets = append(h.Buckets, b)
		}
		sli := interpolated(threshold)
		got, err := native(t, sli, nil, h).Increments(sli)
		judged(t, got, err, &slo.Counts{Total: total, Bad: slow}, "")
		var classes int64
		for _, n := range got[0].Classes {
			classes += n
		}
		if classes != total || len(got[0].Classes) > 14 {
			t.Fatalf("%d of %d calls in %d classes: %v", classes, total, len(got[0].Classes), got[0].Classes)
		}
	}
}
