package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

var asOf = time.Date(2026, 3, 18, 14, 7, 0, 0, time.UTC)

// whole is an SLO of which everything is known.
func whole() api.SLO {
	return api.SLO{
		ID: "checkout/charge-card/availability", Service: "checkout", Function: "charge-card", SLO: "availability",
		Objective: 0.999, Window: api.Window{Name: "30d"}, AsOf: &asOf, Data: api.Data{State: "ok", Coverage: 1},
		SLI: new(0.99951), ErrorBudget: api.ErrorBudget{RemainingRatio: new(0.5102)},
		BurnRates: []api.BurnRate{
			{Window: "5m", BurnRate: new(0.4)},
			{Window: "30m", BurnRate: new(float64(77))},
			{Window: "1h", BurnRate: new(1.256)},
			{Window: "6h", BurnRate: new(12345.6)},
			{Window: "3d", BurnRate: new(float64(0))},
		},
		Latency: &api.Latency{Window: "1h", P99: new(0.1834)}, CallsPerSecond: new(41.23),
		Alert: api.AlertState{State: "ok", Severity: "none"},
	}
}

// changed is the whole one with something else about it.
func changed(id string, change func(*api.SLO)) api.SLO {
	s := whole()
	s.ID = id
	change(&s)
	return s
}

func severalSLOs() []api.SLO {
	earlier := asOf.Add(-90 * time.Second)
	return []api.SLO{
		whole(),
		changed("a/page/x", func(s *api.SLO) {
			s.Alert = api.AlertState{State: "firing", Severity: "page", Tier: "fast"}
			s.ErrorBudget.RemainingRatio = new(-0.31)
		}),
		changed("a/ticket/x", func(s *api.SLO) {
			s.Alert = api.AlertState{State: "firing", Severity: "ticket", Tier: "steady"}
			s.ErrorBudget.RemainingRatio = new(0.2)
		}),
		changed("a/recovering/x", func(s *api.SLO) { s.Alert = api.AlertState{State: "recovering", Severity: "page", Tier: "fast"} }),
		changed("a/strict/x", func(s *api.SLO) { s.Objective, s.SLI = 0.999999, new(0.9999996) }),
		changed("a/perfect/x", func(s *api.SLO) { s.SLI, s.Latency.P99 = new(float64(1)), new(0.00021) }),
		changed("a/slow/x", func(s *api.SLO) { s.Latency.P99, s.Latency.Above = nil, new(float64(10)) }),
		changed("a/quick/x", func(s *api.SLO) { s.Latency = nil; s.CallsPerSecond = new(0.00001) }),
		{
			ID: "b/gone/x", Objective: 0.95, Window: api.Window{Name: "7d"}, AsOf: &earlier,
			Data: api.Data{State: "no_data", Reason: "no sample since 13:00"}, Latency: &api.Latency{},
		},
		{ID: "b/never\nseen/x", Objective: 0.9999, Window: api.Window{Name: "28d"}, Data: api.Data{State: "source_down", Reason: "backend \x1b[31mmain\x1b[0m:\nconnection refused"}},
	}
}

func statusOf(slos []api.SLO, style report.Style) string {
	var b strings.Builder
	report.WriteStatus(&b, slos, style)
	return b.String()
}

func TestStatus(t *testing.T) {
	golden(t, "status.table", statusOf(severalSLOs(), report.Style{}))
}

