package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// noon is noon in UTC, given in another zone: what is written must be UTC.
var noon = time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("CET", 3600))

func chargeCard() slo.SLO {
	return slo.SLO{
		ID: slo.ID{Service: "checkout", Function: "POST /charge", Name: "availability"}, Owner: "team-checkout",
		Labels: map[string]string{"tier": "critical"}, Objective: slo.MustObjective("99.9%"),
		Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
	}
}

func assessed() slo.Assessment {
	s := chargeCard()
	return slo.Assessment{
		ID: s.ID, Objective: s.Objective, AsOf: noon, State: slo.StateOK,
		Window: slo.WindowSum{
			Length: s.Window.Length, From: noon.Add(-s.Window.Length), To: noon,
			Counts: slo.Counts{Total: 1235172, Bad: 605}, Coverage: 0.998,
		},
		Burns: []slo.WindowSum{
			{Length: 5 * time.Minute, Coverage: 1},
			{Length: time.Hour, Counts: slo.Counts{Total: 2500, Bad: 1}, Coverage: 1},
			{Length: 6 * time.Hour, Counts: slo.Counts{Total: 10000, Bad: 12}, Coverage: 0.5},
		},
		Latency: &slo.Quantiles{Window: time.Hour, P50: new(0.021), P95: new(0.18), Above: new(10.0)},
		Errors: []slo.ClassCount{
			{Labels: map[string]string{"code": "500"}, Bad: 5},
			{Labels: map[string]string{"code": "503"}, Bad: 500},
		},
		CallsPerSecond: new(41.2),
	}
}

func firing() alerting.Alert {
	return alerting.Alert{
		ID: chargeCard().ID, Phase: alerting.PhaseFiring, Severity: slo.SeverityPage, Tier: "fast",
		Since: noon.Add(-time.Minute), Reason: "burn rate 20.1 over 1h and 31.0 over 5m",
	}
}

// explained is an explanation with something of everything.
func explained(s slo.SLO, a slo.Assessment, alert *alerting.Alert) api.Explanation {
	total := slo.Selector{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "POST /charge"}}}
	bad := slo.Selector{Metric: "errors_total"}
	s.SLI = slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{total}, Bad: []slo.Selector{bad}}}
	s.Tiers = []slo.Tier{{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage}}
	s.Guard = slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2}
	alert.Holds = map[string]alerting.Hold{"fast": {Since: noon.Add(-time.Minute), Severity: slo.SeverityPage}}
	return api.Explain(alerting.Explain(s, a, alert), slo.Basis{
		ByHand: "By hand it may differ.",
		Queries: []slo.Query{
			{Name: "growth", About: "How much the counters grew.", PromQL: "sum(rate)", Step: 30 * time.Second, From: noon.Add(-time.Minute), To: noon},
			{Name: "bad by hand", About: "All bad calls.", PromQL: "sum_over_time(x)", To: noon, ByHand: true, Expect: new(605.0)},
		},
		Annotations: []slo.Annotation{{End: noon.Unix(), Width: 1200, Kind: slo.Bridged, Text: "spread over 20m"}},
	})
}

func incident() alerting.Incident {
	return alerting.Incident{
		ID: "01J", Key: "k1", State: alerting.IncidentAcked, Severity: slo.SeverityPage,
		Service: "checkout", Function: "POST /charge", Owner: "team-checkout",
		Fingerprint: map[string]string{"code": "503"}, Kinds: []map[string]string{{"code": "503"}, {"code": "500"}}, Alerts: []alerting.Alert{firing()},
		Cause: "01H", Affected: []alerting.Affected{{Incident: "01K", Service: "shop", Function: "GET /cart", Owner: "team-shop", Severity: slo.SeverityPage, Since: noon}},
		OpenedAt: noon, AckedAt: noon.Add(time.Minute), AckedBy: "ada", AckComment: "on it", AckUntil: noon.Add(time.Hour),
		Deploy: &alerting.Deploy{
			ID: "run-8123", Service: "checkout", Version: "v42", URL: "https://ci.example.com/runs/8123", By: "token ci",
			StartsAt: noon.Add(-10 * time.Minute), EndsAt: noon.Add(-5 * time.Minute), Status: "succeeded",
		},
		Timeline: []alerting.Event{{At: noon, Kind: "opened", Text: "fast tier"}},
		Deliveries: []alerting.Delivery{{
			Receiver: "default", Destination: "slack #slo", EventID: "e1", State: "owed", Attempts: 2,
			LastError: "429", DecidedAt: noon, NextAttempt: noon.Add(time.Minute),
		}},
	}
}

