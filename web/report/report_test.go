package report_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/report"
)

// november is a report of two promises, one of which is broken.
func november() api.Report {
	from, to := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	earlier := func(spent ...*float64) []api.ReportEarlier {
		var out []api.ReportEarlier
		for i, s := range spent {
			out = append(out, api.ReportEarlier{Phrase: []string{"October 2026", "September 2026"}[i], SpentRatio: s})
		}
		return out
	}
	return api.Report{
		Owner: "team-checkout", MadeAt: to.Add(9 * time.Hour),
		Period:  api.ReportPeriod{Phrase: "November 2026", From: from, To: to, Zone: "UTC"},
		Summary: api.ReportSummary{Missed: 1, Unknown: 1, Calls: 12_345_678, SuccessRatio: new(0.9991), Incidents: 1},
		Objectives: []api.ReportObjective{
			{
				ID: "checkout/pay/up", Service: "checkout", Function: "pay", SLO: "up", Owner: "team-checkout", Objective: 0.999, Promise: "99.9%", Window: "30d", Standing: "missed",
				SLI: new(0.9985), Good: 998_500, Bad: 1_500, Total: 1_000_000, Allowed: 1000, SpentRatio: new(1.5), RemainingRatio: new(-0.5), LeftAtStart: new(0.4), LeftAtEnd: new(-0.5),
				Coverage: 0.98, GapSeconds: 51_840, ExcludedSeconds: 7200, ExcludedFor: []string{"new disks", "move"}, Earlier: earlier(new(0.2), nil), Action: "freeze: only fixes",
				Latency: &api.Latency{P99: new(1.2), Average: new(0.084), AverageFrom: new(0.05), AverageTo: new(0.2)},
			},
			{ID: "checkout/cart/up", Service: "checkout", Function: "cart", SLO: "up", Promise: "99%", Standing: "unknown", Reason: "there were no calls", Coverage: 1, Earlier: earlier(nil, nil)},
		},
		Incidents: []api.ReportIncident{
			{Service: "checkout", Function: "pay", Severity: "page", OpenedAt: from.Add(36 * time.Hour), Seconds: 5400, ResolvedAt: new(from.Add(40 * time.Hour)), CostRatio: new(0.7), CostOf: "up"},
			{Service: "checkout", Function: "cart", Severity: "ticket", OpenedAt: from, Seconds: 60},
		},
		IncidentsComplete: true,
		Method:            []string{"Counts are added & divided once."},
	}
}

