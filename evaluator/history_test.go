package evaluator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

func tooSlow() error {
	return &prom.Error{Kind: prom.TooSlow, Backend: "main", Err: errors.New("deadline exceeded")}
}

func TestAssess_says_that_history_is_still_being_read(t *testing.T) {
	fake := newScript("charge")
	e := start(t, fake, nil)
	tick(t, e, hour0.Add(-time.Hour), hour0)
	a := e.Assess(e.SLOs()[0], hour0)
	if !a.Window.Reading() || a.Window.Decides() || !strings.Contains(a.Reason, "history is still being read: 0 of 7 days") {
		t.Errorf("%s (%s), window %+v", a.State, a.Reason, a.Window)
	}
	if five := burnOf(t, a, 5*time.Minute); five.Reading() || !five.Decides() {
		t.Errorf("the last minutes are there: %+v", five)
	}
	// Half of it: the backend goes down in the middle of the older pages.
	left := 20
	fake.fail = func(string) error {
		if left--; left < 0 {
			return down("")
		}
		return nil
	}
	var done time.Time
	_ = e.CatchUp(t.Context(), ready, func(p evaluator.Progress) { done = p.At })
	if days := hour0.Sub(done) / (24 * time.Hour); days < 1 || days > 5 {
		t.Fatalf("%d days were read before the backend went down", days)
	}
	a = e.Assess(e.SLOs()[0], hour0)
	if !a.Window.Reading() || !strings.Contains(a.Reason, " of 7 days") || strings.Contains(a.Reason, " 0 of 7") {
		t.Errorf("in the middle: %s (%s), %+v", a.State, a.Reason, a.Window)
	}
	if six := burnOf(t, a, 6*time.Hour); six.Reading() {
		t.Errorf("six hours are there: %+v", six)
	}
	last := func() slo.Point { return e.Points(e.SLOs()[0], hour0.Add(-time.Hour), hour0, time.Hour)[0] }
	if p := last(); p.Coverage != 1 || p.Remaining != nil {
		t.Errorf("in the middle the history knows what is left: %+v", p)
	}
	fake.fail = func(string) error { return nil }
	catchUp(t, e, ready)
	if a = e.Assess(e.SLOs()[0], hour0); a.Window.Reading() || a.Reason != "" {
		t.Errorf("in the end: %s (%s), %+v", a.State, a.Reason, a.Window)
	}
	if p := last(); p.Remaining == nil {
		t.Errorf("in the end the history does not know what is left: %+v", p)
	}
}

// A backend that has no older data has answered: there is nothing to wait for.
func TestAssess_does_not_wait_for_history_that_the_backend_never_had(t *testing.T) {
	fake := newScript("charge")
	fake.silent = func(at time.Time) bool { return at.Before(hour0.Add(-24 * time.Hour)) }
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	a := e.Assess(e.SLOs()[0], hour0)
	if a.Window.Reading() || a.Window.Coverage > 0.2 || a.Reason != "" {
		t.Errorf("%s (%s), %+v", a.State, a.Reason, a.Window)
	}
}

// Nobody waits for ever for what is refused: it is said, and coverage decides.
func TestCatchUp_gives_up_history_that_is_not_to_be_had(t *testing.T) {
	for what, failure := range map[string]error{"looks back too far": refusal("looks back too far"), "deadline exceeded": tooSlow()} {
		t.Run(what, func(t *testing.T) {
			fake := newScript("charge")
			old := hour0.Add(-4 * 24 * time.Hour)
			fake.fail = func(query string) error {
				if !strings.Contains(query, "(up[") && fake.asked[len(fake.asked)-1].Start.Before(old) {
					return failure
				}
				return nil
			}
			e := start(t, fake, nil)
			catchUp(t, e, ready)
			a := e.Assess(e.SLOs()[0], hour0)
			if a.State != slo.StateOK || a.Window.Reading() || a.Window.Coverage < 0.5 || a.Window.Coverage > 0.65 {
				t.Errorf("%s (%s), %+v", a.State, a.Reason, a.Window)
			}
			if !strings.Contains(a.Reason, "history before 2023-11-10T22:00:00Z is not to be had: ") || !strings.Contains(a.Reason, what) {
				t.Errorf("reason %q", a.Reason)
			}
			fake.take()
			catchUp(t, e, ready.Add(time.Minute))
			for _, again := range fake.take() {
				if again.Start.Before(old) {
					t.Errorf("asked again at once: %v", again)
				}
			}
			fake.fail = func(string) error { return nil }
			catchUp(t, e, ready.Add(2*time.Hour))
			if a := e.Assess(e.SLOs()[0], hour0.Add(2*time.Hour)); a.Window.Coverage != 1 || a.Reason != "" {
				t.Errorf("two hours later: %s (%s), %+v", a.State, a.Reason, a.Window)
			}
		})
	}
}