func TestWireFormat(t *testing.T) {
	full, empty := chargeCard(), slo.SLO{ID: chargeCard().ID, Objective: slo.MustObjective("99%")}
	for name, value := range map[string]any{
		"slo":         api.FromSLO(full, assessed(), firing(), "01J"),
		"slo_unknown": api.FromSLO(empty, slo.Assessment{State: slo.StateSourceDown, Reason: "connection refused", Caveats: []string{"Estimated."}}, alerting.Alert{}, ""),
		"slo_new":     api.FromSLO(full, slo.Assessment{}, alerting.Alert{Phase: alerting.PhaseOK}, ""),
		"slos":        api.SLOList{SLOs: []api.SLO{}, Next: new("c2")},
		"slos_empty":  api.SLOList{SLOs: []api.SLO{}},
		"incident":    api.FromIncident(incident()),
		"incidents":   api.FromIncidents([]alerting.Incident{{ID: "bare", State: alerting.IncidentOpen, OpenedAt: noon}}),
		"series":      api.FromPoints(noon.Add(-time.Hour), noon, 30*time.Minute, []slo.Point{{Time: noon, Counts: slo.Counts{Total: 10, Bad: 1}, Coverage: 1, Remaining: new(-0.34), Latency: &slo.Quantiles{P50: new(0.02), P95: new(0.4), Above: new(10.0)}}, {Time: noon}}),
		"ledger":      fullLedger(),
		"verification": api.FromComparison(full, slo.Comparison{
			From: noon.Add(-time.Hour), To: noon, Ledger: slo.Counts{Total: 100, Bad: 4}, Backend: slo.Counts{Total: 100, Bad: 5}, Slots: 120, Unknown: time.Minute,
			Differences: []slo.SlotDifference{{End: noon, Width: 30 * time.Second, Ledger: slo.Counts{Total: 10}, Backend: slo.Counts{Total: 10, Bad: 1}}},
		}),
		"verdict":             api.FromChecks(noon, []slo.Check{{ID: full.ID, Verdict: slo.VerdictFail, Reason: "too fast", BurnRate: new(9.0)}}),
		"verdict_closed":      closedGate(full.ID),
		"verdict_none":        api.FromChecks(time.Time{}, nil),
		"error":               api.ErrorResponse{Error: api.Problem{Code: api.CodeBadRequest, Message: "sort=colour", Details: []string{"use name"}}},
		"action":              api.Action{By: "ada", Comment: "on it"},
		"explanation":         explained(full, assessed(), new(firing())),
		"explanation_unknown": api.Explain(alerting.Explain(empty, slo.Assessment{Objective: empty.Objective, Caveats: []string{"Estimated."}}, nil), slo.Basis{}),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(value, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, append(got, '\n'))
			back := reflect.New(reflect.TypeOf(value))
			if err := json.Unmarshal(got, back.Interface()); err != nil {
				t.Fatalf("what was written cannot be read: %v", err)
			}
			if diff := cmp.Diff(value, back.Elem().Interface()); diff != "" {
				t.Errorf("read back (-written +read):\n%s", diff)
			}
		})
	}
}

