package lint_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/evaluator/lint"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/slo/spec"
)

// now is when everything is checked: a Wednesday afternoon.
var now = time.Date(2026, 3, 18, 14, 7, 0, 0, time.UTC)

// shop is a store with eight days of one process, scraped once a minute:
//
//	calls_total  function busy (1 call a second, one of 1,000 with code 500), rare (one
//	             call in four hours), nightly (there from one to three in the night),
//	             quiet (no call), gone (until two hours ago)
//	wins_total   function busy: twice as many as it has calls
//	fails_total  function busy: half as many as it has calls
//	storm_total  function busy: three times as many as it has calls, until six hours ago
//	waves        goes up and down
//	calls_seconds a summary
//	took_seconds a classic histogram of function busy with bounds at 0.5 and 1
var shop = sync.OnceValue(func() *promtest.Samples {
	s := &promtest.Samples{}
	second := func(rate float64) func(float64) float64 {
		return func(age float64) float64 { return math.Floor(age * rate) }
	}
	always := func(time.Time) bool { return true }
	night := func(at time.Time) bool { return at.Hour() >= 1 && at.Hour() < 3 }
	recordAll(s, "up", nil, always, func(float64) float64 { return 1 })
	for function, f := range map[string]struct {
		rate float64
		when func(time.Time) bool
	}{
		"busy": {1, always}, "rare": {1.0 / (4 * 3600), always}, "nightly": {1, night}, "quiet": {0, always},
		"gone": {1, func(at time.Time) bool { return now.Sub(at) > 2*time.Hour }},
	} {
		recordAll(s, "calls_total", []string{"function", function, "code", "200"}, f.when, second(f.rate))
	}
	recordAll(s, "calls_total", []string{"function", "busy", "code", "500"}, always, second(0.001))
	recordAll(s, "wins_total", []string{"function", "busy"}, always, second(2))
	recordAll(s, "fails_total", []string{"function", "busy"}, always, second(0.5))
	recordAll(s, "storm_total", []string{"function", "busy"}, always, func(age float64) float64 {
		return math.Floor(3 * min(age, (history-6*time.Hour).Seconds()))
	})
	recordAll(s, "waves", []string{"function", "busy"}, always, func(age float64) float64 { return math.Floor(1000 + 100*math.Sin(age/200)) })
	for le, rate := range map[string]float64{"0.5": 0.9, "1.0": 0.99, "+Inf": 1} {
		recordAll(s, "took_seconds_bucket", []string{"function", "busy", "le", le}, always, second(rate))
	}
	recordAll(s, "took_seconds_count", []string{"function", "busy"}, always, second(1))
	recordAll(s, "calls_seconds_count", []string{"function", "busy"}, always, second(1))
	return s
})

const history = 8 * 24 * time.Hour

func recordAll(s *promtest.Samples, name string, pairs []string, when func(time.Time) bool, value func(age float64) float64) {
	ls := labels.FromStrings(append([]string{"__name__", name, "job", "shop", "instance", "a"}, pairs...)...)
	start := now.Add(-history)
	was := false
	for at := start; !at.After(now); at = at.Add(time.Minute) {
		if when(at) {
			s.Append(ls, at, value(at.Sub(start).Seconds()), at)
		} else if was {
			s.AppendStale(ls, at, at)
		}
		was = when(at)
	}
}

// objectives reads SLO files whose only function is given as YAML.
func objectives(t testing.TB, functions string) []slo.SLO {
	t.Helper()
	text := "version: 1\nservice: shop\nowner: team\nfunctions:\n" + functions
	set, problems := spec.Parse([]spec.File{{Name: "shop.yaml", Data: []byte(text)}}, spec.Options{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return set.SLOs
}

// ratio is an objective of the function busy with a total and bad events.
func ratio(objective, total, bad string) string {
	return function(objective, fmt.Sprintf("{ratio: {total: '%s', bad: '%s'}}", total, bad))
}

func function(objective, sli string) string {
	return fmt.Sprintf("  - {name: pay, slos: [{name: a, objective: %s, window: 7d, sli: %s}]}\n", objective, sli)
}

// check gathers what a server says and judges it.
func check(t testing.TB, server string, slos []slo.SLO, limits lint.Limits) ([]rule.Finding, *lint.Facts) {
	t.Helper()
	client, err := prom.New(prom.Config{Name: "prometheus", URL: server, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	r := &lint.Reader{Backend: client, Step: 30 * time.Second, Limits: limits}
	facts, err := r.Gather(t.Context(), slos, now)
	if err != nil {
		t.Fatal(err)
	}
	return lint.Judge(slos, facts, limits).Findings, facts
}

// told writes findings as "rule: message", one a line.
func told(findings []rule.Finding) string {
	lines := make([]string, len(findings))
	for i, f := range findings {
		lines[i] = fmt.Sprintf("%s: %s", f.Rule, f.Message)
	}
	return strings.Join(lines, "\n")
}
