package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

const availabilityPage = "/slos/checkout/charge-card/availability"

// TestTheCalendarShowsNoUnknownDayAsGood has a month of which ten days were never read.
func TestTheCalendarShowsNoUnknownDayAsGood(t *testing.T) {
	f := newFleet()
	f.counted = func(sum *slo.WindowSum) {
		switch age := noon.Sub(sum.To); {
		case age > 50*24*time.Hour:
			sum.Counts, sum.Coverage = slo.Counts{}, 0
		case age > 49*24*time.Hour:
			sum.Bad = sum.Total / 2
		case age > 48*24*time.Hour:
			sum.Counts = slo.Counts{}
		case age > 47*24*time.Hour:
			sum.Excluded = slo.Exclusion{Share: 0.9}
		}
	}
	page := get(t, f.server(t), availabilityPage).Body.String()
	for _, want := range []string{
		`title="Wed, Jan 7 2026: unknown, 0% of it was read"`, `class="day unknown previous"`, `class="day heavy previous"`, `class="day idle previous"`,
		`class="day excluded previous"`, `title="Sun, Mar 1 2026: 99.96% good, 4,320 bad of 10,800,000, 35% of the budget; the objective was kept; so far"`,
		`?from=2026-01-07T00%3A00%3A00Z&amp;to=2026-01-08T00%3A00%3A00Z"`, "Days are those of UTC.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(page, `class="day `); n != 61 {
		t.Errorf("%d days, want the 60 of two windows and what of today there is", n)
	}
}

func TestDaysAreThoseOfTheCalendarOfTheSLO(t *testing.T) {
	f := newFleet()
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	f.slos[1].Window = slo.CalendarWindow(slo.Month, kolkata)
	page := get(t, f.server(t), "/slos/"+f.slos[1].ID.String()).Body.String()
	for _, want := range []string{"Days are those of Asia/Kolkata.", `?from=2026-02-28T18%3A30%3A00Z&amp;to=2026-03-01T12%3A00%3A00Z"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestAPageOfAStretchOfThen(t *testing.T) {
	server := newFleet().server(t)
	page := get(t, server, availabilityPage+"?from=2026-02-20T10:00:00Z&to=2026-02-20T11:00:00Z").Body.String()
	for _, want := range []string{
		`/charts?from=2026-02-20T10%3A00%3A00Z&amp;to=2026-02-20T11%3A00%3A00Z"`, "Shown: <time", `/history.csv?from=`,
		`<td><time datetime="2026-02-20T11:00:00Z">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, `aria-current="true">30d`) {
		t.Error("the whole window is said to be shown")
	}
	day := get(t, server, availabilityPage+"?range=1d").Body.String()
	if !strings.Contains(day, `/availability?range=1d" aria-current="true"`) || !strings.Contains(day, `/charts?range=1d"`) {
		t.Error("a day is not shown as what is shown")
	}
	if w := get(t, server, availabilityPage+"?from=<script>"); w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "<script>") {
		t.Errorf("no instant: status %d, %s", w.Code, w.Body)
	}
}

func TestHistoryForASpreadsheet(t *testing.T) {
	w := get(t, newFleet().server(t), availabilityPage+"/history.csv?from=2026-02-20T10:00:00Z&to=2026-02-20T10:01:00Z")
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\r\n")
	if w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || len(lines) != 5 || lines[0] != "until,total,bad,sli,budget_remaining_ratio,coverage" {
		t.Fatalf("%s:\n%s", w.Header().Get("Content-Type"), w.Body)
	}
	if !strings.HasPrefix(lines[1], "2026-02-20T10:00:15Z,3750,1,0.99973") {
		t.Errorf("first %s", lines[1])
	}
	if w := get(t, newFleet().server(t), "/slos/checkout/charge-card/nothing/history.csv"); w.Code != http.StatusNotFound {
		t.Errorf("no such SLO: status %d", w.Code)
	}
}
