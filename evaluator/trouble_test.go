package evaluator_test

import (
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/slo"
)

// brokenAmong is a backend that refuses the queries about so many functions, of
// which it answers for one more.
func brokenAmong(n int) *script {
	functions := []string{"charge"}
	for i := range n {
		functions = append(functions, fmt.Sprintf("broken%03d", i))
	}
	fake := newScript(functions...)
	fake.fail = func(query string) error {
		if strings.Contains(query, "broken") {
			return refusal("it cannot be answered")
		}
		return nil
	}
	return fake
}

// askedFor lists the broken functions that any query was about.
func askedFor(asked []ask, all []string) map[string]bool {
	out := map[string]bool{}
	for _, a := range asked {
		for _, function := range all {
			if strings.HasPrefix(function, "broken") && strings.Contains(a.query, function) {
				out[function] = true
			}
		}
	}
	return out
}

func states(e *evaluator.Evaluator, at time.Time) map[slo.DataState]int {
	out := map[slo.DataState]int{}
	for _, a := range e.AssessAll(e.SLOs(), at) {
		out[a.State]++
	}
	return out
}

func TestRound_asks_refused_indicators_in_turns_and_takes_back_all_that_are_mended(t *testing.T) {
	fake := brokenAmong(50)
	e := start(t, fake, nil)
	end := hour0
	next := func() map[string]bool {
		fake.take()
		end = end.Add(30 * time.Second)
		tick(t, e, end.Add(-30*time.Second), end)
		return askedFor(fake.take(), fake.functions)
	}
	next()
	var turns []map[string]bool
	for range 6 {
		asked := next()
		if len(asked) != 20 {
			t.Errorf("%d refused indicators were asked about in a round, want 20", len(asked))
		}
		if turns = append(turns, asked); len(turns) < 3 {
			continue
		}
		lately := map[string]bool{}
		for _, asked := range turns[len(turns)-3:] {
			maps.Copy(lately, asked)
		}
		if len(lately) != 50 {
			t.Errorf("in 3 rounds of 20 only %d of 50 were asked about", len(lately))
		}
	}
	if got := states(e, end); got[slo.StateInvalid] != 50 || got[slo.StateNew] != 1 {
		t.Errorf("states %v, want 50 named as invalid", got)
	}
	fake.fail = func(string) error { return nil }
	if next(); states(e, end)[slo.StateNew] != 51 {
		t.Errorf("a round after they were mended: %v", states(e, end))
	}
}

func TestTheLogNamesTheSLOAndTheSignalThatAreNotRead(t *testing.T) {
	fake := brokenAmong(1)
	var log strings.Builder
	e := start(t, fake, func(c *evaluator.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	e.SetSLOs(slo.Set{SLOs: e.SLOs(), Signals: []slo.Signal{{Service: "shop", Function: "pay", Name: "speed", Query: "broken"}}})
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	e.ReadSignals(t.Context(), hour0.Add(30*time.Second))
	for _, want := range []string{`msg="query refused" backend=main slo=` + e.SLOs()[0].ID.String(), `msg="signal is not read" backend=main signal=shop/pay/speed`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, log.String())
		}
	}
}

// What takes long gets a quarter of a slot in a round, and the others the next one.
func TestRound_waits_no_longer_for_refused_indicators_than_a_quarter_of_a_slot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := brokenAmong(3)
		e := start(t, fake, nil)
		tick(t, e, hour0.Add(-30*time.Second), hour0)
		waits := 0
		fake.takes = func(query string) time.Duration {
			if strings.Contains(query, "broken") {
				waits++
				return time.Minute
			}
			return 0
		}
		for round := range 4 {
			began, end := time.Now(), hour0.Add(time.Duration(round)*30*time.Second)
			tick(t, e, end, end.Add(30*time.Second))
			if took := time.Since(began); took > 7500*time.Millisecond {
				t.Errorf("round %d took %v", round, took)
			}
			if want := min(round+1, 3); waits != want {
				t.Errorf("after round %d: %d were waited for, want %d", round, waits, want)
			}
			if h := e.Health(); h[0].Err != nil {
				t.Errorf("the backend is blamed: %v", h[0].Err)
			}
		}
		fake.fail, fake.takes = func(string) error { return nil }, nil
		tick(t, e, hour0.Add(2*time.Minute), hour0.Add(12*time.Minute))
		if got := states(e, hour0.Add(12*time.Minute)); got[slo.StateInvalid] != 0 {
			t.Errorf("ten minutes after they were mended: %v", got)
		}
	})
}

// Nobody is let be for ten minutes because others were slow before it.
func TestRound_blames_nobody_for_the_time_that_others_took(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := brokenAmong(10)
		e := start(t, fake, nil)
		tick(t, e, hour0.Add(-30*time.Second), hour0)
		fake.fail = func(string) error { return nil }
		fake.takes = func(query string) time.Duration {
			if strings.Contains(query, "broken") {
				return time.Second
			}
			return 0
		}
		end := hour0.Add(5 * time.Minute)
		tick(t, e, hour0, end)
		if got := states(e, end); got[slo.StateInvalid] != 0 {
			t.Errorf("ten rounds after they were mended: %v", got)
		}
	})
}