func TestStatusInColour(t *testing.T) {
	got := statusOf(severalSLOs(), report.Style{Colour: true})
	for _, want := range []string{
		"\x1b[31mPAGE fast\x1b[0m", "\x1b[33mfiring ticket\x1b[0m", "\x1b[33mrecovering page\x1b[0m", "\x1b[32mok\x1b[0m", "\x1b[35mno_data\x1b[0m",
		"\x1b[31m-31.0%\x1b[0m", "\x1b[33m20.0%\x1b[0m",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
	if strings.Contains(statusOf(severalSLOs(), report.Style{}), "\x1b") {
		t.Error("colour that nobody asked for")
	}
}

func TestTimesAreShownWhereTheReaderIs(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	if got := statusOf([]api.SLO{whole()}, report.Style{Location: berlin}); !strings.HasSuffix(got, "as of 2026-03-18 15:07:00 CET\n") {
		t.Errorf("got:\n%s", got)
	}
}

func TestFurtherWindowsStandBelowTheirSLO(t *testing.T) {
	s := changed("a/monthly/x", func(s *api.SLO) {
		s.Windows = []api.WindowResult{
			{Window: api.Window{Name: "month"}, SLI: new(0.9999), RemainingRatio: new(0.9), Coverage: 1},
			{Window: api.Window{Name: "quarter"}, SLI: new(0.99), RemainingRatio: new(-9.0), Coverage: 0.42},
			{Window: api.Window{Name: "year"}, SLI: new(0.99), RemainingRatio: new(0.5), Coverage: 0.985},
			{Window: api.Window{Name: "week"}, Coverage: 1},
		}
	})
	var got []string
	for _, line := range strings.Split(statusOf([]api.SLO{s}, report.Style{}), "\n")[2:6] {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	want := []string{"month 99.990% 90.0%", "42% known quarter 99.000% -900.0%", "98% known year 99.000% 50.0%", "week unknown unknown"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhileHistoryIsReadNoPartOfItIsTakenForTheWindow(t *testing.T) {
	s := changed("a/young/x", func(s *api.SLO) {
		s.Window.Reading, s.SLI, s.ErrorBudget.RemainingRatio = true, nil, nil
		s.BurnRates[3] = api.BurnRate{Window: "6h", Reading: true}
		s.Windows = []api.WindowResult{{Window: api.Window{Name: "month", Reading: true}, Coverage: 1}}
	})
	lines := strings.Split(statusOf([]api.SLO{s}, report.Style{}), "\n")
	for i, want := range []string{"reading a/young/x 99.9% 30d reading reading 0.4× 1.26× reading 0×", "month reading reading"} {
		if got := strings.Join(strings.Fields(lines[i+1]), " "); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// While history is read, every SLO says the same: a screen of it hides the rest.
func TestWhatIsTrueOfManySLOsIsSaidOnce(t *testing.T) {
	reading := api.Data{State: "ok", Reason: "history is still being read: 1 of 30 days"}
	with := func(id string, data api.Data) api.SLO { return changed(id, func(s *api.SLO) { s.Data = data }) }
	slos := []api.SLO{with("a/b/1", reading), with("a/b/2", api.Data{State: "idle", Reason: "no calls for 5m"}), whole()}
	for _, id := range []string{"a/b/3", "a/b/4", "a/b/5"} {
		reading.Coverage += 0.1
		slos = append(slos, with(id, reading))
	}
	lines := strings.Split(statusOf(slos, report.Style{}), "\n")[1+len(slos):]
	want := []string{"a/b/1 and 3 more: history is still being read: 1 of 30 days", "a/b/2 is idle: no calls for 5m", "as of 2026-03-18 14:07:00 UTC", ""}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestStatusSaysSinceWhenAndWhyAnAlertFires(t *testing.T) {
	since := asOf.Add(-12 * time.Minute)
	fires := func(state string) api.SLO {
		return changed("a/page/x", func(s *api.SLO) {
			s.Alert = api.AlertState{State: state, Severity: "page", Tier: "fast", Since: &since, Reason: "burn rate 20.1 over 1h"}
		})
	}
	const line = "a/page/x: %s since 2026-03-18 13:55:00 UTC: burn rate 20.1 over 1h\n"
	for state, what := range map[string]string{"firing": "page", "recovering": "page", "pending": "pending"} {
		if got := statusOf([]api.SLO{fires(state)}, report.Style{}); !strings.Contains(got, fmt.Sprintf(line, what)) {
			t.Errorf("%s:\n%s", state, got)
		}
	}
	if got := statusOf([]api.SLO{fires("ok")}, report.Style{}); strings.Contains(got, "burn rate 20.1") {
		t.Errorf("ok:\n%s", got)
	}
}

func TestAnAlertThatIsHeldBackIsNotCalledOK(t *testing.T) {
	for data, want := range map[string]string{"ok": "pending", "new": "pending, new", "no_data": "pending, no_data"} {
		got := statusOf([]api.SLO{changed("a/b/x", func(s *api.SLO) { s.Alert.State, s.Data.State = "pending", data })}, report.Style{})
		if row := strings.TrimSpace(strings.Split(got, "\n")[1]); !strings.HasPrefix(row, want+"  ") {
			t.Errorf("%s: %q, want it to begin with %q", data, row, want)
		}
	}
}

// TestWhatBurnsIsNotCalledOK: what is measured is ok only where something is left of the
// budget and it lasts, and where no alert is decided, nothing is asked for.
func TestWhatBurnsIsNotCalledOK(t *testing.T) {
	asks := func(severity string) api.AlertState {
		return api.AlertState{State: "unknown", Severity: severity, Tier: "fast", Reason: "burn rate 103.0 over 1h"}
	}
	for want, change := range map[string]func(*api.SLO){
		"ok":                    func(*api.SLO) {},
		"ok, spent in 1 d 11 h": func(s *api.SLO) { s.ErrorBudget.ExhaustsAt = new(asOf.Add(35*time.Hour + 20*time.Minute)) },
		"spent":                 func(s *api.SLO) { s.ErrorBudget.RemainingRatio = new(float64(0)) },
		"spent, 97% known":      func(s *api.SLO) { s.ErrorBudget.RemainingRatio, s.Data.Coverage = new(-0.4), 0.97 },
		"WOULD PAGE fast":       func(s *api.SLO) { s.Alert = asks("page") },
		"would ticket":          func(s *api.SLO) { s.Alert = asks("ticket") },
		"would ticket, no_data": func(s *api.SLO) { s.Alert, s.Data.State = asks("ticket"), "no_data" },
		"pending":               func(s *api.SLO) { s.Alert = asks("none") },
		"no_data":               func(s *api.SLO) { s.Data.State, s.ErrorBudget.RemainingRatio = "no_data", new(-0.4) },
	} {
		s := changed("a/b/x", change)
		lines := strings.Split(statusOf([]api.SLO{s}, report.Style{}), "\n")
		if !strings.HasPrefix(lines[1], want+"  ") {
			t.Errorf("%q, want %s", lines[1], want)
		}
		if said := strings.HasPrefix(lines[2], "a/b/x: ") && strings.HasSuffix(lines[2], ": burn rate 103.0 over 1h"); said != (s.Alert.State == "unknown") {
			t.Errorf("%s: why is said: %v: %s", want, said, lines[2])
		}
	}
}

func TestStatusKeepsToTheWidthOfTheTerminal(t *testing.T) {
	for width, want := range map[int]string{
		0:   "STATE SLO OBJECTIVE WINDOW SLI BUDGET LEFT BURN 5M 1H 6H 3D CALLS/S P99",
		140: "STATE SLO OBJECTIVE WINDOW SLI BUDGET LEFT BURN 5M 1H 6H 3D CALLS/S P99",
		100: "STATE SLO OBJECTIVE SLI BUDGET LEFT BURN 5M 1H 6H",
		80:  "STATE SLO SLI BUDGET LEFT BURN 5M 1H",
		20:  "STATE SLO BUDGET LEFT BURN 5M 1H",
	} {
		got := statusOf([]api.SLO{whole()}, report.Style{Width: width, Colour: true})
		lines := strings.Split(got, "\n")
		if header := strings.Join(strings.Fields(lines[0]), " "); header != want {
			t.Errorf("%d columns: %s", width, header)
		}
		if said := strings.Contains(got, "left out for want of width: p99, calls/s"); said != (width > 0 && width < 140) {
			t.Errorf("%d columns: what is left out is said: %v", width, said)
		}
	}
}

func TestFurtherWindowsAreNamedWhereThereIsNoColumnForThem(t *testing.T) {
	s := changed("a/monthly/x", func(s *api.SLO) {
		s.Windows = []api.WindowResult{{Window: api.Window{Name: "month"}, SLI: new(0.9999), RemainingRatio: new(0.9), Coverage: 1}}
	})
	lines := strings.Split(statusOf([]api.SLO{s}, report.Style{Width: 60}), "\n")
	if got := strings.Join(strings.Fields(lines[2]), " "); got != "month 99.990% 90.0%" {
		t.Errorf("%q in\n%s", got, strings.Join(lines, "\n"))
	}
}

// Slots have no rate of calls: the column is empty, and not unknown.
func TestStatusOfSlotsHasNoRateOfCalls(t *testing.T) {
	row := func(unit string) string {
		var out strings.Builder
		report.WriteStatus(&out, []api.SLO{changed("a/b/c", func(s *api.SLO) { s.Unit, s.CallsPerSecond, s.Latency = unit, nil, nil })}, report.Style{})
		return strings.Split(out.String(), "\n")[1]
	}
	if slots, calls := strings.Count(row("slots"), "unknown"), strings.Count(row("calls"), "unknown"); slots != 0 || calls != 1 {
		t.Errorf("slots: %q\ncalls: %q", row("slots"), row("calls"))
	}
}

func TestStatusShowsBothNumbers(t *testing.T) {
	excluded := api.Excluded{Slots: 14, Bad: 30, Total: 40, Share: 0.01, Text: "99.95% good as corrected, 99.71% as measured; 14 slots are excluded by maintenance m1: new disks"}
	mostly := api.Excluded{Slots: 60_000, Share: 0.694, Text: "unknown"}
	slos := []api.SLO{
		changed("a/x/1", func(s *api.SLO) { s.Excluded = excluded }),
		changed("a/x/2", func(s *api.SLO) { s.Excluded = mostly }),
		whole(),
	}
	var b strings.Builder
	report.WriteStatus(&b, slos, report.Style{})
	lines := strings.Split(b.String(), "\n")
	for i, want := range map[int]string{1: "ok, corrected  ", 2: "ok, 69% excluded  ", 3: "ok  ", 4: "a/x/1 is corrected: 99.95% good as corrected, 99.71% as measured; 14 slots are excluded by maintenance m1: new disks"} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d does not begin with %q:\n%s", i, want, b.String())
		}
	}
	for i := range 10 {
		slos = append(slos, changed(fmt.Sprintf("a/y/%d", i), func(s *api.SLO) { s.Excluded = excluded }))
	}
	b.Reset()
	report.WriteStatus(&b, slos, report.Style{})
	if got := b.String(); strings.Count(got, "is corrected:") != 3 || !strings.Contains(got, "\n9 more are corrected\n") {
		t.Errorf("of many:\n%s", got)
	}
}
