package slo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestTheTraceOfAnExemplar(t *testing.T) {
	for label, want := range map[string]string{
		"trace_id": "abc", "traceID": "abc", "TraceId": "abc", "trace.id": "abc", "trace": "", "span_id": "", "": "",
	} {
		if got := (slo.Exemplar{Labels: map[string]string{label: "abc", "user": "anna"}}).Trace(); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}

func calls(op slo.MatchOp, code string) []slo.Selector {
	s := slo.Selector{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "charge"}}}
	if code != "" {
		s.Matchers = append(s.Matchers, slo.Matcher{Label: "code", Op: op, Value: code})
	}
	return []slo.Selector{s}
}

func TestWhichExemplarsAreOfBadEvents(t *testing.T) {
	histogram := slo.Selector{Metric: "seconds", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "charge"}}}
	weighted := slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "x", Weight: calls("", "")}}
	for name, c := range map[string]struct {
		sli    slo.SLI
		series string // name=value, separated by spaces
		value  float64
		want   string
	}{
		"bad":                      {slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Bad: calls(slo.MatchRegexp, "5..")}}, "__name__=calls_total function=charge code=503", 1, "counts and is bad"},
		"not bad":                  {slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Bad: calls(slo.MatchRegexp, "5..")}}, "__name__=calls_total function=charge code=402", 1, "counts"},
		"of another function":      {slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Bad: calls(slo.MatchRegexp, "5..")}}, "__name__=calls_total function=refund code=503", 1, "is not counted"},
		"of another metric":        {slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Bad: calls(slo.MatchRegexp, "5..")}}, "__name__=retries_total function=charge code=503", 1, "is not counted"},
		"not good":                 {slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Good: calls(slo.MatchEqual, "200")}}, "__name__=calls_total function=charge code=503", 1, "counts and is bad"},
		"good":                     {slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Good: calls(slo.MatchEqual, "200")}}, "__name__=calls_total function=charge code=200", 1, "counts"},
		"bad without a total":      {slo.SLI{Ratio: &slo.Ratio{Good: calls(slo.MatchEqual, "200"), Bad: calls(slo.MatchEqual, "500")}}, "__name__=calls_total function=charge code=500", 1, "counts and is bad"},
		"neither, without a total": {slo.SLI{Ratio: &slo.Ratio{Good: calls(slo.MatchEqual, "200"), Bad: calls(slo.MatchEqual, "500")}}, "__name__=calls_total function=charge code=404", 1, "is not counted"},
		"slow, of a bucket":        {slo.SLI{Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Second}}, "__name__=seconds_bucket function=charge le=5", 1.5, "counts and is bad"},
		"slow, of a native one":    {slo.SLI{Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Second}}, "__name__=seconds function=charge", 1.5, "counts and is bad"},
		"just in time":             {slo.SLI{Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Second}}, "__name__=seconds_bucket function=charge le=1", 1, "counts"},
		"slow in milliseconds":     {slo.SLI{Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Millisecond}}, "__name__=seconds_bucket function=charge", 1001, "counts and is bad"},
		"fast in milliseconds":     {slo.SLI{Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Millisecond}}, "__name__=seconds_bucket function=charge", 2, "counts"},
		"of an error ratio":        {weighted, "__name__=calls_total function=charge code=503", 1, "counts"},
		"of a threshold":           {slo.SLI{Threshold: &slo.Threshold{Query: "x"}}, "__name__=x", 1, "is not counted"},
		"a broken pattern":         {slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Bad: calls(slo.MatchRegexp, "5(")}}, "__name__=calls_total function=charge code=503", 1, "counts"},
	} {
		e := slo.Exemplar{Value: c.value, Series: map[string]string{}}
		for pair := range strings.FieldsSeq(c.series) {
			label, value, _ := strings.Cut(pair, "=")
			e.Series[label] = value
		}
		got := "is not counted"
		if counts, bad := c.sli.ExemplarJudge()(e); bad {
			got = "counts and is bad"
		} else if counts {
			got = "counts"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTheSeriesThatMayHaveExemplars(t *testing.T) {
	ratio := slo.SLI{Ratio: &slo.Ratio{Total: calls("", ""), Bad: calls(slo.MatchEqual, "500")}}
	latency := slo.SLI{Latency: &slo.Latency{Histogram: slo.Selector{Metric: "seconds"}, Unit: time.Second}}
	for want, s := range map[string]slo.SLI{
		`[calls_total{function="charge"} calls_total{function="charge",code="500"}]`: ratio,
		`[seconds_bucket seconds]`: latency,
		`[]`:                       {Threshold: &slo.Threshold{Query: "x"}},
	} {
		if got := fmt.Sprint(s.ExemplarSelectors()); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
