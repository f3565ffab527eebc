package web_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// reported is a fleet of which February is known: charge-card spent a fifth more than
// its budget, the cart half of it.
func reported() *fleet {
	f := newFleet()
	cart, card := f.slos[0].ID, f.slos[1].ID
	f.past = map[slo.ID]slo.Counts{card: {Total: 10_000_000, Bad: 12_000}, cart: {Total: 10_000_000, Bad: 2_500}}
	f.slos[1].Freeze = slo.Freeze{On: true, Remaining: 0.2}
	return f
}

func TestTheMonthlyReport(t *testing.T) {
	f := reported()
	shown := text(get(t, f.server(t), "/reports?period=last-month&owner=team-checkout").Body.String())
	wants(
		t, shown, "Error budgets of team-checkout, February 2026", "Of 3 promises 1 is kept, 1 is broken and 1 is unknown. 99.927% of 20 million calls succeeded. 0 incidents.",
		"1 February 2026 to 28 February 2026 (UTC). Made at 1 March 2026 12:00 (UTC).",
		"Broken charge-card availability checkout · team-checkout 99.9% 30d 99.88% 120%",
		"Kept GET /cart/{id} availability checkout · team-checkout 99.95% 30d 99.975% 50%",
		"Unknown charge-card latency checkout · team-checkout only 0% of the period is known",
		"Spent before: January 2026, then December 2025, then November 2025.",
		// What is left of its own window: 14 %.
		"Due charge-card availability checkout · team-checkout freeze: only fixes are released until more than 20% of the budget is left",
	)
	if n := len(f.summed); n != 4 { // February and three months before
		t.Errorf("%d periods were summed up", n)
	}
}

func TestAReportOfThisMonthHasItsIncidents(t *testing.T) {
	f := reported()
	shown := text(get(t, f.server(t), "/reports?period=this-month&service=checkout").Body.String())
	// While it was open, 10,605 calls failed of 12,351.72 that may.
	wants(t, shown, "March 2026 so far", "Opened (UTC) Open for Cost while open Page charge-card checkout 1 March 2026 11:48 12 m 86% of the budget of availability")
	got := decode[api.Report](t, get(t, f.server(t), "/api/v1/report?period=this-month&service=checkout"))
	if len(got.Incidents) != 1 || got.Incidents[0].ResolvedAt != nil || got.Incidents[0].Seconds < 720 || !got.Period.Running || !got.IncidentsComplete {
		t.Errorf("%+v", got)
	}
}

func TestExcludedTimeHasItsReason(t *testing.T) {
	f := reported()
	for id, a := range f.assessments {
		a.Window.Excluded = slo.Exclusion{Slots: 120, Time: time.Hour, Share: 0.001}
		f.assessments[id] = a
	}
	everything, err := suppress.ParseMatchers(`service="checkout"`)
	if err != nil {
		t.Fatal(err)
	}
	f.planned = []suppress.Maintenance{
		{ID: "m-1", Matchers: everything, Correct: true, Reason: "new disks", StartsAt: noon.Add(-3 * time.Hour), EndsAt: noon.Add(-2 * time.Hour), MadeAt: noon},
		{ID: "m-2", Matchers: everything, Correct: false, Mute: true, Reason: "quiet night", StartsAt: noon.Add(-3 * time.Hour), EndsAt: noon.Add(-2 * time.Hour), MadeAt: noon},
	}
	shown := text(get(t, f.server(t), "/reports?period=7d&service=checkout").Body.String())
	wants(t, shown, "excluded 1 h: new disks")
	if strings.Contains(shown, "quiet night") {
		t.Error("what only holds messages back excludes nothing")
	}
}

