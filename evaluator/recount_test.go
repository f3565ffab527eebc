package evaluator_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/slo"
)

func TestCatchUp_recounts_a_changed_threshold_without_asking(t *testing.T) {
	t.Run("before the first round", func(t *testing.T) { recounts(t, func(*evaluator.Evaluator) {}) })
	t.Run("after a round that came first", func(t *testing.T) {
		recounts(t, func(e *evaluator.Evaluator) { tick(t, e, hour0.Add(-time.Minute), hour0) })
	})
}

func recounts(t *testing.T, meanwhile func(*evaluator.Evaluator)) {
	t.Helper()
	fake := newScript("charge")
	e := start(t, fake, nil)
	s := objective("charge")
	within := func(threshold time.Duration) slo.SLI {
		return slo.SLI{Latency: &slo.Latency{
			Histogram: slo.Selector{Metric: "call_duration_milliseconds", Matchers: s.SLI.Ratio.Total[0].Matchers},
			Threshold: threshold, Unit: time.Millisecond,
		}}
	}
	first, second := s, s
	first.SLI, second.SLI = within(500*time.Microsecond), within(100*time.Microsecond)
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{first}})
	catchUp(t, e, ready)
	fake.take()

	second.Revision = 2
	second.History = []slo.Revision{
		{Number: 1, From: hour0.Add(-time.Hour), Window: s.Window, Objective: s.Objective, SLI: first.SLI},
		{Number: 2, From: hour0, Window: s.Window, Objective: s.Objective, SLI: second.SLI},
	}
	e.SetSLOs(slo.Set{SLOs: []slo.SLO{second}})
	meanwhile(e)
	fake.take()
	catchUp(t, e, ready)
	if asked := spans(fake.take()); len(asked) > 0 {
		t.Errorf("it asked for %v, and the buckets are known", asked)
	}
	for revision, want := range map[int]int64{1: 36_000 / 10, 2: 36_000 * 2 / 10} {
		then := second.At(second.History[revision-1].From)
		if got := burnOf(t, e.Assess(then, hour0), time.Hour).Counts; got != (slo.Counts{Total: 36_000, Bad: want}) {
			t.Errorf("revision %d counts %+v, want %d bad", revision, got, want)
		}
	}
	if a := e.Assess(second, hour0); a.Window.Total != 7*86_400*10 || a.Window.Bad*5 != a.Window.Total || a.Window.Coverage != 1 {
		t.Errorf("the window of the new threshold: %+v", a.Window)
	}
}