func TestCatchUp_halves_pages_that_take_too_long(t *testing.T) {
	fake := newScript("charge")
	fake.fail = func(query string) error {
		if a := fake.asked[len(fake.asked)-1]; !strings.Contains(query, "(up[") && a.End.Sub(a.Start) > 15*time.Hour {
			return tooSlow()
		}
		return nil
	}
	e := start(t, fake, nil)
	catchUp(t, e, ready)
	if a := e.Assess(e.SLOs()[0], hour0); a.State != slo.StateOK || a.Window.Coverage != 1 || a.Window.Total != 7*86_400*10 {
		t.Errorf("%s (%s), %+v", a.State, a.Reason, a.Window)
	}
}

// A backend that answers nothing in time is down: halves would not help.
func TestCatchUp_asks_a_backend_that_hangs_once(t *testing.T) {
	fake := newScript("charge")
	fake.fail = func(string) error { return tooSlow() }
	e := start(t, fake, nil)
	if err := e.CatchUp(t.Context(), ready, nil); err == nil || len(fake.take()) > 2 {
		t.Errorf("error %v, or too many questions", err)
	}
}

// overtaking is a backend that is slow with some ranges: before the answer to the
// first of them is there, something else happens.
type overtaking struct {
	*script
	slow      func(prom.Range) bool
	meanwhile func()
}

func (o *overtaking) QueryRange(ctx context.Context, query string, r prom.Range) (model.Matrix, error) {
	answer, err := o.script.QueryRange(ctx, query, r)
	if run := o.meanwhile; run != nil && o.slow(r) && strings.Contains(query, ">= 0 or") {
		o.meanwhile = nil
		run()
	}
	return answer, err
}

// A page is no newer than its question: what a round has read in the meantime
// stays.
func TestCatchUp_does_not_replace_what_a_round_has_read_meanwhile(t *testing.T) {
	fake := &overtaking{script: newScript("charge"), slow: func(r prom.Range) bool { return r.End.Sub(r.Start) > time.Hour }}
	arrived := false
	fake.rate = func(f, c string, at time.Time) (float64, bool) {
		v, _ := steadily(f, c, at)
		if c == "500" && !arrived {
			v = 0
		}
		return v, true
	}
	e := start(t, fake.script, func(c *evaluator.Config) { c.Backends[0].Querier = fake })
	fake.meanwhile = func() {
		arrived = true
		tick(t, e, hour0.Add(-30*time.Second), hour0)
	}
	catchUp(t, e, ready)
	a := e.Assess(e.SLOs()[0], hour0)
	if two := burnOf(t, a, 5*time.Minute); two.Bad < 4*30 {
		t.Errorf("an older answer replaced what the round had read: %+v", two)
	}
	catchUp(t, e, ready)
	if a = e.Assess(e.SLOs()[0], hour0); a.Window.Reading() || a.Window.Coverage != 1 {
		t.Errorf("the rest of the page is not caught up: %+v", a.Window)
	}
}

// ponderous makes something of every question about history before it answers.
type ponderous struct {
	*script
	think func()
}

func (p ponderous) QueryRange(ctx context.Context, query string, r prom.Range) (model.Matrix, error) {
	if r.Step > 30*time.Second && strings.Contains(query, ">= 0 or") {
		p.think()
	}
	return p.script.QueryRange(ctx, query, r)
}

func TestRun_pauses_after_every_page_of_history_as_long_as_it_took(t *testing.T) {
	const takes = 3 * time.Second
	for name, tc := range map[string]struct {
		hasty bool
		least time.Duration // from the end of a page to the next
		most  time.Duration
	}{
		"as a guest":        {least: takes, most: 10 * time.Minute},
		"as the only guest": {hasty: true, most: 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var begun []time.Time
				fake := ponderous{newScript("charge"), func() {
					begun = append(begun, time.Now())
					time.Sleep(takes)
				}}
				e := start(t, fake.script, func(c *evaluator.Config) {
					c.Backends[0].Querier, c.Now, c.Hasty = fake, time.Now, tc.hasty
				})
				runFor(t, e, 10*time.Minute)
				if len(begun) < 5 {
					t.Fatalf("%d pages", len(begun))
				}
				for i := range begun[1:] {
					if pause := begun[i+1].Sub(begun[i]) - takes; pause < tc.least || pause > tc.most {
						t.Errorf("page %d follows after %v", i+1, pause)
					}
				}
			})
		})
	}
}
