package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// wants are texts that a reader finds on a page, in any order.
func wants(t *testing.T, shown string, texts ...string) {
	t.Helper()
	for _, want := range texts {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not say %q:\n%s", want, shown)
		}
	}
}

// The fleet has ten promises. By hand, at 30 days: 10,605 of 12,351.7 allowed calls of
// charge-card failed, 60,605 of 44,175.9 of the cart, 12,060 of 9,000 of thumbnails,
// send-email was not called; all but these are kept.
func TestTheFirstSentenceSaysItAll(t *testing.T) {
	f := newFleet()
	f.incidents[1].OpenedAt, f.incidents[1].ResolvedAt = noon.Add(-40*24*time.Hour), noon.Add(-39*24*time.Hour)
	w := get(t, f.server(t), "/executive")
	if w.Code != http.StatusOK {
		t.Fatal(w.Code)
	}
	shown := text(w.Body.String())
	wants(
		t, shown, "No period was asked for, so it is the last 30 days, of which most is known.",
		"Of 10 promises 7 are kept, 2 are broken and 1 is unknown in the last 30 days; 99.992% of 1.1 billion critical calls succeeded.",
		"Nothing is known of the 30 days before to compare with.",
		"Promises kept 78% 7 of 9 that can be told",
		"8 critical functions, and 1 unknown",
		"Incidents 1 for 12 m at least one was open",
		"checkout Broken 1 of 2 kept, overspent by 37%", "media Broken 1 of 2 kept, overspent by 34%", "identity Kept 76% left", "notify Unknown 1 of 1 kept, 1 unknown, 99.2% left",
		"team-growth 100% kept 2 of 2, 1 unknown", "critical 78% kept 7 of 9, 1 unknown overspent by 37% tightest budget", "1 incident is open now: charge-card", "30 January 2026 12:00 to 1 March 2026 12:00 (UTC).",
		"GET /cart/{id} availability checkout · team-checkout 137% spent",
		"Too loose evaluate availability flags 99.99996% was reached and 99.99% is promised: only 0.4% of the budget went. 99.999% would have been kept too.",
		"send-email availability there were no calls",
		"Days begin at midnight in UTC",
		"What calls cost is shown for functions with a signal named cost",
	)
}

// The month before is known of two promises: one was broken, and one kept.
func TestThePeriodBeforeIsCompared(t *testing.T) {
	f := newFleet()
	cart, card := f.slos[0].ID, f.slos[1].ID
	f.past = map[slo.ID]slo.Counts{card: {Total: 10_000_000, Bad: 5_000}, cart: {Total: 10_000_000, Bad: 15_000}}
	shown := text(get(t, f.server(t), "/executive?service=checkout").Body.String())
	wants(
		t, shown,
		"Of 3 promises", "Compared with the 30 days before, as far as both are known: 2 of 3 promises.",
		"Promises kept 67% 2 of 3 that can be told; as in the 30 days before", // of the two one was kept, and one is
		"99.929% of 100.7 million, 2 critical functions; 99.9% in the 30 days before",
		"Minutes lost 1 h 6 m by 2 critical functions; 1 h 26 m in the 30 days before", // (0.0005 + 0.0015) × 30 d
		"charge-card availability checkout · team-checkout 86% spent 50% before",
		"GET /cart/{id} availability checkout · team-checkout 137% spent 300% before",
	)
}

func TestPeriodsOfTheExecutivePage(t *testing.T) {
	for query, want := range map[string]struct{ says, from, to string }{
		"?period=7d":                        {"in the last 7 days", "2026-02-22T12:00", "2026-03-01T12:00"},
		"?period=this-month":                {"in March 2026 so far", "2026-03-01T00:00", "2026-03-01T12:00"},
		"?period=last-month":                {"in February 2026", "2026-02-01T00:00", "2026-03-01T00:00"},
		"?period=last-quarter":              {"in Q4 2025", "2025-10-01T00:00", "2026-01-01T00:00"},
		"?from=2026-02-10&to=2026-02-12":    {"in 10 February 2026 to 12 February 2026", "2026-02-10T00:00", "2026-02-12T00:00"},
		"?from=2026-02-10T06:00:00%2B02:00": {"in 10 February 2026 04:00 to", "2026-02-10T04:00", "2026-03-01T12:00"},
	} {
		f := newFleet()
		w := get(t, f.server(t), "/executive"+query)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", query, w.Code)
			continue
		}
		wants(t, text(w.Body.String()), want.says)
		if got := f.summed[0]; got[0].UTC().Format("2006-01-02T15:04") != want.from || got[1].Format("2006-01-02T15:04") != want.to {
			t.Errorf("%s: summed up from %s to %s", query, got[0], got[1])
		}
	}
	for _, query := range []string{"?period=month", "?period=%3Cscript%3E", "?from=yesterday", "?from=2026-02-10&to=2026-02-10", "?from=2026-02-10&to=2027-01-01", "?to=2026-02-01", "?label=x"} {
		if w := get(t, newFleet().server(t), "/executive"+query); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", query, w.Code)
		}
	}
}