// closedGate has one of everything that can be said of a gate, and was overridden.
func closedGate(id slo.ID) api.Verdict {
	v := api.FromChecks(noon, []slo.Check{{
		ID: id, Verdict: slo.VerdictFail, Reason: "frozen", ClosedBy: []slo.GateCondition{slo.GateFreeze, slo.GateIncidents},
		BudgetRemainingRatio: new(-0.2), Freeze: slo.Freeze{On: true, Remaining: 0.1}, Frozen: new(true),
		Incident: &slo.OpenIncident{ID: "01J", Severity: slo.SeverityPage, OpenedAt: noon, Cause: "fraud/score-order"},
	}})
	v.Override = &api.Overridden{By: "anna (token ci)", Reason: "the fix", Verdict: v.Verdict}
	v.Verdict = "pass"
	return v
}

// fullLedger has one of everything.
func fullLedger() api.Ledger {
	s := chargeCard()
	s.Revision = 1
	s.History = []slo.Revision{{Number: 1, From: noon.Add(-48 * time.Hour), Objective: s.Objective, Window: s.Window}}
	l := api.FromAccount(s, slo.Account{
		Key: "k1", Counts: slo.Counts{Total: 10, Bad: 1}, First: noon.Add(-time.Hour), Last: noon, ReadFrom: noon.Add(-2 * time.Hour), ReadTo: noon, Unread: time.Minute,
		Resolutions: []slo.Resolution{{Width: 30 * time.Second, Slots: 2, From: noon.Add(-time.Hour), To: noon}},
	})
	l.From, l.To, l.Next = noon.Add(-time.Hour).UTC(), noon.UTC(), new(noon.UTC())
	l.Slots = api.FromIncrements(s, []slo.Increment{{End: noon.Unix(), Width: 30, Counts: slo.Counts{Total: 10, Bad: 1}, Classes: map[string]int64{`{"code":"503"}`: 1}}})
	l.Annotations = api.FromAnnotations([]slo.Annotation{{End: noon.Unix(), Width: 600, Kind: slo.Bridged, Text: "a gap"}})
	return l
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestNumbersThatJSONCannotSayAreUnknown(t *testing.T) {
	for _, odd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a := assessed()
		a.Window.Coverage, a.CallsPerSecond = odd, &odd
		a.Latency.P50, a.Latency.Above = &odd, &odd
		a.Burns[0].Coverage = odd
		for _, value := range []any{
			api.FromSLO(chargeCard(), a, alerting.Alert{}, ""),
			explained(chargeCard(), a, new(firing())),
			api.FromPoints(noon, noon, time.Minute, []slo.Point{{Coverage: odd, Remaining: &odd, Latency: &slo.Quantiles{P50: &odd, P95: &odd, P99: &odd}}}),
			api.FromChecks(noon, []slo.Check{{BurnRate: &odd, BudgetRemainingRatio: &odd}}),
		} {
			if _, err := json.Marshal(value); err != nil {
				t.Errorf("%v: %v", odd, err)
			}
		}
	}
}

func TestErrorsBeyondTheTopAreSummedUp(t *testing.T) {
	a := assessed()
	a.Errors = nil
	for i := range 15 {
		a.Errors = append(a.Errors, slo.ClassCount{Labels: map[string]string{"code": strings.Repeat("x", i+1)}, Bad: int64(i)})
	}
	given := len(a.Errors)
	got := api.FromSLO(chargeCard(), a, alerting.Alert{}, "").Errors
	var top int64
	for _, c := range got.Top {
		top += c.Bad
	}
	if len(got.Top) != 10 || got.Top[0].Bad != 14 || top+got.Other != a.Window.Bad {
		t.Errorf("got %d classes, first %d, sum %d of %d", len(got.Top), got.Top[0].Bad, top+got.Other, a.Window.Bad)
	}
	if a.Errors[0].Bad != 0 || len(a.Errors) != given {
		t.Error("the assessment was changed")
	}
}

