package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

var chargeCard = slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"}

// monthly gives an SLO the month of Berlin, and its window of before as a further
// one. Noon is on the first of March 2026.
func (f *fleet) monthly(t *testing.T) *fleet {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range f.slos {
		if s.ID != chargeCard {
			continue
		}
		f.slos[i].Window, f.slos[i].Reports = slo.CalendarWindow(slo.Month, berlin), []slo.Window{s.Window}
		a := f.assessments[s.ID]
		from, end := f.slos[i].Window.Bounds(noon)
		a.Reports = []slo.WindowSum{a.Window}
		a.Window = slo.WindowSum{
			Length: 30 * 24 * time.Hour, Calendar: slo.Month, From: from, To: noon, PeriodEnd: end, Coverage: 1,
			Counts: slo.Counts{Total: 1_020_000, Bad: 300}, Expected: 214_000, ForecastFrom: slo.ForecastFrom,
		}
		f.assessments[s.ID] = a
	}
	return f
}

func TestThePageOfACalendarWindowSaysUntilWhenAndWhatIsForecast(t *testing.T) {
	f := newFleet().monthly(t)
	body := get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String()
	const until = "Apr 1, 00:00 Berlin"
	for _, want := range []string{
		"99.9% good over this month: Mar 1, 00:00 Berlin to ", ", until " + until,
		"this month, until " + until + "; 300 bad events, allowed 1,234 (forecast), 1,020 so far",
		"99.9% of calls good over the month (Europe/Berlin), also over 30d",
	} {
		if !strings.Contains(text(body), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	rows := strings.Split(element(t, body, `<table class="tiers windows">`, "</table>"), "<tr>")[2:]
	for i, parts := range [][]string{{"month until " + until, "Mar 1, 00:00 Berlin", "76%", "300", "1,234 (forecast), 1,020 so far"}, {"30d", "14%", "10,605", "12,352"}} {
		for _, part := range parts {
			if got := text("<tr>" + rows[i]); !strings.Contains(got, part) {
				t.Errorf("window %d does not say %q: %s", i, part, got)
			}
		}
	}
}

func TestTheChartKnowsWhenThePeriodBegan(t *testing.T) {
	f := newFleet().monthly(t)
	from := f.assessments[chargeCard].Window.From
	body := get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String()
	before := from.AddDate(0, -1, 0) // a month of 28 days is shorter than the chart
	if want := fmt.Sprintf(`data-resets="%d,%d"`, from.Unix(), before.Unix()); !strings.Contains(body, want) {
		t.Errorf("the page has no %s", want)
	}
	if rolling := get(t, f.server(t), "/slos/checkout/charge-card/latency").Body.String(); strings.Contains(rolling, "data-resets") {
		t.Error("a rolling window begins anew")
	}
}

func TestTheListHasTheFurtherWindowsBesideTheBudget(t *testing.T) {
	body := get(t, newFleet().monthly(t).server(t), "/slos").Body.String()
	row := text("<tr " + strings.Split(element(t, body, "<tbody>", "</tbody>"), "<tr ")[1])
	for _, want := range []string{"month", "76%", "30d 14%"} {
		if !strings.Contains(row, want) {
			t.Errorf("the row does not say %q: %s", want, row)
		}
	}
}

func TestWithoutAForecastThePageSaysSo(t *testing.T) {
	f := newFleet().monthly(t)
	a := f.assessments[chargeCard]
	a.Window.Expected, a.Window.ForecastFrom = 0, 0
	f.assessments[chargeCard] = a
	body := text(get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String())
	for _, want := range []string{"allowed 1,020 so far, no forecast yet", "Budget left unknown"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
