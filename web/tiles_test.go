package web_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// latencyWith is the fleet with something else known about an SLO of 99% with
// 12,351,720 calls.
func latencyWith(change func(*slo.Assessment)) *fleet {
	f := newFleet()
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"}
	a := f.assessments[id]
	change(&a)
	f.assessments[id] = a
	return f
}

// explanation is what stands around a word that the glossary has.
var explanation = regexp.MustCompile(`<dfn [^>]*>|</dfn>`)

func TestTilesSayWhatIsWrongWithANumber(t *testing.T) {
	for what, tc := range map[string]struct {
		change func(*slo.Assessment)
		want   string
	}{
		"less than a quarter":     {func(a *slo.Assessment) { a.Window.Bad = 93_873 }, `<div class="tile ticket"><dt>Budget left</dt><dd class="value">24%</dd>`},
		"a quarter is left":       {func(a *slo.Assessment) { a.Window.Bad = 92_637 }, `<div class="tile "><dt>Budget left</dt><dd class="value">25%</dd>`},
		"nothing is left":         {func(a *slo.Assessment) { a.Window.Bad = 123_518 }, `<div class="tile page"><dt>Budget left</dt>`},
		"a budget of four events": {func(a *slo.Assessment) { a.Window.Counts = slo.Counts{Total: 400, Bad: 1} }, `3 of 4 bad events left: too few for a verdict`},
		"a budget of six events":  {func(a *slo.Assessment) { a.Window.Counts = slo.Counts{Total: 600, Bad: 1} }, `5 of 6 bad events left, or 6 h of total failure</dd>`},
		"half is not known":       {func(a *slo.Assessment) { a.Window.Coverage = 0.49 }, `<div class="tile ticket"><dt>Coverage</dt><dd class="value">49%</dd>`},
		"half is known":           {func(a *slo.Assessment) { a.Window.Coverage = 0.5 }, `<div class="tile "><dt>Coverage</dt><dd class="value">50%</dd>`},
	} {
		body := get(t, latencyWith(tc.change).server(t), "/slos/checkout/charge-card/latency").Body.String()
		tiles := explanation.ReplaceAllString(element(t, body, `<dl class="tiles">`, "</dl>"), "")
		if !strings.Contains(tiles, tc.want) {
			t.Errorf("%s: no %s in %s", what, tc.want, tiles)
		}
	}
}

func TestThePageOfAnSLOThatIsFineHasOneBadge(t *testing.T) {
	server := newFleet().server(t)
	for path, want := range map[string]int{"checkout/charge-card/latency": 1, "media/transcode/availability": 1, "checkout/charge-card/availability": 1} {
		if head := element(t, get(t, server, "/slos/"+path).Body.String(), "<h1>", "</h1>"); strings.Count(head, `class="badge`) != want {
			t.Errorf("%s: %s", path, head)
		}
	}
}

func TestTheListSaysSinceWhenAnAlertFires(t *testing.T) {
	f := newFleet()
	f.add(member{service: "a", function: "waits", name: "availability", owner: "a", objective: "99%", total: 1000, bad: 1, phase: alerting.PhasePending, severity: slo.SeverityTicket, reason: "the guard withholds it"})
	for function, want := range map[string]bool{"charge-card": true, "login": true, "waits": false, "evaluate": false} {
		row := text(element(t, get(t, f.server(t), "/slos?function="+function+"&q=availability").Body.String(), "<tbody>", "</tbody>"))
		if strings.Contains(row, "since 2026-03-01 11:48:00 UTC") != want {
			t.Errorf("%s: %s", function, row)
		}
	}
}

func TestAStatusThatIsAskedForIsCountedAtNone(t *testing.T) {
	chips := text(element(t, get(t, newFleet().server(t), "/slos?status=pending").Body.String(), `aria-label="By status"`, "</nav>"))
	if !strings.Contains(chips, "Pending 0") || strings.Contains(chips, "Stale 0") {
		t.Error(chips)
	}
}

func TestABudgetThatOutlastsItsMonthIsNotSpentInIt(t *testing.T) {
	f := newFleet().monthly(t)
	a := f.assessments[chargeCard]
	for i := range a.Burns {
		a.Burns[i].Bad = 0
	}
	f.assessments[chargeCard] = a
	if body := text(get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String()); !strings.Contains(body, "Spent in not this month") {
		t.Error(body)
	}
}

func TestThePageListsTheLatestAnnotations(t *testing.T) {
	f := newFleet()
	for i := range 30 {
		f.annotations = append(f.annotations, slo.Annotation{End: noon.Add(time.Duration(i-40) * time.Hour).Unix(), Kind: slo.Baseline, Text: fmt.Sprint("number ", i)})
	}
	body := get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String()
	if !strings.Contains(body, "number 29<") || !strings.Contains(body, "number 10<") || strings.Contains(body, "number 9<") {
		t.Error("these are not the latest twenty")
	}
	if series := text(element(t, body, "<b>New series</b>", "</li>")); strings.Contains(series, " to ") {
		t.Errorf("an instant is shown as a span: %s", series)
	}
}

func TestOfThePastThePromiseOfThenIsShown(t *testing.T) {
	f := newFleet()
	for i := range f.slos {
		f.slos[i].Revision, f.slos[i].History = 2, []slo.Revision{
			{Number: 1, From: noon.Add(-48 * time.Hour), Objective: slo.MustObjective("95%"), Window: f.slos[i].Window},
			{Number: 2, From: noon.Add(-24 * time.Hour), Objective: f.slos[i].Objective, Window: f.slos[i].Window},
		}
	}
	const path = "/api/v1/slos/checkout/charge-card/availability"
	for query, want := range map[string]float64{"": 0.999, "?at=2026-02-28T00:00:00Z": 0.95, "?at=2026-03-01T00:00:00Z": 0.999} {
		if got := decode[api.SLO](t, get(t, f.server(t), path+query)); got.Objective != want {
			t.Errorf("%q: %g, revision %d", query, got.Objective, got.Revision)
		}
	}
}
