package course_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
)

func TestSpread(t *testing.T) {
	at := func(column int) time.Time { return noon.Add(time.Duration(column) * 5 * time.Minute) }
	sum := func(from int, total, bad int64, coverage float64) slo.WindowSum {
		return slo.WindowSum{From: at(from), Counts: slo.Counts{Total: total, Bad: bad}, Coverage: coverage}
	}
	tests := map[string]struct {
		sums []slo.WindowSum
		want []string
	}{
		"cells of a column each": {list(sum(0, 10, 1, 1), sum(1, 20, 0, 1)), []string{"10/1 1", "20/0 1"}},
		"one of three columns":   {list(sum(0, 0, 0, 0), sum(0, 0, 0, 0), sum(0, 10, 4, 1)), []string{"3/1 1", "3/1 1", "4/2 1"}},
		"after narrow ones":      {list(sum(0, 7, 7, 1), sum(1, 0, 0, 0), sum(1, 8, 2, 0.5)), []string{"7/7 1", "4/1 0.5", "4/1 0.5"}},
		"what is unknown stays":  {list(sum(0, 0, 0, 0), sum(0, 0, 0, 0)), []string{"0/0 0", "0/0 0"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var bounds []time.Time
			for i := range len(test.sums) + 1 {
				bounds = append(bounds, at(i))
			}
			var got []string
			var before, after slo.Counts
			for i, s := range course.Spread(test.sums, bounds) {
				got = append(got, fmt.Sprintf("%d/%d %v", s.Total, s.Bad, s.Coverage))
				before, after = before.Add(test.sums[i].Counts), after.Add(s.Counts)
			}
			if before != after {
				t.Errorf("%+v became %+v", before, after)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
