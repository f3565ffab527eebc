package spec_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// byID parses a file of testdata and returns its SLOs by ID.
func byID(t *testing.T, name string) map[string]slo.SLO {
	t.Helper()
	set, problems := spec.Parse([]spec.File{testdataFile(t, name)}, spec.Options{})
	slos := set.SLOs
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	out := make(map[string]slo.SLO, len(slos))
	for _, s := range slos {
		out[s.ID.String()] = s
	}
	return out
}

var compareObjectives = cmp.Comparer(func(a, b slo.Objective) bool { return a == b })

func TestEveryKeyArrivesInTheSLO(t *testing.T) {
	got := byID(t, "testdata/checkout.good.yaml")["checkout/charge-card/availability"]
	want := slo.SLO{
		ID:          slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"},
		Owner:       "team-checkout",
		Description: "Takes the money.",
		Labels:      map[string]string{"tier": "critical", "region": "eu"},
		Links: map[string]string{
			"runbook": "runbooks/charge-card.md",
			"traces":  "https://traces.example.com/search?fn={{.function}}&from={{.from}}&to={{.to}}",
		},
		Objective: slo.MustObjective("99.9%"),
		Window:    slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
		SLI: slo.SLI{
			Ratio: &slo.Ratio{
				Total: []slo.Selector{{Metric: "function_calls_total", Matchers: []slo.Matcher{{Label: "function", Op: "=", Value: "charge-card"}}}},
				Bad: []slo.Selector{{Metric: "function_calls_total", Matchers: []slo.Matcher{
					{Label: "function", Op: "=", Value: "charge-card"}, {Label: "code", Op: "=~", Value: "5.."},
				}}},
			},
			Fingerprint: []string{"code"},
		},
		Backend: "main",
		Policy:  "default",
		Tiers: []slo.Tier{
			{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage},
			{Name: "slow", BurnRate: 6, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityPage},
			{Name: "steady", BurnRate: 4, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityTicket, PageAfter: 4 * time.Hour},
			{Name: "drain", BurnRate: 1, Long: 72 * time.Hour, Short: 6 * time.Hour, Severity: slo.SeverityTicket},
		},
		Guard:       slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
		MaxSeverity: slo.SeverityPage,
		NoData:      slo.SeverityPage,
		DependsOn:   []slo.ID{{Service: "search", Function: "query"}, {Service: "checkout", Function: "GET /cart/{id}"}},
		Source:      slo.Source{File: "testdata/checkout.good.yaml", Line: 29, Column: 9},
	}
	if diff := cmp.Diff(want, got, compareObjectives); diff != "" {
		t.Error(diff)
	}
}

func TestLowerLevelsOverrideHigherOnes(t *testing.T) {
	slos := byID(t, "testdata/checkout.good.yaml")
	got := slos["checkout/GET%20%2Fcart%2F%7Bid%7D/availability"]
	want := slo.SLO{
		ID: slo.ID{Service: "checkout", Function: "GET /cart/{id}", Name: "availability"},
		// the SLO's own over the function's over the service's
		Owner: "team-cart-api", Description: "Carts are shown.", Backend: "second", MaxSeverity: slo.SeverityPage, NoData: slo.SeverityPage,
		Labels: map[string]string{"tier": "critical", "region": "us"},
		Links:  map[string]string{"runbook": "runbooks/charge-card.md", "traces": "https://traces.example.com/{{.service}}"},
		Policy: "default", Tiers: slos["checkout/charge-card/availability"].Tiers,
		Guard:     slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
		Objective: slo.MustObjective("99.95"), Window: slo.Window{Name: "4w", Length: 28 * 24 * time.Hour},
	}
	want.Tiers = append([]slo.Tier(nil), want.Tiers...)
	want.Tiers[3].Long, want.Tiers[3].Short = 4032*time.Minute, 336*time.Minute // a tenth of 28 days, a twelfth of that
	want.SLI, want.Source = got.SLI, got.Source
	if diff := cmp.Diff(want, got, compareObjectives); diff != "" {
		t.Error(diff)
	}
	var selectors []string
	for _, s := range got.SLI.Selectors() {
		selectors = append(selectors, s.String())
	}
	wantSelectors := []string{
		`cart_requests_total{route="GET /cart/{id}"}`,
		`cart_retries_total{route=~"GET /cart/\\{id\\}|.*"}`,
		`cart_requests_total{route="GET /cart/{id}",ok="true"}`,
	}
	if diff := cmp.Diff(wantSelectors, selectors); diff != "" {
		t.Error(diff)
	}
}

func TestTheClassIsThatOfOneSLO(t *testing.T) {
	slos := byID(t, "testdata/checkout.good.yaml")
	if got := slos["checkout/charge-card/latency"].Class; got != slo.ClassSecurity {
		t.Errorf("class %q", got)
	}
	if got := slos["checkout/charge-card/availability"].Class; got != slo.ClassNone {
		t.Errorf("the SLO beside it has class %q", got)
	}
}