func TestMarkdown(t *testing.T) {
	var b strings.Builder
	if err := report.Markdown(&b, november()); err != nil {
		t.Fatal(err)
	}
	const want = `# Error budgets of team-checkout, November 2026

Of 2 promises 0 are kept, 1 is broken and 1 is unknown. 99.91% of 12.3 million calls succeeded. 1 incident, 1 still open.

From 2026-11-01 00:00 UTC to 2026-12-01 00:00 UTC. Days begin at midnight in UTC. Made at 2026-12-01 09:00 UTC.

## Promises

|  | promise | objective | SLI | spent | left at start | left at end | response time | spent in October 2026 | spent in September 2026 | not known | excluded |
|---|---|---|---|---|---|---|---|---|---|---|---|
| broken | checkout / pay / up | 99.9% | 99.85% | 150% | 40% | overspent by 50% | about 84 ms, p99 1.2 s | 20% | – | 14 h 24 m | 2 h: new disks; move |
| unknown | checkout / cart / up | 99% | there were no calls | – | – | – |  | – | – | none | none |

– is not known: less than half of the time is, or nothing was called.

## Incidents

| opened | function | severity | open for | cost |
|---|---|---|---|---|
| 2026-11-02 12:00 UTC | checkout / pay | page | 1 h 30 m | 70% of the budget of up |
| 2026-11-01 00:00 UTC | checkout / cart | ticket | 1 m | – |

## Due

- [ ] checkout / pay / up: freeze: only fixes

## How this is worked out

- Counts are added &amp; divided once.
`
	if b.String() != want {
		t.Errorf("got:\n%s", b.String())
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := report.CSV(&b, november()); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(lines) != 3 {
		t.Fatal(lines, err)
	}
	cell := func(line int, column string) string {
		for i, name := range lines[0] {
			if name == column {
				return lines[line][i]
			}
		}
		t.Fatalf("there is no column %s", column)
		return ""
	}
	for column, want := range map[string]string{
		"id": "checkout/pay/up", "objective": "0.999", "from": "2026-11-01T00:00:00Z", "standing": "missed", "sli": "0.9985", "bad": "1500", "total": "1000000",
		"spent_ratio": "1.5", "remaining_ratio": "-0.5", "left_at_start": "0.4", "average_seconds": "0.084", "average_from_seconds": "0.05", "average_to_seconds": "0.2", "p99_seconds": "1.2", "excluded_for": "new disks; move", "earlier_spent_ratio_1": "0.2", "earlier_spent_ratio_2": "", "earlier_spent_ratio_3": "",
	} {
		if got := cell(1, column); got != want {
			t.Errorf("%s is %q, want %q", column, got, want)
		}
	}
	if got := cell(2, "sli"); got != "" {
		t.Errorf("an SLI that is not known is %q", got)
	}
}

// hostile are names that are formulas, markup or the end of a cell.
var hostile = []string{
	`=cmd|'/c calc'!A1`, "+1+1", "-2+3", "@SUM(A1)", "  =1+1", "\t=1+1", "\r=1", "\n=1", "\u00a0=1", "＝1+1", "|x", "a|b", "a\nb\n# head", "`code`", "**bold**", "[a](javascript:alert(1))",
	"<script>alert(1)</script>", "![x](https://evil.example)", "https://evil.example", "www.evil.example", "me@evil.example", "\u202egnp.exe", "\u200b=1+1", "a,b\"c", "&lt;b&gt;", "~~x~~", "--- | ---", "\x00\x1b[31m",
}

// hostileReport has a name everywhere.
func hostileReport(name string) api.Report {
	r := november()
	r.Owner, r.Period.Phrase, r.Period.Zone, r.Method = name, name, name, []string{name}
	for i := range r.Objectives {
		o := &r.Objectives[i]
		o.ID, o.Service, o.Function, o.SLO, o.Owner, o.Window, o.Reason, o.ExcludedFor, o.Action, o.Promise = name, name, name, name, name, name, name, []string{name}, name, name
		o.Earlier[0].Phrase = name
	}
	for i := range r.Incidents {
		r.Incidents[i].Service, r.Incidents[i].Function, r.Incidents[i].CostOf = name, name, name
	}
	return r
}

func TestNoNameIsAFormula(t *testing.T) {
	for _, name := range hostile {
		var b bytes.Buffer
		if err := report.CSV(&b, hostileReport(name)); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(lines) != 3 {
			t.Fatalf("%q: %v, %v", name, lines, err)
		}
		for i, cell := range lines[1] {
			blank := strings.TrimLeft(cell, " \t\r\n\u00a0\u200b")
			number := !strings.ContainsFunc(blank, func(r rune) bool { return !strings.ContainsRune("-.0123456789", r) })
			if !number && blank != "" && strings.ContainsRune("=+-@|＝", []rune(blank)[0]) {
				t.Errorf("%q: column %s is %q", name, lines[0][i], cell)
			}
			if strings.ContainsAny(cell, "\n\r\t\x00\x1b\u202e") {
				t.Errorf("%q: column %s is %q", name, lines[0][i], cell)
			}
		}
	}
}

// Whatever names are, the document has the lines, cells and headings that it has
// with harmless ones, and no markup beside them.
func TestNoNameIsMarkup(t *testing.T) {
	shape := func(r api.Report) string {
		var b strings.Builder
		if err := report.Markdown(&b, r); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for line := range strings.Lines(b.String()) {
			line = strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\|`, "")
			out.WriteString(strings.Repeat("|", strings.Count(line, "|")))
			if strings.HasPrefix(line, "#") {
				out.WriteString("head")
			}
			out.WriteString("\n")
		}
		for _, markup := range []string{"<", "](", "://", "www.", "**", "~~"} {
			if text := strings.NewReplacer(`\\`, "", `\*`, "", `\~`, "", `\]`, "").Replace(b.String()); strings.Contains(text, markup) {
				t.Errorf("the document has %q", markup)
			}
		}
		return out.String()
	}
	want := shape(hostileReport("name"))
	for _, name := range hostile {
		if got := shape(hostileReport(name)); got != want {
			t.Errorf("%q makes another document:\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestAnEmptyReport(t *testing.T) {
	var b strings.Builder
	if err := report.Markdown(&b, api.Report{IncidentsComplete: true}); err != nil || !strings.Contains(b.String(), "There are no promises to report on.") || !strings.Contains(b.String(), "all owners") {
		t.Error(b.String(), err)
	}
	var c bytes.Buffer
	if err := report.CSV(&c, api.Report{}); err != nil || strings.Count(c.String(), "\n") != 1 {
		t.Error(c.String(), err)
	}
}
