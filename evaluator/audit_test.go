package evaluator_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// Samples come late twice: before the audit compares, and again while it waits for
// what the slots up to five to hold. A round that makes up for missed ones reads the
// last minute of these meanwhile.
func TestAnAuditDoesNotReplaceWhatARoundHasReadMeanwhile(t *testing.T) {
	fake := &overtaking{script: newScript("charge"), slow: func(r prom.Range) bool { return r.Step == 30*time.Second }}
	failing := 0.0 // calls a second
	fake.rate = func(f, c string, at time.Time) (float64, bool) {
		if c == "500" {
			return failing, true
		}
		return steadily(f, c, at)
	}
	e := start(t, fake.script, func(c *evaluator.Config) { c.Backends[0].Querier = fake })
	five := hour0.Add(-5 * time.Minute)
	tick(t, e, five.Add(-10*time.Minute), five.Add(30*time.Second))

	failing = 1
	fake.meanwhile = func() {
		failing = 2
		if err := e.Round(t.Context(), hour0.Add(30*time.Second)); err != nil {
			t.Error(err)
		}
	}
	audit := func(now time.Time) {
		if err := e.Audit(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	audit(hour0)
	if failing != 2 {
		t.Fatal("no round came between question and answer of the audit")
	}
	badIn5m := func(at time.Time) int64 { return burnOf(t, e.Assess(e.SLOs()[0], at), 5*time.Minute).Bad }
	if got := badIn5m(five); got != 2*60 {
		t.Errorf("%d failed in the five minutes, want the 120 of the round", got)
	}
	audit(hour0.Add(30 * time.Second))
	if got := badIn5m(five); got != 2*300 {
		t.Errorf("%d failed in the five minutes, want 600: it was not done anew", got)
	}
}