func TestALatencySLIIsReadFromTheSecondDocument(t *testing.T) {
	got := byID(t, "testdata/checkout.good.yaml")["search/query/latency"].SLI
	want := slo.SLI{
		Latency: &slo.Latency{
			Histogram: slo.Selector{Metric: "search_ms", Matchers: []slo.Matcher{{Label: "fn", Op: "=", Value: "query"}}},
			Threshold: 250 * time.Millisecond, Unit: time.Millisecond,
		},
		Fingerprint: []string{"shard"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Latency.Bound() != 250 {
		t.Errorf("bound %v", got.Latency.Bound())
	}
}

const template = `version: 1
service: s
owner: o
functions:
  - name: FUNCTION
    slos:
      - name: a
        objective: 99.9%
        window: 30d
        sli: SLI
`

// withSLI is a file with one SLO whose SLI is written as given.
func withSLI(function, sli string) string {
	return strings.NewReplacer("FUNCTION", function, "SLI", sli).Replace(template)
}

func TestAFunctionNameCannotBreakOutOfASelector(t *testing.T) {
	const sli = `{ratio: {total: 'a_total{f="$function"}', bad: 'b_total{f=~"x-$function-[0-9]+",g!~".*$function$"}'}}`
	for _, name := range []string{
		`a"} or vector(1) #`, `a\`, `a\"`, `.*`, `a|b`, `[`, `(?i)a`, `$function`, `a'b`, "日本", `{{.x}}`,
	} {
		t.Run(name, func(t *testing.T) {
			yamlName := "'" + strings.ReplaceAll(name, "'", "''") + "'"
			s := one(t, withSLI(yamlName, sli))
			if s.ID.Function != name {
				t.Fatalf("function %q", s.ID.Function)
			}
			total, bad := s.SLI.Ratio.Total[0].Matchers[0], s.SLI.Ratio.Bad[0].Matchers
			if total.Value != name {
				t.Errorf("value %q", total.Value)
			}
			for value, want := range map[string]bool{"x-" + name + "-7": true, "x-" + name + "y-7": false, "x-a-7": name == "a"} {
				matches, err := bad[0].Predicate()
				if err != nil || matches(value) != want {
					t.Errorf("%s matches %q: want %v, error %v", bad[0], value, want, err)
				}
			}
			// What is written as PromQL must read back as the very same selector.
			again := one(t, withSLI("other", "{ratio: {total: '"+strings.ReplaceAll(s.SLI.Ratio.Total[0].String(), "'", "''")+"', bad: b_total}}"))
			if name != "$function" && again.SLI.Ratio.Total[0].Matchers[0] != total {
				t.Errorf("%s reads back as %s", s.SLI.Ratio.Total[0], again.SLI.Ratio.Total[0])
			}
		})
	}
}

func TestAFunctionNameThatBreaksARegexpIsAnError(t *testing.T) {
	_, problems := spec.Parse([]spec.File{{Name: "f", Data: []byte(withSLI("z-b", `{ratio: {total: a_total, bad: 'b_total{f=~"[x$function]"}'}}`))}}, spec.Options{})
	if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), `f:10:14: label f with "z-b" for $function: `) {
		t.Error(problems)
	}
}

func TestUnitsAndThresholdsOfLatencies(t *testing.T) {
	for sli, want := range map[string]slo.Latency{
		"{latency: {histogram: a_seconds, threshold: 1s}}":                 {Histogram: slo.Selector{Metric: "a_seconds"}, Threshold: time.Second, Unit: time.Second},
		"{latency: {histogram: a_seconds_bucket, threshold: 2.5s}}":        {Histogram: slo.Selector{Metric: "a_seconds"}, Threshold: 2500 * time.Millisecond, Unit: time.Second},
		"{latency: {histogram: a_milliseconds, threshold: 500us}}":         {Histogram: slo.Selector{Metric: "a_milliseconds"}, Threshold: 500 * time.Microsecond, Unit: time.Millisecond},
		"{latency: {histogram: a, threshold: 1m, unit: s}}":                {Histogram: slo.Selector{Metric: "a"}, Threshold: time.Minute, Unit: time.Second},
		`{latency: {histogram: '{"a.seconds"}', threshold: 1s, unit: ms}}`: {Histogram: slo.Selector{Metric: "a.seconds"}, Threshold: time.Second, Unit: time.Millisecond},
	} {
		got := *one(t, withSLI("f", sli)).SLI.Latency
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", sli, diff)
		}
	}
}

func TestASharedSLIThatIgnoresTheFunctionIsWarnedOf(t *testing.T) {
	const text = `{version: 1, service: s, owner: o,
slis: {ok: {ratio: {total: a_total, bad: b_total}}},
functions: [{name: f, slos: [{name: a, sli: ok, objective: 99%, window: 30d}, {name: b, sli: ok, objective: 99.9%, window: 30d}]}`
	if set, problems := spec.Parse([]spec.File{{Name: "f", Data: []byte(text + "]}")}}, spec.Options{}); len(set.SLOs) != 2 || len(problems) != 0 {
		t.Errorf("one function: %d SLOs, %v", len(set.SLOs), problems)
	}
	const second = `, {name: g, slos: [{name: a, sli: ok, objective: 99%, window: 30d}]}]}`
	set, problems := spec.Parse([]spec.File{{Name: "f", Data: []byte(text + second)}}, spec.Options{})
	slos := set.SLOs
	want := []string{`f:2:12: warning: SLI "ok" does not select on $function: it counts the same events for "f" and "g" (sli-shared)`}
	if diff := cmp.Diff(want, lines(problems)); diff != "" || len(slos) != 3 {
		t.Errorf("%d SLOs, %s", len(slos), diff)
	}
}
