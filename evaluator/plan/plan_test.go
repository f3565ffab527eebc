package plan_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

var update = flag.Bool("update", false, "write the golden files anew")

// live is how a round reads.
var live = plan.Grain{Width: 30 * time.Second, Lookback: time.Hour}

// sel writes a selector shortly: sel("m", "function=a", "code=~5..").
func sel(metric string, matchers ...string) slo.Selector {
	s := slo.Selector{Metric: metric}
	for _, m := range matchers {
		for _, op := range []slo.MatchOp{slo.MatchRegexp, slo.MatchNoRegexp, slo.MatchNotEqual, slo.MatchEqual} {
			if label, value, ok := strings.Cut(m, string(op)); ok {
				s.Matchers = append(s.Matchers, slo.Matcher{Label: label, Op: op, Value: value})
				break
			}
		}
	}
	return s
}

// failures is the usual indicator: calls, and those that answered 5xx.
func failures(key, function string) plan.SLI {
	return plan.SLI{Key: key, SLI: slo.SLI{
		Ratio: &slo.Ratio{
			Total: []slo.Selector{sel("calls_total", "function="+function)},
			Bad:   []slo.Selector{sel("calls_total", "function="+function, "code=~5..")},
		},
		Fingerprint: []string{"code"},
	}}
}

func latency(key, function string, threshold time.Duration) plan.SLI {
	return plan.SLI{Key: key, SLI: slo.SLI{Latency: &slo.Latency{
		Histogram: sel("call_duration_seconds", "function="+function), Threshold: threshold, Unit: time.Second,
	}}}
}

func ratio(key string, total, good, bad []slo.Selector) plan.SLI {
	return plan.SLI{Key: key, SLI: slo.SLI{Ratio: &slo.Ratio{Total: total, Good: good, Bad: bad}}}
}

func list(s ...slo.Selector) []slo.Selector { return s }

// sets are what the golden files show.
func sets() map[string][]plan.SLI {
	return map[string][]plan.SLI{
		"functions of one metric": {failures("a", "charge-card"), failures("b", "GET /cart/{id}"), failures("c", `he said "no"`)},
		"a function alone":        {failures("a", "charge-card")},
		"histogram":               {latency("a", "charge-card", time.Second), latency("b", "refund", 250*time.Millisecond)},
		"good of another metric": {
			ratio("a", list(sel("started_total", "job=x")), list(sel("finished_total", "job=x")), nil),
		},
		"good and bad": {
			ratio("a", nil, list(sel("calls_total", "function=f", "code!~5..")), list(sel("calls_total", "function=f", "code=~5.."))),
		},
		"lists that are added": {
			ratio("a", list(sel("http_total", "route=/a"), sel("grpc_total", "method=a")), nil, list(sel("http_total", "route=/a", "status=500"), sel("grpc_total", "method=a", "code=13"))),
		},
		"names beyond ASCII": {
			ratio("a", list(sel("http.server.requests", "http.route=/a")), nil, list(sel("http.server.requests", "http.route=/a", "größe=~5.."))),
			ratio("b", list(sel("http.server.requests", "http.route=/b")), nil, list(sel("http.server.requests", "http.route=/b", "größe=~5.."))),
		},
		"matchers that are agreed on": {
			ratio("a", list(sel("calls_total", "env=prod", "function=a", "instance!~canary.*")), nil, list(sel("calls_total", "env=prod", "function=a", "instance!~canary.*", "code=500"))),
			ratio("b", list(sel("calls_total", "env=prod", "function=b", "instance!~canary.*")), nil, list(sel("calls_total", "env=prod", "function=b", "instance!~canary.*", "code=500"))),
		},
	}
}

