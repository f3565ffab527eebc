package main

import (
	"context"
	"encoding/csv"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// monthlyFiles are promises of two owners.
var monthlyFiles = map[string]string{"checkout.yaml": `version: 1
service: checkout
owner: team-checkout
functions:
  - name: create-order
    slos:
      - {name: availability, objective: 99.9%, window: 30d, sli: {ratio: {total: 'function_calls_total{function="create-order"}', bad: 'function_calls_total{function="create-order",code=~"5.."}'}}}
  - name: charge-card
    slos:
      - {name: availability, objective: 99.5%, window: 30d, sli: {ratio: {total: 'function_calls_total{function="charge-card"}', bad: 'function_calls_total{function="charge-card",code=~"5.."}'}}}
      - {name: latency, objective: 99%, window: 30d, sli: {latency: {histogram: 'function_call_duration_seconds{function="charge-card"}', threshold: 1s}}}
`, "auth.yaml": `version: 1
service: auth
owner: team-identity
functions:
  - name: login
    slos:
      - {name: availability, objective: 99.9%, window: 30d, sli: {ratio: {total: 'function_calls_total{function="login"}', bad: 'function_calls_total{function="login",code=~"5.."}'}}}
`}

// The month that is read, and what happened in it: the worst of create-order is excluded
// as maintenance up to the half hour that breaks its promise.
var (
	february = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	march    = february.AddDate(0, 1, 0)
	movedAt  = february.AddDate(0, 0, 19).Add(time.Hour)
	brokeAt  = february.AddDate(0, 0, 9).Add(10 * time.Hour)
)

const (
	movedFor = 2 * time.Hour
	brokeFor = 30 * time.Minute
)

// month is what a promise counted in February, as the fleet knows it.
type month struct {
	fleet.Counts
	name             string
	bad              int64
	allowed          float64 // of 1
	known            time.Duration
	sli, spent, lost string // as people read them
}

// newMonth is a service on the morning after February, with all of it read, and what the
// fleet did to the promises of team-checkout, the worst first.
func newMonth(t *testing.T) (*story, []month) {
	t.Helper()
	s := &story{clock: newClock(march.Add(30*time.Hour + 7*time.Second))}
	s.prom = newBackend(t, fleet.Options{Seed: 1, Now: s.clock.Now, Faults: []fleet.Fault{
		{Kind: fleet.Outage, Service: "checkout", Function: "create-order", From: brokeAt, To: brokeAt.Add(brokeFor)},
		{Kind: fleet.Outage, Service: "checkout", Function: "create-order", From: movedAt, To: movedAt.Add(movedFor)},
	}})
	dir := t.TempDir()
	for name, text := range monthlyFiles {
		writeFile(t, filepath.Join(dir, "slos", name), text)
	}
	s.running = start(t, configuration{backend: s.prom.URL, storage: filepath.Join(dir, "slofuse.db")}.write(t, dir), s.clock.Now)
	s.round()
	s.send(http.MethodPost, "/api/v1/maintenance", api.Announcement{
		Matchers: []string{`function="create-order"`}, Correct: true, Author: "Mia", Reason: "moved to new disks",
		StartsAt: movedAt, EndsAt: new(movedAt.Add(movedFor)),
	}, http.StatusCreated)
	s.pass(1)
	return s, []month{
		s.month(t, "create-order", "availability", 0.001, fleet.Counts.ServerErrors),
		s.month(t, "charge-card", "latency", 0.01, func(c fleet.Counts) int64 { return c.Over(1) }),
		s.month(t, "charge-card", "availability", 0.005, fleet.Counts.ServerErrors),
	}
}

// month works out by hand what a report has to say of a promise.
func (s *story) month(t *testing.T, function, slo string, allowed float64, badOf func(fleet.Counts) int64) month {
	t.Helper()
	m := month{name: function + " " + slo, allowed: allowed, known: march.Sub(february)}
	m.Counts = s.observed(t, function, february, march)
	m.bad = badOf(m.Counts)
	if function == "create-order" {
		moved := s.observed(t, function, movedAt, movedAt.Add(movedFor))
		m.Total, m.bad, m.known = m.Total-moved.Total, m.bad-badOf(moved), m.known-movedFor
	}
	failed := float64(m.bad) / float64(m.Total)
	m.sli, m.spent = format.SLI(1-failed, true), format.Share(failed/allowed, true)
	m.lost = format.Span(time.Duration(failed * float64(m.known)).Round(time.Second))
	return m
}

// observed is what scrapes show of a function of checkout.
func (s *story) observed(t *testing.T, function string, from, to time.Time) fleet.Counts {
	t.Helper()
	c, err := s.prom.Observed("checkout", function, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestE2ESomebodyReadsTheMonthlyReport is the story of whoever answers for a team: from
// the start page to the report of the month that is over, to the summary of the same, to
// files for others, and on paper. What the pages say is what the fleet did, counted by
// the engine and kept in the ledger.
func TestE2ESomebodyReadsTheMonthlyReport(t *testing.T) {
	t.Parallel()
	s, months := newMonth(t)
	for _, width := range []int64{390, 1280} {
		t.Run(strconv.FormatInt(width, 10), func(t *testing.T) {
			p := newPerson(t, s.url)
			p.opensTheReport(width)
			p.readsTheMonth(months)
			p.readsTheFiles(months)
			p.prints()
			p.press("executive summary")
			p.readsTheSummary(months)
			p.prints()
		})
	}
}

// opensTheReport goes from the start page to last month and one owner.
func (p *person) opensTheReport(width int64) {
	p.t.Helper()
	if err := chromedp.Do(p, chromedp.EmulateViewport(width, 900), chromedp.Navigate(p.url+"/")); err != nil {
		p.t.Fatal(err)
	}
	p.do(`document.querySelector("header summary").click()`)
	p.reads("Reports")
	p.do(`[...document.querySelectorAll("header a")].find(a => a.innerText === "Reports").click()`)
	p.reads("Error budgets of all owners, February 2026")
	p.press("Last month")
	phone{p.Context}.until(p.t, `location.search === "?period=last-month" && document.readyState === "complete"`)
	p.do(`(s => { s.value = "team-checkout"; s.form.requestSubmit() })(document.querySelector("select[name=owner]"))`)
	p.reads("Error budgets of team-checkout, February 2026")
}

// readsTheMonth reads the table, of which a row is a promise.
func (p *person) readsTheMonth(months []month) {
	p.t.Helper()
	p.reads("Of 3 promises 2 are kept and 1 is broken.")
	p.reads("excluded 2 h: moved to new disks")
	p.fits()
	rows, err := chromedp.Run(p, chromedp.Evaluate[[]string](`[...document.querySelectorAll("table.report tbody tr")].map(r => r.innerText.replace(/\s+/g, " "))`))
	if err != nil || len(rows) != len(months) {
		p.t.Fatalf("%d rows, %v: %q", len(rows), err, rows)
	}
	for i, m := range months {
		for _, said := range []string{m.name, m.sli, m.spent} {
			if !strings.Contains(rows[i], said) {
				p.t.Errorf("the row of %s does not say %q: %s", m.name, said, rows[i])
			}
		}
	}
	if !strings.Contains(rows[0], "Broken") || !strings.Contains(rows[1], "Kept") || strings.Contains(strings.Join(rows, ""), "login") {
		p.t.Errorf("the rows are %q", rows)
	}
}

// fits expects nothing to stick out.
func (p *person) fits() {
	p.t.Helper()
	over, err := chromedp.Run(p, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
	if err != nil || over > 0 {
		p.t.Errorf("%d pixels too wide, %v", over, err)
	}
}

// readsTheFiles takes the report as Markdown and as CSV.
func (p *person) readsTheFiles(months []month) {
	p.t.Helper()
	markdown := string(p.downloads("Markdown", "error-budgets.md"))
	lines, err := csv.NewReader(strings.NewReader(string(p.downloads("CSV", "error-budgets.csv")))).ReadAll()
	if err != nil || len(lines) != len(months)+1 {
		p.t.Fatalf("%d lines of CSV, %v", len(lines), err)
	}
	for i, m := range months {
		if row := "checkout / " + strings.ReplaceAll(m.name, " ", " / "); !regexp.MustCompile(regexp.QuoteMeta(row) + `.*\| ` + m.sli + ` \| ` + m.spent + ` \|`).MatchString(markdown) {
			p.t.Errorf("no row of %s has %s and %s:\n%s", row, m.sli, m.spent, markdown)
		}
		p.counted(m, lines[0], lines[i+1])
	}
}

// counted compares a line of the CSV with what the fleet did.
func (p *person) counted(m month, header, line []string) {
	p.t.Helper()
	value := map[string]float64{}
	for i, name := range header {
		value[name], _ = strconv.ParseFloat(line[i], 64)
	}
	for name, want := range map[string]float64{
		"total": float64(m.Total), "bad": float64(m.bad), "spent_ratio": float64(m.bad) / float64(m.Total) / m.allowed,
		"seconds_lost": float64(m.bad) / float64(m.Total) * m.known.Seconds(), "coverage": 1,
	} {
		if off := math.Abs(value[name] - want); off > want/10_000 {
			p.t.Errorf("%s: %s is %v, the fleet did %v", m.name, name, value[name], want)
		}
	}
	if mean := m.Seconds / float64(m.Total); strings.HasSuffix(m.name, "latency") && (value["average_from_seconds"] > mean || value["average_seconds"] > 2*mean || value["average_seconds"] < mean/2) {
		p.t.Errorf("%s: calls take %v s on average from %v s, in the fleet %v s", m.name, value["average_seconds"], value["average_from_seconds"], mean)
	}
}

// readsTheSummary reads the same month for directors.
func (p *person) readsTheSummary(months []month) {
	p.t.Helper()
	p.reads("Executive summary")
	p.reads("Of 3 promises 2 are kept and 1 is broken in February 2026")
	p.reads("Nothing is known of January 2026 to compare with.")
	p.fits()
	text, err := chromedp.Run(p, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
	if err != nil {
		p.t.Fatal(err)
	}
	if strings.Contains(text, "ms before") {
		p.t.Errorf("a month of which nothing is known is compared with: %s", text)
	}
	broken := months[0]
	for _, said := range []string{"67%\n2 of 3 that can be told", broken.spent + " spent", broken.lost} {
		if !strings.Contains(text, said) {
			p.t.Errorf("the summary does not say %q: %s", said, text)
		}
	}
}

// prints the page as the browser does.
func (p *person) prints() {
	p.t.Helper()
	var pdf []byte
	err := chromedp.Do(p, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		printed, err := cdp.Call(ctx, target, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
		pdf = printed.Data
		return err
	}))
	if n := len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(pdf, -1)); err != nil || n != 1 {
		p.t.Errorf("it prints on %d pages, %v", n, err)
	}
}

// downloads presses a link and returns the file that it leaves, under the name it has to
// have.
func (p *person) downloads(link, name string) []byte {
	p.t.Helper()
	dir := p.t.TempDir()
	err := chromedp.Do(p, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir})
		return err
	}))
	if err != nil {
		p.t.Fatal(err)
	}
	p.press(link)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-again.C {
		if file, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			return file
		}
	}
	p.t.Fatalf("%s leaves no %s", link, name)
	return nil
}
