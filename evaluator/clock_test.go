package evaluator_test

import (
	"testing"
	"time"
)

// A clock that was a year ahead for a while does not keep the past from being read.
func TestCatchUp_after_the_clock_was_put_back(t *testing.T) {
	fake := newScript("charge")
	fake.silent = func(at time.Time) bool { return at.After(hour0) }
	e := start(t, fake, nil)
	future := hour0.AddDate(1, 0, 0)
	if err := e.CatchUp(t.Context(), future, nil); err != nil {
		t.Fatal(err)
	}
	catchUp(t, e, ready)
	tick(t, e, hour0.Add(-time.Minute), hour0)
	if w := e.Assess(objective("charge"), hour0).Window; w.Total != 7*86_400*10 || w.Coverage != 1 {
		t.Errorf("the window counts %d with a coverage of %v", w.Total, w.Coverage)
	}
}