// queries writes everything a group may ask.
func queries(g *plan.Group) map[string]string {
	targets := []plan.Target{{Job: "shop", Instance: "10.0.0.1:80"}, {Job: "shop", Instance: `"x`}}
	gr, hour := g.Grain(live), g.Grain(plan.Grain{Width: time.Hour, Lookback: time.Hour})
	return map[string]string{
		"present": g.Present(gr), "growth": g.Growth(gr), "births": g.Births(gr), "unsteady": g.Unsteady(hour),
		"continuing": g.ContinuingQuery(targets, gr), "born": g.BornQuery(targets, gr),
		"steady": g.Steady(gr), "resets": g.Resets(gr),
	}
}

func TestQueries_are_as_written_down(t *testing.T) {
	var b strings.Builder
	all := sets()
	for _, what := range slices.Sorted(mapKeys(all)) {
		p, failed := plan.New(all[what])
		if len(failed) != 0 {
			t.Fatalf("%s: %v", what, failed)
		}
		fmt.Fprintf(&b, "# %s\n", what)
		for _, g := range p.Groups {
			fmt.Fprintf(&b, "%s for %s\n", g.Metric, strings.Join(g.Keys(), ", "))
			asked := queries(g)
			for _, name := range []string{"present", "growth", "steady", "resets", "births", "unsteady", "continuing", "born"} {
				fmt.Fprintf(&b, "  %-10s %s\n", name, asked[name])
			}
		}
		b.WriteString("\n")
	}
	path := filepath.Join("testdata", "queries.golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("run with -update if this is meant (-want +got):\n%s", diff)
	}
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func distinct(slis []plan.SLI) int {
	keys := map[string]bool{}
	for _, s := range slis {
		keys[s.Key] = true
	}
	return len(keys)
}

func TestNew_coalesces(t *testing.T) {
	var some, thousand, histograms []plan.SLI
	for i := range 1_000 {
		name := fmt.Sprintf("function-%d", i)
		thousand = append(thousand, failures(name, name))
		if i < 200 {
			some = append(some, failures(name, name))
		}
		histograms = append(histograms, latency("latency of "+name, name, time.Duration(1+i%3)*time.Second))
	}
	for _, tc := range []struct {
		what   string
		slis   []plan.SLI
		groups []string // metrics
	}{
		{"nothing", nil, nil},
		{"two hundred functions", some, []string{"calls_total"}},
		{"a thousand functions, as many as fit into a query", thousand, slices.Repeat([]string{"calls_total"}, 3)},
		{"a thousand histograms, with their thresholds", histograms, slices.Concat(slices.Repeat([]string{"call_duration_seconds"}, 3), slices.Repeat([]string{"call_duration_seconds_bucket"}, 3))},
		{"counters and histograms", slices.Concat(some, histograms[:200]), []string{"call_duration_seconds", "call_duration_seconds_bucket", "calls_total"}},
		{"the same functions twice", slices.Concat(thousand, thousand), slices.Repeat([]string{"calls_total"}, 3)},
		{"bad of another metric is a query more", []plan.SLI{ratio("a", list(sel("calls", "f=a")), nil, list(sel("errors", "f=a")))}, []string{"calls", "errors"}},
		{"bad that does not narrow the total is a query more", []plan.SLI{ratio("a", list(sel("calls", "f=a", "env!=dev")), nil, list(sel("calls", "f=a", "code=500")))}, []string{"calls", "calls"}},
		{"functions told apart by other labels", []plan.SLI{failures("a", "a"), ratio("b", list(sel("calls_total", "route=b")), nil, list(sel("calls_total", "route=b", "code=500")))}, []string{"calls_total", "calls_total"}},
		{"another matcher that is no equality", []plan.SLI{ratio("a", list(sel("m", "f=a", "env=~p.*")), nil, list(sel("m", "f=a", "env=~p.*", "x=1"))), ratio("b", list(sel("m", "f=b", "env=~q.*")), nil, list(sel("m", "f=b", "env=~q.*", "x=1")))}, []string{"m", "m"}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			p, failed := plan.New(tc.slis)
			if len(failed) != 0 || len(p.SLIs) != len(tc.slis) {
				t.Fatalf("%d of %d indicators compiled: %v", len(p.SLIs), len(tc.slis), failed)
			}
			var got []string
			keys := map[string]bool{}
			for _, g := range p.Groups {
				got = append(got, g.Metric)
				for _, key := range g.Keys() {
					keys[key] = true
				}
			}
			if diff := cmp.Diff(tc.groups, got); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
			for _, g := range p.Groups {
				if query := g.Steady(live); len(query) > 16_000 {
					t.Errorf("a query of %d bytes", len(query))
				}
			}
			if want := distinct(tc.slis); len(keys) != want {
				t.Errorf("the groups read %d indicators of %d", len(keys), len(tc.slis))
			}
		})
	}
}