// A calendar window in one zone makes the days of the page begin there.
func TestDaysBeginWhereTheCalendarWindowsDo(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet()
	f.slos[0].Reports = []slo.Window{slo.CalendarWindow(slo.Month, berlin)}
	shown := text(get(t, f.server(t), "/executive?period=last-month").Body.String())
	wants(t, shown, "Days begin at midnight in Europe/Berlin")
	if from := f.summed[0][0]; !from.Equal(time.Date(2026, 1, 31, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("February begins at %s", from)
	}
	f.slos[1].Reports = []slo.Window{slo.CalendarWindow(slo.Month, nil)}
	wants(t, text(get(t, f.server(t), "/executive").Body.String()), "Days begin at midnight in UTC")
}

func TestAnEmptyFleetTeachesTheNextStep(t *testing.T) {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	for path, want := range map[string]string{
		"/executive": "There are no promises to sum up. 30 January 2026 12:00 to 1 March 2026 12:00 (UTC). No SLO is configured, so nothing is promised yet. slofuse init",
		"/reports":   "There are no promises to report on.",
	} {
		w := get(t, f.server(t), path)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, w.Code)
		}
		wants(t, text(w.Body.String()), want)
	}
	wants(t, text(get(t, newFleet().server(t), "/executive?service=nobody").Body.String()), "No SLO matches. Sum up all")
}

// Where nothing at all is known, nothing is called kept.
func TestWhatIsUnknownIsNotKept(t *testing.T) {
	f := newFleet()
	for id, a := range f.assessments {
		a.Window.Coverage, a.State = 0.1, slo.StateSourceDown
		f.assessments[id] = a
	}
	shown := text(get(t, f.server(t), "/executive").Body.String())
	wants(t, shown, "Of 10 promises 0 are kept and 10 are unknown in the last 7 days. 1 incident is open now: charge-card . 22 February 2026 12:00 to 1 March 2026 12:00 (UTC). It is the last 7 days, but too little is known of it and of the last 30 days.", "Promises kept unknown nothing can be told", "Critical calls that succeeded unknown nothing is known of 9 critical functions", "Minutes lost unknown", "Answered in time unknown", "No budget is known of the last 7 days.", "Nothing is known of any call.")
	if strings.Contains(shown, "by nothing") || strings.Contains(shown, "– kept") || strings.Contains(shown, "No budget was spent") {
		t.Error("what is not known is told as if it were")
	}
	if strings.Contains(shown, "100%") {
		t.Errorf("something is 100%%:\n%s", shown)
	}
}

func TestWhatCallsCost(t *testing.T) {
	f := newFleet()
	f.signals = []slo.Signal{
		{Service: "checkout", Function: "charge-card", Name: "cost", Unit: "€/h"},
		{Service: "checkout", Function: "charge-card", Name: "retries", Unit: "1/s"},
	}
	shown := text(get(t, f.server(t), "/executive").Body.String())
	// The signal counts its 720 steps: 1 to 719, a mean of 360 € an hour over 36,000 calls.
	wants(t, shown, "Cost per 1,000 calls charge-card 29 d 23 h in which both are known €10.00")
	if strings.Contains(shown, "signal named cost") {
		t.Error("the page still tells how to declare a cost")
	}
}

func TestNoExecutiveNumberIsInvented(t *testing.T) {
	f := newFleet()
	f.err = http.ErrServerClosed
	if w := get(t, f.server(t), "/executive"); w.Code != http.StatusInternalServerError {
		t.Errorf("status %d", w.Code)
	}
}

func TestFoldedIncidentsCountOnce(t *testing.T) {
	f := newFleet()
	folded := f.incidents[0]
	folded.ID, folded.Cause, folded.State = "inc-9", "inc-1", alerting.IncidentOpen
	f.incidents = append(f.incidents, folded)
	wants(t, text(get(t, f.server(t), "/executive?service=checkout").Body.String()), "Incidents 1 for 12 m")
	wants(t, text(get(t, f.server(t), "/executive?service=identity").Body.String()), "Incidents 0 nothing was open")
}

func TestFiltersOfTheExecutivePageStay(t *testing.T) {
	body := get(t, newFleet().server(t), "/executive?label=tier%3Dcritical&owner=team-media&period=7d").Body.String()
	wants(t, text(body), "Of 2 promises", "label: tier=critical ×", "owner: team-media ×")
	for _, want := range []string{
		`href="/executive?label=tier%3Dcritical&amp;owner=team-media&amp;period=last-month"`,
		`href="/executive?label=tier%3Dcritical&amp;period=7d"`,
		`<input type="hidden" name="period" value="7d">`, `<option selected>team-media</option>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
