package slo_test

import (
	"math"
	"testing"

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

func TestWhatIsNoValueIsNotKept(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e14} {
		if inc, ok := slo.ValueIncrement(30, 30, v); ok {
			t.Errorf("%v is kept as %+v", v, inc)
		}
	}
	if _, known := slo.MeanValue(0, nil); known {
		t.Error("no values have a mean")
	}
}
