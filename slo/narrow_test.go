package slo_test

import (
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestAnIndicatorIsNarrowedInEverySelector(t *testing.T) {
	v2 := []slo.Matcher{{Label: "version", Op: slo.MatchEqual, Value: "v2"}}
	calls := slo.Selector{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "job", Op: slo.MatchEqual, Value: "a"}}}
	failed := slo.Selector{Metric: "failed_total", Matchers: v2}
	for name, c := range map[string]struct {
		sli  slo.SLI
		want []string
	}{
		"ratio": {
			slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{calls, calls}, Bad: []slo.Selector{failed}}},
			[]string{`calls_total{job="a",version="v2"}`, `calls_total{job="a",version="v2"}`, `failed_total{version="v2"}`},
		},
		"latency":    {slo.SLI{Latency: &slo.Latency{Histogram: calls}}, []string{`calls_total{job="a",version="v2"}`}},
		"free query": {slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "x", Weight: []slo.Selector{calls}}}, []string{`calls_total{job="a"}`}},
	} {
		before := c.sli.Key("main")
		narrow := c.sli.With(v2).Selectors()
		if len(narrow) != len(c.want) {
			t.Fatalf("%s: %v, want %v", name, narrow, c.want)
		}
		for i, want := range c.want {
			if got := narrow[i].String(); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if c.sli.Key("main") != before {
			t.Errorf("%s: the indicator itself was changed", name)
		}
	}
}