func TestRound_asks_at_once_about_a_definition_that_was_mended(t *testing.T) {
	fake := brokenAmong(30)
	e := start(t, fake, nil)
	tick(t, e, hour0.Add(-time.Minute), hour0)
	broken := e.SLOs()
	fake.functions = append(fake.functions, "mended")
	e.SetSLOs(slo.Set{SLOs: append(broken[:len(broken)-1], objective("mended"))})
	tick(t, e, hour0, hour0.Add(30*time.Second))
	if a := e.Assess(objective("mended"), hour0.Add(30*time.Second)); a.State != slo.StateNew {
		t.Errorf("it is %s (%s)", a.State, a.Reason)
	}
}

// What is wrong now says nothing about the time before it was.
func TestAssess_of_the_past_does_not_show_what_is_wrong_now(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	tick(t, e, hour0.Add(-10*time.Minute), hour0)
	check := func(what string, at time.Time, want slo.DataState) {
		t.Helper()
		if a := e.Assess(e.SLOs()[0], at); a.State != want {
			t.Errorf("%s, at %s: %s (%s), want %s", what, clock(at), a.State, a.Reason, want)
		}
	}
	failures := map[string]struct {
		fail func(query string) error
		now  slo.DataState
	}{
		"refused": {func(query string) error {
			if strings.Contains(query, "charge") {
				return refusal("no")
			}
			return nil
		}, slo.StateInvalid},
		"down": {down, slo.StateSourceDown},
	}
	end := hour0
	for what, failure := range failures {
		fake.fail = failure.fail
		tick(t, e, end, end.Add(3*time.Minute))
		check(what, end.Add(3*time.Minute), failure.now)
		check(what, end.Add(2*time.Minute), failure.now)
		check(what, end, slo.StateNew)
		check(what, hour0.Add(-time.Hour), slo.StateStale) // nobody asked
		fake.fail = func(string) error { return nil }
		end = end.Add(4 * time.Minute)
		tick(t, e, end.Add(-30*time.Second), end)
		check("after "+what, end, slo.StateNew)
	}
}

// Who is refused in the newest page of history is not asked about in the others.
func TestCatchUp_asks_no_more_about_who_was_refused(t *testing.T) {
	fake := brokenAmong(1)
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	asked := fake.take()
	for _, a := range asked {
		if strings.Contains(a.query, "broken") && a.Start.Before(hour0.Add(-2*time.Hour)) {
			t.Errorf("asked about %s to %s", clock(a.Start), clock(a.End))
		}
	}
	if last := asked[len(asked)-1]; !last.Start.Before(hour0.Add(-2*time.Hour)) || len(askedFor(asked, fake.functions)) != 1 {
		t.Errorf("%d questions, the last about the time from %s on", len(asked), clock(last.Start))
	}
}

// A page of history may be too much where the newest slots are not: a round finds
// out at once.
func TestRound_asks_at_once_about_who_was_too_slow_in_history(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	all := append(thresholds("query_slow"), objectives("charge")...)
	e.SetSLOs(slo.Set{SLOs: all})
	fake.fail = func(query string) error {
		if strings.Contains(query, "query_slow") {
			return tooSlow()
		}
		return nil
	}
	catchUp(t, e, ready)
	if a := e.Assess(all[0], hour0); a.State != slo.StateInvalid {
		t.Fatalf("refused by history, and %s (%s)", a.State, a.Reason)
	}
	fake.fail = func(string) error { return nil }
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	if a := e.Assess(all[0], hour0); a.State != slo.StateNoData {
		t.Errorf("answered by a round, and %s (%s)", a.State, a.Reason)
	}
}

// Whatever a refused indicator does to the backend next, its neighbours are read.
func TestRound_of_an_indicator_that_is_refused_otherwise_is_still_one(t *testing.T) {
	fake := brokenAmong(1)
	e := start(t, fake, nil)
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	fake.fail = func(query string) error {
		if strings.Contains(query, "broken") {
			return down(query)
		}
		return nil
	}
	end := hour0.Add(30 * time.Second)
	tick(t, e, hour0, end)
	if h := e.Health(); h[0].Err != nil || !h[0].ReadTo.Equal(end) {
		t.Errorf("the backend is blamed: %+v", h[0])
	}
	if a := e.Assess(objective("broken000"), end); a.State != slo.StateInvalid || !strings.Contains(a.Reason, "connection refused") {
		t.Errorf("it is %s (%s)", a.State, a.Reason)
	}
}

func TestWhatWasRefusedIsForgottenWithItsDefinition(t *testing.T) {
	fake := brokenAmong(1)
	e := start(t, fake, nil)
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	all := e.SLOs()
	e.SetSLOs(slo.Set{SLOs: objectives("charge")})
	e.SetSLOs(slo.Set{SLOs: all})
	if a := e.Assess(objective("broken000"), hour0); a.State != slo.StateStale {
		t.Errorf("added again, and %s (%s) before it was asked about", a.State, a.Reason)
	}
}