func TestNew_names_an_indicator_that_does_not_compile(t *testing.T) {
	broken := ratio("broken", list(sel("m", "f=a")), nil, list(sel("m", "f=a", "code=~5((")))
	p, failed := plan.New([]plan.SLI{failures("a", "a"), broken, failures("b", "b")})
	if failed["broken"] == nil || len(failed) != 1 {
		t.Errorf("failed: %v", failed)
	}
	if len(p.SLIs) != 2 || len(p.Groups) != 1 {
		t.Errorf("%d indicators in %d groups are left of the others", len(p.SLIs), len(p.Groups))
	}
}

// Whatever stands in names and values, every query parses, asks for one metric
// only, and its selectors take in the series of each function and none of a
// stranger.
func TestQueries_hold_hostile_text(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		values := make([]string, 1+random.IntN(4))
		for i := range values {
			values[i] = hostile(random)
		}
		checkQueries(t, "m"+hostile(random), "l"+hostile(random), hostile(random), values)
	}
}

func FuzzQueries(f *testing.F) {
	f.Add("calls_total", "function", "5..", "charge-card", "GET /cart/{id}")
	f.Add(`m"} or vector(1)`, "l\n", "\\E.*", "`", "ü\u2028")
	f.Fuzz(func(t *testing.T, metric, label, code, one, other string) {
		for _, text := range []string{metric, label, code, one, other} {
			if !utf8.ValidString(text) {
				return // label values are UTF-8
			}
		}
		checkQueries(t, "m"+metric, "l"+label, code, []string{one, other})
	})
}

// checkQueries plans failures of functions told apart by a label and checks what
// is asked.
func checkQueries(t *testing.T, metric, label, code string, values []string) {
	t.Helper()
	slis := make([]plan.SLI, len(values))
	for i, value := range values {
		bad := slo.Selector{Metric: metric, Matchers: []slo.Matcher{{Label: label, Op: slo.MatchEqual, Value: value}, {Label: "code", Op: slo.MatchRegexp, Value: regexp.QuoteMeta(code)}}}
		slis[i] = ratio(fmt.Sprint(i), list(slo.Selector{Metric: metric, Matchers: bad.Matchers[:1]}), nil, list(bad))
	}
	p, failed := plan.New(slis)
	if len(failed) != 0 || len(p.Groups) == 0 {
		t.Fatalf("%d groups, %v", len(p.Groups), failed)
	}
	if len(p.Groups) > 1 {
		return // too long for one query: each holds its own
	}
	for what, query := range queries(p.Groups[0]) {
		for _, s := range selectors(t, query) {
			checkSelector(t, what, query, s, metric, label, values)
		}
	}
}

func checkSelector(t *testing.T, what, query string, s []*labels.Matcher, metric, label string, values []string) {
	t.Helper()
	if got := valueOf(s, labels.MetricName); got != metric {
		t.Fatalf("%s: %s asks for %q, not %q", what, query, got, metric)
	}
	if what == "continuing" || what == "born" || what == "present" {
		return // by target, or whatever there is
	}
	if len(s) != 2 {
		t.Fatalf("%s: %s has %d matchers", what, query, len(s))
	}
	for _, m := range s {
		if m.Name == labels.MetricName {
			continue
		}
		if m.Name != label || m.Matches("stranger") && !slices.Contains(values, "stranger") {
			t.Fatalf("%s: %s looks at %q and takes in a stranger", what, query, m.Name)
		}
		for _, value := range values {
			if !m.Matches(value) {
				t.Fatalf("%s: %s leaves %q out", what, query, value)
			}
		}
	}
}

