package evaluator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// delayed is a world in which the samples of one of two processes come late for
// an hour, from ten past on: one function for each delay.
func delayed(delays ...time.Duration) promtest.World {
	live := time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC)
	w := promtest.World{Name: "delayed", Samples: &promtest.Samples{}, Start: live.Add(-time.Hour), Live: live, End: live.Add(4*time.Hour + 10*time.Minute)}
	for i, delay := range delays {
		name := fmt.Sprintf("late by %s", delay)
		target := promtest.Target{
			Job: name, Instance: "a", Seed: uint64(10 * (i + 1)), From: w.Start, To: w.End.Add(time.Hour), Born: w.Start.Add(-24 * time.Hour),
			Functions: []promtest.Function{{Name: name, Rate: 3, Errors: func(time.Time) float64 { return 0.02 }}},
		}
		punctual := target
		punctual.Instance, punctual.Seed = "b", target.Seed+1
		target.Late = []promtest.Late{{From: live.Add(10 * time.Minute), To: live.Add(70 * time.Minute), By: delay}}
		target.Record(w.Samples)
		punctual.Record(w.Samples)
		calls := slo.Selector{Metric: promtest.CallsMetric, Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: name}}}
		bad := slo.Selector{Metric: calls.Metric, Matchers: append(calls.Matchers[:1:1], slo.Matcher{Label: "code", Op: slo.MatchRegexp, Value: "5.."})}
		w.Cases = append(w.Cases, promtest.Case{Name: name, Tolerance: promtest.Exact, SLI: slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{calls}, Bad: []slo.Selector{bad}}}})
	}
	return w
}

// The newest slots are read in every round, and the last hours once an hour: a
// slot is final when samples of it have had two hours to come.
func TestSlots_are_read_again_until_they_are_final(t *testing.T) {
	t.Parallel()
	l := begin(t, delayed(30*time.Second, 2*time.Minute, 40*time.Minute, 119*time.Minute), 30*time.Second)
	l.catchUp(l.world.Live)
	l.tickThrough(l.world.Live, l.world.End)
	l.compare()
	l.report()
	from, to := l.world.Live, l.world.Live.Add(90*time.Minute)
	for i, c := range l.world.Cases {
		counted, err := l.evaluator.Verify(t.Context(), l.slos[i], from, to, nil)
		if err != nil || counted.Verdict() != slo.VerdictPass || len(counted.Differences) > 0 {
			t.Errorf("%s: %d slots are not what the backend says now: %+v, %v", c.Name, len(counted.Differences), counted, err)
		}
	}
}
