package slo_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
)

// parsed reads a selector back with Prometheus' own parser, without the metric
// name.
func parsed(t *testing.T, text string) (metric string, matchers []slo.Matcher) {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	selector, ok := expr.(*parser.VectorSelector)
	if !ok {
		t.Fatalf("%s is no selector but a %T", text, expr)
	}
	for _, m := range selector.LabelMatchers {
		if m.Name == labels.MetricName {
			metric = m.Value
		} else {
			matchers = append(matchers, slo.Matcher{Label: m.Name, Op: slo.MatchOp(m.Type.String()), Value: m.Value})
		}
	}
	return metric, matchers
}

func TestSelector_writes_hostile_text_as_one_matcher(t *testing.T) {
	for _, value := range []string{
		"", `"`, `\`, `\"`, `"} or vector(1) or m{a="`, "new\nline", "`", "'", "{{.function}}", "${HOME}", "\x00", "\u2028", "Grüße 🎉",
		"GET /cart/{id}", `a\nb`, "#", "\xff\xfe", "\uFFFD", "%s", strings.Repeat("x", 5_000),
	} {
		want := slo.Selector{Metric: "m", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: value}, {Label: "code", Op: slo.MatchNotEqual, Value: "200"}}}
		metric, matchers := parsed(t, want.String())
		if diff := cmp.Diff(want, slo.Selector{Metric: metric, Matchers: matchers}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want, diff)
		}
	}
}

func TestSelector_writes_any_name(t *testing.T) {
	for _, name := range []string{
		"calls_total", "job:calls:sum", "http.server.duration", "größe", `a"b`, `a\b`, "with space", "0day", "a}b", "sum", "by", "offset",
		"nan", "NaN", "inf", "Inf", "INF", "bool", "on", "and", "unless", "start", "end", "anchored", "smoothed",
		"group_left", "group_right", "ignoring", "atan2", "without", "count_values", "fill", "__name",
	} {
		want := slo.Selector{Metric: name, Matchers: []slo.Matcher{{Label: name, Op: slo.MatchEqual, Value: "v"}}}
		t.Run(name, func(t *testing.T) {
			metric, matchers := parsed(t, want.String())
			if diff := cmp.Diff(want, slo.Selector{Metric: metric, Matchers: matchers}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", want, diff)
			}
		})
	}
}

func TestSelector_text_round_trip(t *testing.T) {
	holds := func(metric, label, value string, op uint8) bool {
		ops := []slo.MatchOp{slo.MatchEqual, slo.MatchNotEqual, slo.MatchRegexp, slo.MatchNoRegexp}
		m := slo.Matcher{Label: strings.ToValidUTF8("l"+label, "_"), Op: ops[op%4], Value: value}
		if m.Op == slo.MatchRegexp || m.Op == slo.MatchNoRegexp {
			m.Value = regexp.QuoteMeta(strings.ToValidUTF8(value, "_")) // whatever compiles
		}
		want := slo.Selector{Metric: strings.ToValidUTF8("m"+metric, "_"), Matchers: []slo.Matcher{m}}
		got, matchers := parsed(t, want.String())
		return cmp.Equal(want, slo.Selector{Metric: got, Matchers: matchers})
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 2_000}); err != nil {
		t.Error(err)
	}
}

// equal is a selector of m with equality matchers, "a=b c=d".
func equal(metric, text string) slo.Selector {
	s := slo.Selector{Metric: metric}
	for pair := range strings.FieldsSeq(text) {
		label, value, _ := strings.Cut(pair, "=")
		s.Matchers = append(s.Matchers, slo.Matcher{Label: label, Op: slo.MatchEqual, Value: value})
	}
	return s
}

