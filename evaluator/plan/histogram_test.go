package plan_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// TestRecount_is_what_would_have_been_counted reads random histograms with one
// threshold, counts them anew with another, and compares with reading them again.
func TestRecount_is_what_would_have_been_counted(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	thresholds := []time.Duration{100 * time.Millisecond, 250 * time.Millisecond, 400 * time.Millisecond, time.Second}
	for n := range 300 {
		var answers []answered
		var events float64
		for _, le := range []float64{0.1, 0.25, 0.5, 1} {
			events += float64(random.IntN(4))
			answers = append(answers, bucket(strconv.FormatFloat(le, 'g', -1, 64), events))
		}
		answers = append(answers, bucket("+Inf", events+float64(random.IntN(3))))
		read := func(threshold time.Duration) slo.Increment {
			sli := interpolated(threshold)
			got, err := tally(t, []plan.SLI{sli}, answers).Increments(sli)
			if err != nil || len(got) != 1 {
				t.Fatal(got, err)
			}
			return got[0]
		}
		before, after := thresholds[n%len(thresholds)], thresholds[random.IntN(len(thresholds))]
		got, ok := plan.Recount(*interpolated(after).Latency)(read(before))
		if !ok {
			t.Fatalf("%v with %s cannot be counted with %s", answers, before, after)
		}
		if diff := cmp.Diff(read(after), got); diff != "" {
			t.Fatalf("%v counted with %s, then with %s (-read +recounted):\n%s", answers, before, after, diff)
		}
	}
}

func interpolated(threshold time.Duration) plan.SLI {
	sli := latency("a", "f", threshold)
	sli.Latency.Interpolate = true
	return sli
}

func TestRecount_refuses_what_the_buckets_do_not_tell(t *testing.T) {
	class := func(text string) string { return slo.ClassKey(labelsFrom(text)) }
	inc := func(total int64, classes map[string]int64) slo.Increment {
		return slo.Increment{End: 60, Width: 30, Counts: slo.Counts{Total: total}, Classes: classes}
	}
	for _, tc := range []struct {
		what string
		inc  slo.Increment
		bad  int64
		ok   bool
	}{
		{"nothing was called", inc(0, nil), 0, true},
		{"all at a bound", inc(3, map[string]int64{class("gt=0.5 le=1"): 2, class("gt=1 le=+Inf"): 1}), 1, true},
		{"no bound, and nothing beside it", inc(3, map[string]int64{class("gt=0.1 le=0.5"): 2, class("gt=2.5 le=+Inf"): 1}), 1, true},
		{"no bound", inc(3, map[string]int64{class("gt=0.5 le=2.5"): 3}), 0, false},
		{"calls that are in no bucket", inc(3, map[string]int64{class("gt=0.5 le=1"): 2}), 0, false},
		{"classes of another kind", inc(3, map[string]int64{class("code=500"): 3}), 0, false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			before := fmt.Sprint(tc.inc)
			got, ok := plan.Recount(*latency("a", "f", time.Second).Latency)(tc.inc)
			if ok != tc.ok || ok && (got.Bad != tc.bad || got.Total != tc.inc.Total || got.End != 60 || got.Width != 30) {
				t.Errorf("recounted as %+v, %v", got, ok)
			}
			if fmt.Sprint(tc.inc) != before {
				t.Error("the increment it was made of was changed")
			}
		})
	}
}