func TestFormsOfAReport(t *testing.T) {
	for path, want := range map[string]struct{ kind, holds, file string }{
		"/reports?period=last-month&format=markdown":       {"text/markdown; charset=utf-8", "# Error budgets of all owners, February 2026", `attachment; filename="error-budgets.md"`},
		"/reports?format=csv":                              {"text/csv; charset=utf-8", "id,service,function", `attachment; filename="error-budgets.csv"`},
		"/reports?period=last-month&format=json":           {"application/json; charset=utf-8", `"phrase":"February 2026"`, ""},
		"/api/v1/report?period=last-month":                 {"application/json; charset=utf-8", `"phrase":"February 2026"`, ""},
		"/api/v1/report?period=last-month&format=csv":      {"text/csv; charset=utf-8", "checkout/charge-card/availability,checkout", `attachment; filename="error-budgets.csv"`},
		"/api/v1/report?period=last-month&format=markdown": {"text/markdown; charset=utf-8", "| broken | checkout / charge-card / availability |", `attachment; filename="error-budgets.md"`},
		"/reports?period=7d&format=html":                   {"text/html; charset=utf-8", "<h1>Error budgets of all owners, the last 7 days</h1>", ""},
		"/reports?from=2026-02-10&to=2026-02-12":           {"text/html; charset=utf-8", `href="/reports?format=csv&amp;from=2026-02-10&amp;to=2026-02-12"`, ""},
	} {
		w := get(t, reported().server(t), path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != want.kind || w.Header().Get("Content-Disposition") != want.file || !strings.Contains(w.Body.String(), want.holds) {
			t.Errorf("%s: %d, %v\n%.400s", path, w.Code, w.Header(), w.Body)
		}
	}
	for _, path := range []string{"/api/v1/report?format=pdf", "/reports?format=pdf", "/api/v1/report?period=march", "/api/v1/report?when=now", "/api/v1/report?label=x"} {
		if w := get(t, reported().server(t), path); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

// The forms tell the same: what the JSON says of each promise, the CSV does.
func TestFormsOfAReportAgree(t *testing.T) {
	server := reported().server(t)
	made := decode[api.Report](t, get(t, server, "/api/v1/report"))
	lines, err := csv.NewReader(get(t, server, "/api/v1/report?format=csv").Body).ReadAll()
	if err != nil || len(lines) != len(made.Objectives)+1 {
		t.Fatalf("%d lines of %d objectives, %v", len(lines), len(made.Objectives), err)
	}
	for i, o := range made.Objectives {
		if line := lines[i+1]; line[0] != o.ID || line[9] != o.Standing {
			t.Errorf("%s is %s, and %q", o.ID, o.Standing, line)
		}
	}
	if s := made.Summary; s.Kept+s.Missed+s.Unknown != len(made.Objectives) {
		t.Errorf("%+v of %d", s, len(made.Objectives))
	}
}

// A report of a period judges by what was promised then.
func TestAReportIsJudgedByThePromiseOfThen(t *testing.T) {
	f := reported()
	card := &f.slos[1]
	then, now := card.Promise(), card.Promise()
	then.Number, then.From, then.Objective = 1, noon.AddDate(-1, 0, 0), slo.MustObjective("99.5%")
	now.Number, now.From = 2, noon.Add(-time.Hour)
	card.History, card.Revision = []slo.Revision{then, now}, 2
	made := decode[api.Report](t, get(t, f.server(t), "/api/v1/report?period=last-month&function=charge-card"))
	for _, o := range made.Objectives {
		if o.SLO == "availability" && (o.Promise != "99.5%" || o.Revision != 1 || o.Standing != "met" || o.Allowed != 50_000) {
			t.Errorf("%+v", o)
		}
	}
}

// A report that nobody asked a period for is over last month where most of that is known,
// and else over this one so far; a period that is asked for is obeyed.
func TestWithoutAPeriodAReportIsOverOneThatIsKnown(t *testing.T) {
	known := reported()
	for _, s := range known.slos {
		known.past[s.ID] = slo.Counts{Total: 1000, Bad: 1}
	}
	for _, c := range []struct {
		fleet                *fleet
		query, phrase, shown string
	}{
		{known, "", "February 2026", "No period was asked for, so it is February 2026, of which most is known. Choose another above."},
		{reported(), "", "March 2026 so far", "It is March 2026 so far, because too little is known of February 2026. Choose another above."},
		{reported(), "?period=last-month", "February 2026", ""},
		{known, "?period=this-month", "March 2026 so far", ""},
		{known, "?from=2026-02-10&to=2026-02-12", "10 February 2026 to 12 February 2026", ""},
	} {
		server := c.fleet.server(t)
		w := get(t, server, "/reports"+c.query)
		wants(t, text(w.Body.String()), "Error budgets of all owners, "+c.phrase, c.shown)
		if c.shown == "" && strings.Contains(text(w.Body.String()), "Choose another above") {
			t.Errorf("%s: the page says why it is over what was asked for", c.query)
		}
		made := decode[api.Report](t, get(t, server, "/api/v1/report"+c.query))
		if made.Period.Phrase != c.phrase || (made.Period.Reason == "") != (c.shown == "") {
			t.Errorf("%s: %+v", c.query, made.Period)
		}
		if name := made.Period.Name; name != "" && !strings.Contains(w.Body.String(), "format=csv&amp;period="+name) {
			t.Errorf("%s: the file may be over another period", c.query)
		}
	}
}

// Of a month of which nothing is known, numbers are dashes, with one explanation; null
// for programs, and nothing in a spreadsheet.
func TestWhatAReportDoesNotKnow(t *testing.T) {
	f := newFleet()
	server := f.server(t)
	shown := text(get(t, server, "/reports?period=last-month").Body.String())
	table := shown[strings.Index(shown, "Promises and their budgets"):strings.Index(shown, "– is not known")]
	if n := strings.Count(strings.ToLower(table), "unknown"); n != len(f.slos) { // the badges
		t.Errorf("unknown stands %d times in a table of %d:\n%s", n, len(f.slos), table)
	}
	if strings.Contains(shown, "Spent before") {
		t.Error("there is a column of dashes alone")
	}
	if n := strings.Count(shown, "– is not known"); n != 1 {
		t.Errorf("a dash is explained %d times", n)
	}
	for _, o := range decode[api.Report](t, get(t, server, "/api/v1/report?period=last-month")).Objectives {
		if o.SLI != nil || o.SpentRatio != nil || o.RemainingRatio != nil || o.SecondsLost != nil || o.Latency != nil {
			t.Errorf("%+v", o)
		}
	}
	lines, err := csv.NewReader(get(t, server, "/api/v1/report?period=last-month&format=csv").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range lines[0] {
		if slices.Contains([]string{"sli", "spent_ratio", "remaining_ratio", "seconds_lost", "average_seconds"}, name) && lines[1][i] != "" {
			t.Errorf("%s is %q", name, lines[1][i])
		}
	}
	markdown := get(t, server, "/reports?period=last-month&format=markdown").Body.String()
	if strings.Contains(markdown, "| unknown | unknown") || !strings.Contains(markdown, "– is not known") {
		t.Error(markdown)
	}
}
