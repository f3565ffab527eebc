package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// Before slofuse watched nobody counted incidents: that there were none is not known.
func TestIncidentsAreCountedSinceSomebodyWatched(t *testing.T) {
	for _, c := range []struct {
		since time.Time
		want  string
	}{
		{noon.AddDate(-1, 0, 0), "Incidents 2 for 1 h 12 m at least one was open; 0 in the 30 days before"},
		{noon.Add(-40 * 24 * time.Hour), "Incidents 2 for 1 h 12 m at least one was open Releases"},
		{noon.Add(-27 * time.Hour), "Incidents 2 for 1 h 12 m at least one was open; counted since slofuse began to watch at 28 February 2026 09:00 (UTC)"},
	} {
		f := newFleet()
		f.past = map[slo.ID]slo.Counts{}
		for i := range f.slos {
			f.slos[i].History = []slo.Revision{f.slos[i].Promise()}
			f.slos[i].History[0].Number, f.slos[i].History[0].From = 1, c.since.Add(time.Duration(i)*time.Hour)
			f.past[f.slos[i].ID] = slo.Counts{Total: 1000, Bad: 1}
		}
		wants(t, text(get(t, f.server(t), "/executive").Body.String()), c.want)
		if c.since.After(noon.Add(-28 * time.Hour)) {
			wants(t, text(get(t, f.server(t), "/executive?period=last-month").Body.String()), "Incidents 1 for 1 h at least one was open; counted since slofuse began to watch at 28 February 2026 09:00 (UTC)")
			wants(t, text(get(t, f.server(t), "/executive?period=last-quarter").Body.String()), "Incidents unknown slofuse began to watch at 28 February 2026 09:00 (UTC)")
		}
	}
}

// What is open now is no part of what a period in the past is about.
func TestWhatIsOpenNowIsSaidOfNow(t *testing.T) {
	f := newFleet()
	wants(t, text(get(t, f.server(t), "/executive?owner=team-checkout").Body.String()), "1 incident is open now: charge-card")
	for _, path := range []string{"/executive?period=last-month", "/executive?owner=team-media"} {
		if strings.Contains(text(get(t, f.server(t), path).Body.String()), "open now") {
			t.Errorf("%s tells what is open now", path)
		}
	}
}

// The functions that lost minutes are those of which the sum is told.
func TestMinutesLostAreOfTheSameFunctions(t *testing.T) {
	f := newFleet()
	for i := range f.slos {
		if f.slos[i].ID.Service != "checkout" {
			f.slos[i].Labels = map[string]string{"tier": "standard"}
		}
	}
	shown := text(get(t, f.server(t), "/executive").Body.String())
	wants(t, shown, "Minutes lost 1 h 6 m by 2 critical functions", "Minutes lost by critical functions charge-card 10,605 of")
	if strings.Contains(shown, "12,060 of") {
		t.Error("a function is listed whose minutes are not in the sum")
	}
}

// An incident costs the promise that it is about, whatever others of its function lost.
func TestAnIncidentCostsThePromiseItIsAbout(t *testing.T) {
	f := reported()
	for i := range f.incidents {
		if f.incidents[i].Function == "charge-card" {
			f.incidents[i].Alerts = []alerting.Alert{{ID: slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"}}}
		}
	}
	got := decode[api.Report](t, get(t, f.server(t), "/api/v1/report?period=this-month&service=checkout"))
	if len(got.Incidents) != 1 || got.Incidents[0].CostOf != "latency" {
		t.Errorf("%+v", got.Incidents)
	}
}

// The days of all summaries begin where those of the whole fleet do, so that the parts
// add up to the whole.
func TestAFilterMovesNoDays(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet()
	f.slos[0].Reports = []slo.Window{slo.CalendarWindow(slo.Month, berlin)}
	wants(t, text(get(t, f.server(t), "/reports?period=last-month&owner=team-media").Body.String()), "1 February 2026 to 28 February 2026 (Europe/Berlin).")
	wants(t, text(get(t, f.server(t), "/executive?period=7d&owner=team-media").Body.String()), "22 February 2026 13:00 to 1 March 2026 13:00 (Europe/Berlin).")
}
