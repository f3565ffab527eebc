package rules_test

import (
	"bytes"
	"flag"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/evaluator/rules"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

var update = flag.Bool("update", false, "write the golden files")

var halfMinute = rules.Options{Interval: 30 * time.Second}

func load(t *testing.T, file string) []slo.SLO {
	t.Helper()
	set, problems, err := spec.Load([]string{file}, spec.Options{})
	if err != nil || problems.Err() != nil {
		t.Fatal(err, problems)
	}
	return set.SLOs
}

func text(t *testing.T, f rules.File, form rules.Form) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, form); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCompile_makes_these_rules_of_every_kind(t *testing.T) {
	o := halfMinute
	o.LinksOf = func(s slo.SLO) map[string]string {
		if s.Links["runbook"] == "" {
			return nil
		}
		return map[string]string{"runbook": "https://runbooks.example.com/pay"}
	}
	got := text(t, rules.Compile(load(t, "testdata/kinds.yaml"), o), rules.Prometheus)
	golden := filepath.Join("testdata", "kinds.rules.yaml")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the rules changed; run with -update and read the difference.\n%s", got)
	}
}

func TestRules_are_accepted_by_Prometheus_in_every_form(t *testing.T) {
	f := rules.Compile(load(t, "testdata/kinds.yaml"), halfMinute)
	plain := text(t, f, rules.Prometheus)
	accepted(t, plain)
	accepted(t, strings.TrimPrefix(text(t, f, rules.Mimir), "namespace: slofuse\n"))
	head, body, _ := strings.Cut(text(t, f, rules.Operator), "spec:\n")
	if !strings.Contains(head, "kind: PrometheusRule") {
		t.Errorf("an operator's file begins with\n%s", head)
	}
	accepted(t, strings.ReplaceAll(body, "\n  ", "\n"))
}

func accepted(t *testing.T, content string) {
	t.Helper()
	groups, errs := rulefmt.Parse([]byte(content), false, model.LegacyValidation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 || len(groups.Groups) == 0 {
		t.Errorf("Prometheus refuses the rules: %v\n%s", errs, content)
	}
}

// wednesday is an afternoon on which the fleet is busy.
var wednesday = time.Date(2026, 3, 18, 14, 0, 0, 0, time.UTC)

func newFleet(t *testing.T, faults ...fleet.Fault) *fleet.Fleet {
	t.Helper()
	f, err := fleet.New(fleet.Options{
		Now: func() time.Time { return wednesday.Add(24 * time.Hour) }, History: 3 * 24 * time.Hour, Faults: faults,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func loginFails(from, to time.Time) fleet.Fault {
	return fleet.Fault{Service: "auth", Function: "login", Kind: fleet.Outage, From: from, To: to}
}

func TestRules_count_what_happened(t *testing.T) {
	f := newFleet(t)
	r := newRuler(t, f)
	r.run(rules.Compile(load(t, "testdata/fleet.yaml"), halfMinute), wednesday, wednesday.Add(10*time.Minute))
	to := wednesday.Add(10 * time.Minute)
	truth, err := f.Truth("auth", "login", to.Add(-time.Hour), to)
	if err != nil {
		t.Fatal(err)
	}
	about(t, "calls", r.value(`slofuse:slo_events{slo="availability",window="1h"}`), float64(truth.Total))
	about(t, "calls by the histogram", r.value(`slofuse:slo_events{slo="latency",window="1h"}`), float64(truth.Total))
	about(t, "slow calls", r.value(`slofuse:slo_bad_events{slo="latency",window="1h"}`), float64(truth.Over(0.25)))
	about(t, "calls of two counters", r.value(`slofuse:slo_events{slo="both",window="1h"}`), 2*float64(truth.Total))
	about(t, "moments", r.value(`slofuse:slo_events{slo="up",window="5m"}`), 10)
}

// about allows what increase() estimates.
func about(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.02*want {
		t.Errorf("%s: the rules count %.1f, the truth is %.0f", what, got, want)
	}
}

func TestRules_page_for_an_outage_and_stop_after_it(t *testing.T) {
	begin := wednesday.Add(5 * time.Minute)
	end := begin.Add(10 * time.Minute)
	r := newRuler(t, newFleet(t, loginFails(begin, end)))
	r.run(rules.Compile(load(t, "testdata/fleet.yaml"), halfMinute), wednesday, wednesday.Add(30*time.Minute))
	active := r.firing["ErrorBudgetBurn page fast"]
	if len(active) == 0 {
		t.Fatalf("nobody was paged; active were %v", r.firing)
	}
	if late := active[0].Sub(begin); late < 0 || late > 3*time.Minute {
		t.Errorf("paged %s after the outage began", late)
	}
	if after := active[len(active)-1].Sub(end); after > 6*time.Minute {
		t.Errorf("still active %s after the outage was over", after)
	}
	if gone := r.firing["SLONoData ticket "]; len(gone) > 0 {
		t.Errorf("data counted as gone at %v", gone)
	}
}

func TestRules_are_quiet_on_an_ordinary_day(t *testing.T) {
	r := newRuler(t, newFleet(t))
	r.run(rules.Compile(load(t, "testdata/fleet.yaml"), halfMinute), wednesday, wednesday.Add(20*time.Minute))
	if len(r.firing) > 0 {
		t.Errorf("active: %v", r.firing)
	}
}

// A budget of which little is known looks full, so it is recorded when half of its
// window is.
func TestRules_record_a_budget_when_enough_of_it_is_known(t *testing.T) {
	const remaining = `slofuse:slo_error_budget_remaining_ratio{slo="availability"}`
	for days, want := range map[int]int{0: 0, 3: 0, 4: 1} {
		r := newRuler(t, newFleet(t))
		r.remember("availability", wednesday, time.Duration(days)*24*time.Hour, 10_000, 5)
		r.run(rules.Compile(load(t, "testdata/fleet.yaml")[:1], halfMinute), wednesday, wednesday.Add(5*time.Minute))
		r.now = r.now.Add(-30 * time.Second)
		found := r.ask(remaining)
		if len(found) != want {
			t.Errorf("after %d days there are %d budgets", days, len(found))
		}
		// 5 of 10,000 are half of what 99.9 % allows.
		if len(found) == 1 && math.Abs(found[0].F-0.5) > 0.01 {
			t.Errorf("%v is left", found[0].F)
		}
	}
}

func TestRules_tell_that_data_is_gone(t *testing.T) {
	gone := fleet.Fault{Service: "auth", Function: "login", Kind: fleet.TargetDown, From: wednesday.Add(time.Minute), To: wednesday.Add(time.Hour)}
	r := newRuler(t, newFleet(t, gone))
	r.run(rules.Compile(load(t, "testdata/fleet.yaml"), halfMinute), wednesday, wednesday.Add(25*time.Minute))
	active := r.firing["SLONoData ticket "]
	if len(active) == 0 {
		t.Fatalf("nobody was told; active were %v", r.firing)
	}
	if late := active[0].Sub(gone.From); late < 10*time.Minute || late > 17*time.Minute {
		t.Errorf("told %s after the last sample", late)
	}
}

func TestOmitted_names_what_rules_cannot_do(t *testing.T) {
	var all []string
	for _, s := range load(t, "testdata/kinds.yaml") {
		all = append(all, rules.Omitted(s)...)
		if err := rules.Expressible(s); err != nil {
			all = append(all, err.Error())
		}
	}
	said := strings.Join(all, "\n")
	for _, want := range []string{"calendar window month", "depends_on folds nothing", "interpolate"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing is said of %q:\n%s", want, said)
		}
	}
}
