package evaluator_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// overAMonth is an evaluator of one SLO over 30 days, all read and sealed.
func overAMonth(tb testing.TB) (*evaluator.Evaluator, slo.SLO) {
	tb.Helper()
	e := start(tb, newScript("charge"), func(c *evaluator.Config) { c.Aging = ledger.DefaultAging() })
	s := e.SLOs()[0]
	s.Window = slo.Window{Name: "30d", Length: 30 * 24 * time.Hour}
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
	catchUp(tb, e, ready)
	return e, s
}

func TestDetail_adds_up_to_the_sum_of_the_whole(t *testing.T) {
	e, s := overAMonth(t)
	from := hour0.Add(-10 * 24 * time.Hour)
	to := hour0.Add(-90 * time.Second)
	steps := e.Detail(s, from, to, 3*time.Hour)
	if n := len(steps); n != 80 || !steps[n-1].Time.Equal(to) || !steps[0].From.Equal(from) {
		t.Fatalf("%d steps to %v", n, steps[len(steps)-1].Time)
	}
	var sum slo.Counts
	for _, step := range steps {
		var classes int64
		for _, c := range step.Classes {
			classes += c.Bad
		}
		if classes != step.Bad || step.Bad == 0 || step.Coverage != 1 {
			t.Errorf("until %v: %d of %d bad events by kind, %v known", step.Time, classes, step.Bad, step.Coverage)
		}
		sum = sum.Add(step.Counts)
	}
	if whole := e.Points(s, from, to, to.Sub(from))[0]; whole.Counts != sum {
		t.Errorf("the steps add up to %+v, and the whole is %+v", sum, whole.Counts)
	}
}

func BenchmarkDetail_of_30_days(b *testing.B) {
	e, s := overAMonth(b)
	b.ReportAllocs()
	for b.Loop() {
		e.Detail(s, hour0.Add(-30*24*time.Hour), hour0, 3*time.Hour)
	}
}
