package evaluator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/slo"
)

// thresholds are objectives of free queries, named after what they ask.
func thresholds(queries ...string) []slo.SLO {
	var out []slo.SLO
	for _, query := range queries {
		s := objective(query)
		s.SLI = slo.SLI{Threshold: &slo.Threshold{Query: query, Op: slo.Less, Value: 1}}
		out = append(out, s)
	}
	return out
}

// patiently does rounds and checks that none takes longer than all of its shares.
func patiently(t *testing.T, e *evaluator.Evaluator, rounds int, after func(end time.Time)) {
	t.Helper()
	for round := range rounds {
		began, end := time.Now(), hour0.Add(time.Duration(round)*30*time.Second)
		if err := e.Round(t.Context(), end.Add(30*time.Second)); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 22500*time.Millisecond {
			t.Errorf("round %d took %v", round, took)
		}
		after(end)
	}
}

// The slow one among free queries is found without its neighbours waiting for it
// more than once, and nothing waits longer than a part of the slot.
func TestRound_finds_the_free_query_that_takes_too_long(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newScript("charge")
		e := start(t, fake, nil)
		all := append(thresholds("query_a", "query_slow", "query_b"), objectives("charge")...)
		e.SetSLOs(slo.Set{SLOs: all})
		fake.takes = func(query string) time.Duration {
			if strings.Contains(query, "query_slow") {
				return time.Hour
			}
			return 0
		}
		var got []map[slo.DataState]int
		patiently(t, e, 4, func(end time.Time) { got = append(got, states(e, end)) })
		for round, want := range []int{3, 1, 1, 1} { // together; then each is asked alone
			if got[round][slo.StateInvalid] != want || got[round][slo.StateNew] != 1 {
				t.Errorf("round %d: %v, want %d to be named", round, got[round], want)
			}
		}
	})
}

// More free queries than there is time for take turns; none of them is to blame.
func TestRound_asks_free_queries_in_turns_when_all_take_long(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newScript("charge")
		e := start(t, fake, nil)
		var queries []string
		for i := range 64 { // four batches
			queries = append(queries, fmt.Sprintf("query%02d", i))
		}
		e.SetSLOs(slo.Set{SLOs: append(thresholds(queries...), objectives("charge")...)})
		fake.takes = func(query string) time.Duration {
			if strings.Contains(query, "query") {
				return 6 * time.Second
			}
			return 0
		}
		patiently(t, e, 8, func(end time.Time) {
			if got := states(e, end); got[slo.StateInvalid] != 0 || got[slo.StateNew] != 1 {
				t.Errorf("%v, want nobody to be blamed, and counters to be read", got)
			}
		})
		if got := states(e, hour0.Add(210*time.Second)); got[slo.StateStale] != 0 {
			t.Errorf("%v: some were never asked", got)
		}
	})
}

// The history of free queries is read beside the rounds: the first one does not
// wait for it.
func TestRun_decides_before_the_history_of_free_queries_is_there(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newScript("charge")
		fake.takes = func(query string) time.Duration {
			if strings.Contains(query, "query_slow") {
				return 5 * time.Second
			}
			return 0
		}
		began := time.Now()
		var first time.Duration
		e := start(t, fake, func(c *evaluator.Config) {
			c.Sink = func(context.Context, time.Time, []slo.SLO, []slo.Assessment) error {
				if first == 0 {
					first = time.Since(began)
				}
				return nil
			}
		})
		e.SetSLOs(slo.Set{SLOs: append(thresholds("query_slow"), objectives("charge")...)})
		runFor(t, e, 10*time.Minute)
		if first != 5*time.Second {
			t.Errorf("the first round was over after %v: it asks the free query once", first)
		}
		pages := 0
		for _, a := range fake.take() {
			if strings.Contains(a.query, "query_slow") && a.End.Sub(a.Start) > time.Hour {
				pages++
			}
		}
		if pages < 4 {
			t.Errorf("%d pages of its history were read", pages)
		}
	})
}