func TestSelector_narrows(t *testing.T) {
	bad := equal("m", "f=a")
	bad.Matchers = append(bad.Matchers, slo.Matcher{Label: "code", Op: slo.MatchRegexp, Value: "5.."})
	for _, tc := range []struct {
		what         string
		narrow, wide slo.Selector
		extra        []slo.Matcher
		ok           bool
	}{
		{"one matcher on top", bad, equal("m", "f=a"), bad.Matchers[1:], true},
		{"the same", equal("m", "f=a"), equal("m", "f=a"), nil, true},
		{"in another order", equal("m", "g=b f=a h=c"), equal("m", "f=a g=b"), equal("m", "h=c").Matchers, true},
		{"of everything", equal("m", "f=a"), equal("m", ""), equal("m", "f=a").Matchers, true},
		{"another metric", equal("n", "f=a"), equal("m", "f=a"), nil, false},
		{"another value", equal("m", "f=b code=1"), equal("m", "f=a"), nil, false},
		{"wider, not narrower", equal("m", ""), equal("m", "f=a"), nil, false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			extra, ok := tc.narrow.Narrows(tc.wide)
			if ok != tc.ok {
				t.Errorf("narrows: %v", ok)
			}
			if diff := cmp.Diff(tc.extra, extra); diff != "" {
				t.Errorf("on top (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMatcher_predicate_is_prometheus_matching(t *testing.T) {
	for _, tc := range []struct {
		op    slo.MatchOp
		value string
	}{
		{slo.MatchEqual, "500"},
		{slo.MatchEqual, ""},
		{slo.MatchNotEqual, "500"},
		{slo.MatchNotEqual, ""},
		{slo.MatchRegexp, "5.."},
		{slo.MatchRegexp, "500|503"},
		{slo.MatchRegexp, ""},
		{slo.MatchRegexp, ".*"},
		{slo.MatchRegexp, ".+"},
		{slo.MatchNoRegexp, "5.."},
		{slo.MatchNoRegexp, "2..|3.."},
		{slo.MatchRegexp, "(?i)OK"},
	} {
		m := slo.Matcher{Label: "code", Op: tc.op, Value: tc.value}
		holds, err := m.Predicate()
		if err != nil {
			t.Fatal(err)
		}
		types := map[slo.MatchOp]labels.MatchType{
			slo.MatchEqual: labels.MatchEqual, slo.MatchNotEqual: labels.MatchNotEqual,
			slo.MatchRegexp: labels.MatchRegexp, slo.MatchNoRegexp: labels.MatchNotRegexp,
		}
		theirs := labels.MustNewMatcher(types[tc.op], "code", tc.value)
		for _, v := range []string{"", "5", "500", "503", "5000", "1500", "200", "ok", "OK", "5\n0", "50\n"} {
			if got, want := holds(v), theirs.Matches(v); got != want {
				t.Errorf("%s on %q: %v, Prometheus says %v", m, v, got, want)
			}
		}
	}
	if _, err := (slo.Matcher{Label: "code", Op: slo.MatchRegexp, Value: "5(("}).Predicate(); err == nil {
		t.Error("a broken regular expression compiles")
	}
}

func TestSLI_key(t *testing.T) {
	ratio := func(total, bad string, fingerprint ...string) slo.SLI {
		return slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{equal("m", total)}, Bad: []slo.Selector{equal("m", bad)}}, Fingerprint: fingerprint}
	}
	latency := func(threshold, unit time.Duration) slo.SLI {
		return slo.SLI{Latency: &slo.Latency{Histogram: equal("h", "f=a"), Threshold: threshold, Unit: unit}}
	}
	base := ratio("f=a g=b", "f=a g=b code=500", "code", "gateway")
	for what, same := range map[string]slo.SLI{
		"matchers in another order":    ratio("g=b f=a", "code=500 g=b f=a", "code", "gateway"),
		"a matcher twice":              ratio("f=a g=b f=a", "f=a g=b code=500", "code", "gateway"),
		"fingerprint in another order": ratio("f=a g=b", "f=a g=b code=500", "gateway", "code"),
	} {
		if base.Key("main") != same.Key("main") {
			t.Errorf("%s changes the account", what)
		}
	}
	keys := map[string]string{base.Key("main"): "the base"}
	for what, key := range map[string]string{
		"another backend":     base.Key("other"),
		"another total":       ratio("f=b g=b", "f=a g=b code=500", "code", "gateway").Key("main"),
		"another bad":         ratio("f=a g=b", "f=a g=b code=503", "code", "gateway").Key("main"),
		"another fingerprint": ratio("f=a g=b", "f=a g=b code=500", "code").Key("main"),
		"latency":             latency(time.Second, time.Second).Key("main"),
		"another threshold":   latency(2*time.Second, time.Second).Key("main"),
		"another unit":        latency(time.Second, time.Millisecond).Key("main"),
		"total as good": slo.SLI{Ratio: &slo.Ratio{
			Good: base.Ratio.Total, Bad: base.Ratio.Bad,
		}, Fingerprint: base.Fingerprint}.Key("main"),
	} {
		if other, taken := keys[key]; taken {
			t.Errorf("%s shares the account of %s", what, other)
		}
		keys[key] = what
	}
}

// The bound of a threshold is the float that its label reads as, whatever the
// threshold and the unit.
func TestLatency_bound_is_the_number_in_the_label(t *testing.T) {
	for text, l := range map[float64]slo.Latency{
		0.3: {Threshold: 300 * time.Millisecond, Unit: time.Second}, 0.005: {Threshold: 5 * time.Millisecond, Unit: time.Second},
		2.5: {Threshold: 2500 * time.Millisecond, Unit: time.Second}, 0.7: {Threshold: 700 * time.Millisecond, Unit: time.Second},
		250: {Threshold: 250 * time.Millisecond, Unit: time.Millisecond}, 0.1: {Threshold: 100 * time.Microsecond, Unit: time.Millisecond},
	} {
		if l.Bound() != text {
			t.Errorf("%v in %v is %v, not %v", l.Threshold, l.Unit, l.Bound(), text)
		}
	}
}

func TestAnyOfMatchesItsValuesAndNoneOfTheOthers(t *testing.T) {
	for _, values := range [][]string{{"a"}, {"a", "b"}, {"", "x"}, {"a|b", "c.d", "(", `\`}, {"GET /cart/{id}", "new\nline"}} {
		one, none := slo.AnyOf("label", values...), slo.NoneOf("label", values...)
		for _, value := range []string{"", "a", "b", "c", "x", "a|b", "cxd", "c.d", "(", `\`, "GET /cart/{id}", "new\nline", "ab", "a\nb"} {
			want := slices.Contains(values, value)
			if matched(t, one, value) != want || matched(t, none, value) == want {
				t.Errorf("%s and %s on %q: want %t and not", one, none, value, want)
			}
		}
	}
	if got := slo.AnyOf("code", "500").String() + slo.NoneOf("code", "500").String(); got != `code="500"code!="500"` {
		t.Errorf("one value needs no expression: %s", got)
	}
}

// matched asks Prometheus' own matcher.
func matched(t *testing.T, m slo.Matcher, value string) bool {
	t.Helper()
	kinds := map[slo.MatchOp]labels.MatchType{slo.MatchEqual: labels.MatchEqual, slo.MatchNotEqual: labels.MatchNotEqual, slo.MatchRegexp: labels.MatchRegexp, slo.MatchNoRegexp: labels.MatchNotRegexp}
	matcher, err := labels.NewMatcher(kinds[m.Op], m.Label, m.Value)
	if err != nil {
		t.Fatal(err)
	}
	return matcher.Matches(value)
}
