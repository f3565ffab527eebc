package promql_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/promql"
)

// selector parses a text that is one selector.
func selector(t *testing.T, text string) *parser.VectorSelector {
	t.Helper()
	expr, err := promql.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := expr.(*parser.VectorSelector)
	if !ok {
		t.Fatalf("%s is a %T", text, expr)
	}
	return v
}

func TestSelectorsNameOneMetric(t *testing.T) {
	for text, want := range map[string]slo.Selector{
		`a`:                            {Metric: "a"},
		`{__name__="a"}`:               {Metric: "a"},
		`{"a.b", code=~"5..", x!="y"}`: {Metric: "a.b", Matchers: []slo.Matcher{{Label: "code", Op: slo.MatchRegexp, Value: "5.."}, {Label: "x", Op: slo.MatchNotEqual, Value: "y"}}},
		`a{z!~"1", b="2"}`:             {Metric: "a", Matchers: []slo.Matcher{{Label: "z", Op: slo.MatchNoRegexp, Value: "1"}, {Label: "b", Op: slo.MatchEqual, Value: "2"}}},
	} {
		got, ok := promql.Selector(selector(t, text))
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: one metric: %v, -want +got:\n%s", text, ok, diff)
		}
	}
	for _, text := range []string{`{job="a"}`, `{__name__=~"a.*"}`, `{"a","b"}`, `{__name__="a",__name__!="b"}`} {
		if got, ok := promql.Selector(selector(t, text)); ok {
			t.Errorf("%s is taken for %s", text, got)
		}
	}
}

func TestWhatASelectorAsksForBesides(t *testing.T) {
	for text, want := range map[string]string{
		`a{b="c"}`: "", `a offset 5m`: "an offset", `a offset -5m`: "an offset", `a @ 1700000000`: "an @ modifier", `a @ end()`: "an @ modifier",
	} {
		if got := promql.Modified(selector(t, text)); got != want {
			t.Errorf("%s asks for %q, want %q", text, got, want)
		}
	}
}

// TestErrorsSayWhere: at the first thing that PromQL stumbles over.
func TestErrorsSayWhere(t *testing.T) {
	_, err := promql.Parse(`sum(a{b="c"}) + rate(d)`)
	if at, first := promql.Stumble(err); at != 21 || first == nil {
		t.Errorf("stumbles at %d: %v", at, first)
	}
}
