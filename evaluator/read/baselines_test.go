package read

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

func TestAnnotationsSayWhatWasNotCountedInFull(t *testing.T) {
	appeared := func(instance string, value float64) baseline {
		return baseline{end: 60, instance: instance, value: value}
	}
	const baselined = " already counted: taken as a baseline, not as calls of this slot"
	for name, tc := range map[string]struct {
		notes []baseline
		want  string
	}{
		"one of nobody":  {[]baseline{appeared("", 12)}, "1 series appeared with 12" + baselined},
		"two of one":     {[]baseline{appeared("a", 12), appeared("a", 1000)}, "2 series of a appeared with 1,012" + baselined},
		"three, by name": {[]baseline{appeared("c", 1), appeared("a", 1), appeared("b", 1)}, "3 series of a, b, c appeared with 3" + baselined},
		"more than can be named": {
			[]baseline{appeared("d", 1), appeared("c", 1), appeared("a", 1), appeared("b", 1)},
			"4 series of 4 instances (a, b, c, …) appeared with 4" + baselined,
		},
		"buckets count the same calls": {
			[]baseline{appeared("a", 12), {end: 60, instance: "a", value: 10, bucket: true}}, "2 series of a appeared with 12" + baselined,
		},
		"after a gap": {
			[]baseline{{end: 60, instance: "a", value: 500, counted: 20, returned: true}},
			"1 series of a came back after a gap of more than 1h: the 20 counted meanwhile are booked in this slot",
		},
		"both": {
			[]baseline{{end: 60, instance: "a", value: 500, counted: 20, returned: true}, appeared("b", 7)},
			"1 series of b appeared with 7" + baselined + "; 1 series of a came back after a gap of more than 1h: the 20 counted meanwhile are booked in this slot",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := describeBirths(tc.notes); got != tc.want {
				t.Errorf("%s\nwant %s", got, tc.want)
			}
		})
	}
}

// There are no more annotations than slots, and none about what was not answered or is
// not booked.
func TestAnnotationsAreOneForEachSlot(t *testing.T) {
	r := newReading(ledger.Span{From: 0, To: 900})
	r.Increments["a"] = []slo.Increment{}
	for _, end := range []int64{5, 300, 305, 900, 905} {
		r.baselines["a"] = append(r.baselines["a"], baseline{end: end, value: 1})
	}
	r.baselines["refused"] = r.baselines["a"]
	ends := map[string][]int64{}
	for key, all := range r.Annotations(ledger.Span{From: 300, To: 900}, 300) {
		for _, a := range all {
			if a.Width != 300 || a.Kind != slo.Baseline {
				t.Errorf("%+v", a)
			}
			ends[key] = append(ends[key], a.End)
		}
	}
	if diff := cmp.Diff(map[string][]int64{"a": {600, 900}}, ends); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
