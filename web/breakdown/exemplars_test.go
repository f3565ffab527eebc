package breakdown_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
)

// TestExamples: an availability, and two latencies of which the second is stricter.
func TestExamples(t *testing.T) {
	of := func(name string, sli slo.SLI) slo.SLO { return slo.SLO{ID: slo.ID{Name: name}, SLI: sli} }
	failed := slo.Selector{Metric: "calls", Matchers: []slo.Matcher{{Label: "code", Op: slo.MatchEqual, Value: "500"}}}
	latency := func(limit time.Duration) slo.SLI {
		return slo.SLI{Latency: &slo.Latency{Histogram: slo.Selector{Metric: "ms"}, Threshold: limit, Unit: time.Millisecond}}
	}
	slos := []slo.SLO{
		of("availability", slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "calls"}}, Bad: []slo.Selector{failed}}}),
		of("latency", latency(2*time.Second)), of("strict", latency(time.Second)),
	}
	at := func(minute int, value float64, series ...string) slo.Exemplar {
		e := slo.Exemplar{Time: noon.Add(time.Duration(minute) * time.Minute), Value: value, Series: map[string]string{"__name__": series[0]}}
		if len(series) > 1 {
			e.Series["code"] = series[1]
		}
		return e
	}
	list := breakdown.Examples(slos, []slo.Exemplar{
		at(1, 1, "calls", "500"), at(2, 1, "calls", "200"), at(3, 1500, "ms_bucket"), at(4, 2500, "ms"), at(5, 10, "ms"),
		at(6, 1, "others"), at(-1, 1, "calls", "500"), at(11, 1, "calls", "500"),
	}, noon, noon.Add(10*time.Minute))
	told := func(list []breakdown.Example, by func(a, b breakdown.Example) int) string {
		var out []string
		for _, e := range slices.SortedFunc(slices.Values(list), by) {
			text := fmt.Sprintf("%d %s", e.Time.Minute(), e.SLO.ID.Name)
			if e.Seconds != nil {
				text += fmt.Sprintf(" %v", *e.Seconds)
			}
			if e.Bad {
				text += " bad"
			}
			out = append(out, text)
		}
		return strings.Join(out, ", ")
	}
	for want, got := range map[string]string{
		"5 latency 0.01, 4 latency 2.5 bad, 3 strict 1.5 bad, 2 availability, 1 availability bad": told(list, breakdown.Newest),
		"4 latency 2.5 bad, 3 strict 1.5 bad, 5 latency 0.01, 2 availability, 1 availability bad": told(list, breakdown.Slowest),
		"4 latency 2.5 bad, 3 strict 1.5 bad, 1 availability bad":                                 told(breakdown.OnlyBad(list), breakdown.Newest),
	} {
		if got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