func TestWireValuesShareNothingWithTheirSource(t *testing.T) {
	s, a := chargeCard(), assessed()
	got := api.FromSLO(s, a, alerting.Alert{}, "")
	got.Labels["tier"], *got.CallsPerSecond, got.Errors.Top[0].Fingerprint["code"] = "x", 0, "x"
	if s.Labels["tier"] != "critical" || *a.CallsPerSecond != 41.2 || a.Errors[1].Labels["code"] != "503" {
		t.Error("changing the wire value changed the nouns")
	}
}

func TestNoKeyIsEverMissing(t *testing.T) {
	var full, empty map[string]any
	for into, value := range map[*map[string]any]api.SLO{
		&full:  api.FromSLO(chargeCard(), assessed(), firing(), "01J"),
		&empty: api.FromSLO(slo.SLO{Objective: slo.MustObjective("99%")}, slo.Assessment{}, alerting.Alert{}, ""),
	} {
		raw, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewDecoder(bytes.NewReader(raw)).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	for key := range full {
		if _, ok := empty[key]; !ok {
			t.Errorf("key %q is missing from an SLO that was never evaluated", key)
		}
	}
}

func TestWindowsOfTheCalendarSayWhatIsExpectedOfThem(t *testing.T) {
	s, a := chargeCard(), assessed()
	berlin := time.FixedZone("Europe/Berlin", 3600)
	s.Window, s.Reports = slo.CalendarWindow(slo.Month, berlin), []slo.Window{s.Window, slo.CalendarWindow(slo.Quarter, time.UTC)}
	rolling, end := a.Window, noon.Add(31*24*time.Hour)
	a.Window = slo.WindowSum{
		Calendar: slo.Month, From: noon.Add(-time.Hour), To: noon, PeriodEnd: end, Coverage: 1,
		Counts: slo.Counts{Total: 10_000, Bad: 4}, Expected: 90_000, ForecastFrom: 28 * 24 * time.Hour,
	}
	unforeseen := a.Window
	unforeseen.Expected, unforeseen.ForecastFrom, unforeseen.Coverage = 0, 0, 0.5
	a.Reports = []slo.WindowSum{rolling, unforeseen}
	got := api.FromSLO(s, a, firing(), "")
	if b := got.ErrorBudget; b.Allowed != 100 || *b.AllowedSoFar != 10 || b.Spent != 4 || *b.RemainingRatio != 0.96 {
		t.Errorf("error budget %+v", b)
	}
	if w := got.Window; w.Timezone != "Europe/Berlin" || !w.PeriodEnd.Equal(end) || *w.Expected != 90_000 || w.ForecastFrom != "28d" {
		t.Errorf("window %+v", w)
	}
	if w := got.Windows[0]; w.Name != "30d" || w.PeriodEnd != nil || w.AllowedSoFar != nil || w.Bad != 605 || w.Coverage != 0.998 {
		t.Errorf("rolling window %+v", w)
	}
	if w := got.Windows[1]; w.Name != "quarter" || w.Expected != nil || w.ForecastFrom != "" || w.Allowed != *w.AllowedSoFar || w.RemainingRatio != nil || w.Coverage != 0.5 {
		t.Errorf("window without a forecast %+v", w)
	}
}

// Events of an error ratio are shares of a slot: their sum is no whole number.
func TestVerificationsOfFractionsAddUp(t *testing.T) {
	part := api.Verification{
		ID: "a/b/c", Verdict: "fail", From: noon, To: noon.Add(time.Hour), Slots: 1,
		Ledger: api.Tally{Total: 1, Good: 0.6, Bad: 0.4}, Backend: api.Tally{Total: 1, Good: 0.7, Bad: 0.3},
	}
	next := part
	next.From, next.To = part.To, part.To.Add(time.Hour)
	if sum := part.Add(next); sum.Verdict != "fail" || sum.Ledger.Bad != 0.8 || sum.Slots != 2 || sum.To != next.To {
		t.Errorf("%+v", sum)
	}
}
