package read

import (
	"errors"
	"slices"
	"testing"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// slotsOf are slots of 30 s, one after the other, each with so many good events of
// ten.
func slotsOf(first int64, good ...int64) []slo.Increment {
	out := make([]slo.Increment, len(good))
	for i, n := range good {
		out[i] = slo.Increment{End: first + 30*int64(i), Width: 30, Counts: slo.Counts{Total: 10, Bad: 10 - n}}
	}
	return out
}

// Bad events without good ones are believed when there were no good ones for ten
// minutes, by this reading and by what was booked.
func TestSlotsInWhichGoodEventsWentMissingAreLeftOut(t *testing.T) {
	errBefore := errors.New("what was found before")
	for name, tc := range map[string]struct {
		incs    []slo.Increment
		missing map[int64]bool
		booked  int64 // end of the last slot with good events before the reading
		kept    []int64
		err     error
	}{
		"none is missing":                  {slotsOf(6000, 10, 9, 10), nil, 0, []int64{6000, 6030, 6060}, errBefore},
		"missing in the newest":            {slotsOf(6000, 10, 9, 0), map[int64]bool{6060: true}, 0, []int64{6000, 6030}, errGoodMissing},
		"missing in the one before":        {slotsOf(6000, 10, 0, 10), map[int64]bool{6030: true}, 0, []int64{6000, 6060}, errBefore},
		"none are good, and none missing":  {slotsOf(6000, 10, 0, 0), nil, 0, []int64{6000, 6030, 6060}, errBefore},
		"nobody ever saw a good one":       {slotsOf(6000, 0, 0), map[int64]bool{6000: true, 6030: true}, 0, []int64{6000, 6030}, errBefore},
		"a good one was booked":            {slotsOf(6000, 0), map[int64]bool{6000: true}, 5430, nil, errGoodMissing},
		"a good one was booked long ago":   {slotsOf(6000, 0), map[int64]bool{6000: true}, 5400, []int64{6000}, errBefore},
		"ten minutes after one was read":   {append(slotsOf(5400, 10), slotsOf(6000, 0)...), map[int64]bool{6000: true}, 0, []int64{5400}, errGoodMissing},
		"longer after one was read":        {append(slotsOf(5370, 10), slotsOf(6000, 0)...), map[int64]bool{6000: true}, 0, []int64{5370, 6000}, errBefore},
		"good ones that come later are no": {slotsOf(6000, 0, 10), map[int64]bool{6000: true}, 0, []int64{6000, 6030}, errBefore},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Reader{HadGood: func(_ string, from, to int64) bool { return tc.booked > from && tc.booked <= to }}
			got, err := r.withoutOneSided(plan.SLI{Key: "key"}, tc.incs, tc.missing, errBefore)
			var kept []int64
			for _, inc := range got {
				kept = append(kept, inc.End)
			}
			if !slices.Equal(kept, tc.kept) || !errors.Is(err, tc.err) {
				t.Errorf("kept %v, want %v; %v", kept, tc.kept, err)
			}
		})
	}
}
