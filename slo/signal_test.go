package slo_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Sums of increments are exact, and their mean is that of the values.
func TestValuesOfSignalsAddUp(t *testing.T) {
	for _, test := range []struct {
		values []float64
		mean   float64
	}{
		{[]float64{0}, 0},
		{[]float64{0.25, 0.5, 0.75}, 0.5},
		{[]float64{-3, 1}, -1},
		{[]float64{0.000001}, 0.000001},
		{[]float64{4_000_000_001, 1_999_999_999}, 3e9},
		{[]float64{2_000_000, 1}, 1_000_000.5},
	} {
		var total int64
		classes := map[string]int64{}
		for _, v := range test.values {
			inc, ok := slo.ValueIncrement(30, 30, v)
			if !ok || inc.Bad != 0 || inc.End != 30 || inc.Width != 30 {
				t.Fatalf("%v: %+v", v, inc)
			}
			total += inc.Total
			for class, n := range inc.Classes {
				classes[class] += n
			}
		}
		if got, known := slo.MeanValue(total, classes); !known || got != test.mean {
			t.Errorf("the mean of %v is %v, want %v", test.values, got, test.mean)
		}
	}
}

// Values of any size and sign are kept to a millionth of them, and of the longest
// time in the narrowest slots the sum is still one.
func TestTheMeanOfASignalIsRightToAMillionthOverAnyTime(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const slots = math.MaxInt64 / int64(time.Second)
	for range 10_000 {
		value := math.Copysign(math.Pow(10, 26*rng.Float64()-8), rng.Float64()-0.5)
		inc, ok := slo.ValueIncrement(30, 30, value)
		if !ok {
			t.Fatalf("%v is not kept", value)
		}
		sums := map[string]int64{}
		for class, n := range inc.Classes {
			if sums[class] = n * slots; sums[class]/slots != n {
				t.Fatalf("%v: the sum of %d slots of %d is beyond 64 bits", value, slots, n)
			}
		}
		mean, known := slo.MeanValue(slots, sums)
		if off := math.Abs(mean - value); !known || off > max(1e-6, 1e-6*math.Abs(value)) {
			t.Fatalf("the mean of %v is %v", value, mean)
		}
	}
}

func TestWhatIsNoValueIsNotKept(t *testing.T) {
	if _, ok := slo.ValueIncrement(30, 30, -slo.MostSignal); !ok {
		t.Error("the largest value is not kept")
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1.01 * slo.MostSignal} {
		if inc, ok := slo.ValueIncrement(30, 30, v); ok {
			t.Errorf("%v is kept as %+v", v, inc)
		}
	}
	if _, known := slo.MeanValue(0, nil); known {
		t.Error("no values have a mean")
	}
}
