package read

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/prom"
)

// born is what a series adds to its slot that has no value to grow from.
const born = 1.0 / 4096

// answered are series that share labels, with a value for each slot of 30 s.
func answered(function string, values ...float64) *model.SampleStream {
	out := &model.SampleStream{Metric: model.Metric{"function": model.LabelValue(function)}}
	for i, v := range values {
		if !math.IsNaN(v) {
			out.Values = append(out.Values, model.SamplePair{Timestamp: model.TimeFromUnix(30 * int64(i+1)), Value: model.SampleValue(v)})
		}
	}
	return out
}

// Slots in which some series did not simply go on are asked about in full: each
// once, those near one another together.
func TestOddSlotsAreCoveredByRanges(t *testing.T) {
	none := math.NaN()
	s, err := splitSteady(model.Matrix{
		answered("a", 5, 5+born, 5+2*born, 0, 7, 7),
		answered("b", 3, 3, 3+born, none, 0, 3+3*born),
	})
	if err != nil {
		t.Fatal(err)
	}
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	want := []prom.Range{{Start: at(60), End: at(90), Step: 30 * time.Second}, {Start: at(180), End: at(180), Step: 30 * time.Second}}
	if got := s.odd(30, 1); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	whole := []prom.Range{{Start: at(60), End: at(180), Step: 30 * time.Second}}
	if got := s.odd(30, 2); !slices.Equal(got, whole) {
		t.Errorf("%+v with gaps of two slots, want %+v", got, whole)
	}
	done := s.byLabels()
	for function, ends := range map[string][]int64{"a": {30, 120, 150, 180}, "b": {30, 60, 150}} {
		for end := int64(30); end <= 180; end += 30 {
			if got, want := done.of(map[string]string{"function": function}).has(end), slices.Contains(ends, end); got != want {
				t.Errorf("%s in the slot of %d went on: %v", function, end, got)
			}
		}
	}
	if done.of(map[string]string{"function": "c"}).has(30) {
		t.Error("who did not answer went on")
	}
}

func TestNothingIsToldOfCountersOfFractions(t *testing.T) {
	if s, err := splitSteady(model.Matrix{answered("a", 5, 0.3)}); err == nil {
		t.Errorf("%+v", s)
	}
}

func TestNativeHistogramsAreAskedAboutWhereThereAreAny(t *testing.T) {
	none := math.NaN()
	at := func(slot int64) time.Time { return time.Unix(30*slot, 0) }
	want := []prom.Range{{Start: at(2), End: at(4), Step: 30 * time.Second}, {Start: at(5), End: at(5), Step: 30 * time.Second}, {Start: at(9), End: at(9), Step: 30 * time.Second}}
	if got := chunks(model.Matrix{answered("a", none, 1, 1, 1, 1, none, none, none, 1)}, 30*time.Second, 3); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