// hostile makes up text of what has a meaning somewhere.
func hostile(random *rand.Rand) string {
	pieces := []string{`"`, `\`, `{`, `}`, `|`, `.`, `*`, `(`, `)`, `[`, `$`, "`", "'", "\n", "\x00", "ü", "\u2028", "\uFFFD", "🎉", "a", "7", "=~", ",", " or vector(1)", "%s", "#"}
	var b strings.Builder
	for range random.IntN(6) {
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	return b.String()
}

// selectors parses a query as Prometheus does and lists its selectors.
func selectors(t *testing.T, query string) [][]*labels.Matcher {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	found := parser.ExtractSelectors(expr)
	if len(found) == 0 {
		t.Fatalf("%s selects nothing", query)
	}
	return found
}

func valueOf(s []*labels.Matcher, label string) string {
	for _, m := range s {
		if m.Name == label {
			return m.Value
		}
	}
	return ""
}

func TestTargetQueries_parse(t *testing.T) {
	births := []plan.Birth{
		{Labels: map[string]string{"__name__": "calls_total", "function": `"} or vector(1)`, "job": "shop", "code": "5\n3"}, End: 60},
		{Labels: map[string]string{"__name__": "http.calls", "http.route": "/ü"}, End: 60},
	}
	var pasts []plan.Past
	for _, b := range births {
		pasts = append(pasts, plan.Past{Birth: b, Span: 40 * 24 * time.Hour})
	}
	asked := selectors(t, plan.PreviousQuery(pasts, 90, 30*time.Second))
	if len(asked) != 2 {
		t.Fatalf("%d series are asked for, want 2", len(asked))
	}
	for i, b := range births {
		if len(asked[i]) != len(b.Labels) {
			t.Errorf("%v has %d matchers, want %d", asked[i], len(asked[i]), len(b.Labels))
		}
		for _, m := range asked[i] {
			if m.Type != labels.MatchEqual || m.Value != b.Labels[m.Name] {
				t.Errorf("%v is no label of %v", m, b.Labels)
			}
		}
	}
	started := selectors(t, plan.StartedQuery([]plan.Target{{Job: "a|b", Instance: "x.y:1"}, {Job: `c"`, Instance: "xzy:1"}}))
	for _, m := range started[0] {
		if m.Name == "job" && (!m.Matches("a|b") || !m.Matches(`c"`) || m.Matches("a") || m.Matches("b")) {
			t.Errorf("%v does not match the jobs literally", m)
		}
	}
}

func TestPreviousOf_names_the_birth_that_was_asked_for(t *testing.T) {
	got := plan.PreviousOf(map[string]string{"__name__": "calls_total", "code": "500", "slofuse_slot": "1700000000"})
	want := plan.Birth{Labels: map[string]string{"__name__": "calls_total", "code": "500"}, End: 1_700_000_000}
	if got.SeriesSlot() != want.SeriesSlot() {
		t.Errorf("%v, want %v", got, want)
	}
	query := plan.PreviousQuery([]plan.Past{{Birth: want, Span: time.Hour}}, 1_700_000_060, 30*time.Second)
	const asked = `label_replace(last_over_time(calls_total{code="500"}[3600s] offset 90s), "slofuse_slot", "1700000000", "", "")`
	if query != asked {
		t.Errorf("asks %s, want %s", query, asked)
	}
}

func BenchmarkNew(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		slis := make([]plan.SLI, n)
		for i := range slis {
			name := fmt.Sprintf("function-%d", i)
			slis[i] = failures(name, name)
		}
		b.Run(fmt.Sprintf("%d functions", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, _ := plan.New(slis)
				p.Groups[0].Growth(live)
			}
		})
	}
}
