package evaluator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// hourOfSamples marks a query that loads an hour of every series.
const hourOfSamples = "[3600s] offset 30s"

// Where every series simply goes on, two samples of each tell its growth.
func TestRounds_do_not_load_the_past_of_counters_that_go_on(t *testing.T) {
	fake := newScript("f")
	e := start(t, fake, nil)
	e.SetSLOs(slo.Set{SLOs: objectives("f")})
	tick(t, e, hour0, hour0.Add(time.Minute))
	for _, a := range fake.take() {
		if strings.Contains(a.query, hourOfSamples) {
			t.Errorf("asked %s", a.query)
		}
	}
	if got := e.Assess(objective("f"), hour0.Add(time.Minute)); got.Window.Total == 0 {
		t.Error("nothing was counted")
	}
}

// A counter of seconds, say, grows in fractions: no share of an event can be told
// from its growth, so it is asked about in full.
func TestRounds_read_counters_that_count_in_fractions_in_full(t *testing.T) {
	fake := newScript("f")
	fake.rate = func(_, code string, _ time.Time) (float64, bool) {
		return map[string]float64{"200": 9.01, "500": 1.01}[code], true // 270.3 and 30.3 in a slot
	}
	e := start(t, fake, nil)
	e.SetSLOs(slo.Set{SLOs: objectives("f")})
	tick(t, e, hour0, hour0.Add(time.Minute))
	full := 0
	for _, a := range fake.take() {
		if strings.Contains(a.query, hourOfSamples) {
			full++
		}
	}
	if full == 0 {
		t.Error("never asked in full")
	}
	if got := burnOf(t, e.Assess(objective("f"), hour0.Add(time.Minute)), 5*time.Minute); got.Bad%30 != 0 || got.Total%300 != 0 || got.Bad == 0 {
		t.Errorf("%d of %d bad, want whole slots of 30 of 300", got.Bad, got.Total)
	}
}
