package slo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

var (
	gateGuard   = slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2}
	guarded     = slo.SLO{Guard: gateGuard}
	defaultGate = slo.Gate{MaxBurnRate: 4, Window: time.Hour}
)

// measured is a healthy, fully known assessment of a 99.9 % objective, changed
// by a case.
func measured(change func(*slo.Assessment)) slo.Assessment {
	sum := func(length time.Duration, total, bad int64) slo.WindowSum {
		return slo.WindowSum{Length: length, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: 1}
	}
	a := slo.Assessment{
		ID:        slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"},
		Objective: slo.MustObjective("99.9%"),
		AsOf:      time.Unix(1_700_000_000, 0).UTC(),
		State:     slo.StateOK,
		Window:    sum(30*day, 1_000_000, 500),
		Burns:     []slo.WindowSum{sum(5*time.Minute, 1_000, 0), sum(time.Hour, 10_000, 1), sum(6*time.Hour, 60_000, 6)},
	}
	if change != nil {
		change(&a)
	}
	return a
}

// burning sets bad events in the short and the long window of the default gate.
func burning(short, long int64) func(*slo.Assessment) {
	return func(a *slo.Assessment) { a.Burns[0].Bad, a.Burns[1].Bad = short, long }
}

func TestGate(t *testing.T) {
	budgetGate := slo.Gate{MaxBurnRate: 4, Window: time.Hour, MinBudgetRemaining: 0.1}
	for _, tc := range []struct {
		what   string
		gate   slo.Gate
		change func(*slo.Assessment)
		want   slo.Verdict
		reason string
	}{
		{"healthy", defaultGate, nil, slo.VerdictPass, "burn rate 0.1 over 1h"},
		{"just under the limit", defaultGate, burning(4, 39), slo.VerdictPass, "burn rate 3.9"},
		{"at the limit in both windows", defaultGate, burning(4, 40), slo.VerdictFail, "burn rate 4.0 over 1h and 4.0 over 5m, the limit is 4"},
		{"over the limit but already over", defaultGate, burning(3, 400), slo.VerdictPass, "already recovering"},
		{"a short burst only", defaultGate, burning(10, 12), slo.VerdictPass, "burn rate 1.2"},
		{
			"one failure of a rarely called function", defaultGate, func(a *slo.Assessment) {
				a.Burns[0].Counts, a.Burns[1].Counts = slo.Counts{Total: 1, Bad: 1}, slo.Counts{Total: 12, Bad: 2}
			}, slo.VerdictPass, "only 2 bad events",
		},
		{
			"as many bad events as a ticket needs", defaultGate, func(a *slo.Assessment) {
				a.Burns[0].Counts, a.Burns[1].Counts = slo.Counts{Total: 1, Bad: 1}, slo.Counts{Total: 12, Bad: 3}
			}, slo.VerdictFail, "the limit is 4",
		},
		{"half of the long window is enough", defaultGate, func(a *slo.Assessment) { burning(4, 40)(a); a.Burns[1].Coverage = 0.5 }, slo.VerdictFail, "the limit"},
		{"less than half of the long window is known", defaultGate, func(a *slo.Assessment) { a.Burns[1].Coverage = 0.49 }, slo.VerdictInconclusive, "too little of the last 1h is known"},
		{"less than half of the short window is known", defaultGate, func(a *slo.Assessment) { burning(4, 40)(a); a.Burns[0].Coverage = 0.4 }, slo.VerdictInconclusive, "too little"},
		{"more than half of the long window is excluded", defaultGate, func(a *slo.Assessment) { burning(4, 40)(a); a.Burns[1].Excluded = excluding(0.6, 72) }, slo.VerdictInconclusive, "60% of the last 1h is excluded by maintenance"},
		{"more than half of the short window is excluded", defaultGate, func(a *slo.Assessment) {
			burning(4, 40)(a)
			a.Burns[0].Excluded = excluding(0.6, 6)
			a.Burns[1].Excluded = excluding(0.4, 48)
		}, slo.VerdictInconclusive, "60% of the last 5m is excluded by maintenance"},
		{"half of a window is excluded", defaultGate, func(a *slo.Assessment) { burning(4, 40)(a); a.Burns[1].Excluded = excluding(0.5, 60) }, slo.VerdictFail, "the limit is 4; 60 slots are excluded by maintenance"},
		{"more than half of the budget's window is excluded", budgetGate, func(a *slo.Assessment) { a.Window.Excluded = excluding(0.6, 51_840) }, slo.VerdictInconclusive, "60% of the last 30d is excluded by maintenance"},
		{"a slot of the budget's window is excluded", budgetGate, func(a *slo.Assessment) { a.Window.Excluded = excluding(0.00001, 1) }, slo.VerdictPass, "; 1 slot is excluded by maintenance"},
		{"the gate's window was not summed", slo.Gate{MaxBurnRate: 4, Window: 2 * time.Hour}, nil, slo.VerdictInconclusive, "too little of the last 2h"},
		{"no calls", defaultGate, func(a *slo.Assessment) { a.Burns[1].Counts = slo.Counts{} }, slo.VerdictPass, "no calls in the last 1h"},
		{
			"no calls where some are needed",
			slo.Gate{MaxBurnRate: 4, Window: time.Hour, NeedsTraffic: true},
			func(a *slo.Assessment) { a.Burns[1].Counts = slo.Counts{} }, slo.VerdictInconclusive, "no calls in the last 1h",
		},
		{"nothing is asked", slo.Gate{Window: time.Hour}, burning(1_000, 10_000), slo.VerdictPass, "the burn rate is not asked for"},

		{"enough budget", budgetGate, nil, slo.VerdictPass, "burn rate"},
		{"exactly enough budget", budgetGate, func(a *slo.Assessment) { a.Window.Bad = 900 }, slo.VerdictPass, "burn rate"},
		{"too little budget", budgetGate, func(a *slo.Assessment) { a.Window.Bad = 901 }, slo.VerdictFail, "9.9% of the error budget is left, the gate asks for 10.0%"},
		{"overspent", budgetGate, func(a *slo.Assessment) { a.Window.Bad = 2_000 }, slo.VerdictFail, "the error budget is overspent by 100.0%"},
		{"an unknown budget does not hide a burn", budgetGate, func(a *slo.Assessment) { a.Window.Coverage = 0.2; burning(4, 40)(a) }, slo.VerdictFail, "the limit is 4"},
		{"too little budget of a window that is mostly unknown", budgetGate, func(a *slo.Assessment) { a.Window.Bad = 901; a.Window.Coverage = 0.2 }, slo.VerdictInconclusive, "only 20% of the last 30d is known"},
		{"enough budget of a window that is mostly unknown", budgetGate, func(a *slo.Assessment) { a.Window.Coverage = 0.2 }, slo.VerdictInconclusive, "only 20%"},
		{"a budget of four events is too thin", budgetGate, func(a *slo.Assessment) { a.Window.Counts = slo.Counts{Total: 4_000, Bad: 4} }, slo.VerdictInconclusive, "4.0 events, too thin"},
		{"a budget nobody has used", budgetGate, func(a *slo.Assessment) { a.Window.Counts = slo.Counts{} }, slo.VerdictPass, "burn rate"},
		{"budget kept and burning", budgetGate, burning(4, 40), slo.VerdictFail, "the limit is 4"},

		{"idle is measured", defaultGate, func(a *slo.Assessment) { a.State = slo.StateIdle }, slo.VerdictPass, "burn rate"},
		{"new is measured", defaultGate, func(a *slo.Assessment) { a.State = slo.StateNew; burning(4, 40)(a) }, slo.VerdictFail, "the limit"},
		{"the backend is down", defaultGate, func(a *slo.Assessment) { a.State, a.Reason = slo.StateSourceDown, "refused" }, slo.VerdictInconclusive, "data is source_down: refused"},
		{"the series are gone", defaultGate, func(a *slo.Assessment) { a.State = slo.StateNoData }, slo.VerdictInconclusive, "data is no_data"},
		{"we are behind", defaultGate, func(a *slo.Assessment) { a.State = slo.StateStale; burning(4, 40)(a) }, slo.VerdictInconclusive, "data is stale"},
		{"the numbers cannot be true", defaultGate, func(a *slo.Assessment) { a.State = slo.StateInvalid }, slo.VerdictInconclusive, "data is invalid"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got := tc.gate.Check(guarded, measured(tc.change), nil)
			if got.Verdict != tc.want || !strings.Contains(got.Reason, tc.reason) {
				t.Errorf("%s (%s), want %s (…%s…)", got.Verdict, got.Reason, tc.want, tc.reason)
			}
			if strings.Count(got.Reason, "excluded") > 1 {
				t.Errorf("it says twice what is excluded: %s", got.Reason)
			}
			if got.ID != measured(nil).ID {
				t.Errorf("the check names %s", got.ID)
			}
		})
	}
}

// excluding is a share of a window in slots.
func excluding(share float64, slots int) slo.Exclusion {
	return slo.Exclusion{Share: share, Slots: slots, Time: time.Duration(slots) * 30 * time.Second}
}

// Who asks about burn rates only need not hear of the rest of the month.
func TestGate_speaks_of_what_is_excluded_where_it_looks(t *testing.T) {
	got := defaultGate.Check(guarded, measured(func(a *slo.Assessment) { a.Window.Excluded = excluding(0.1, 8_640) }), nil)
	if got.Verdict != slo.VerdictPass || strings.Contains(got.Reason, "excluded") {
		t.Errorf("%s: %s", got.Verdict, got.Reason)
	}
}

func TestGate_reports_the_numbers_it_judged_by(t *testing.T) {
	got := defaultGate.Check(guarded, measured(nil), nil)
	if got.BurnRate == nil || *got.BurnRate != 0.1 || got.BudgetRemainingRatio == nil || *got.BudgetRemainingRatio != 0.5 {
		t.Errorf("burn rate %v, budget %v, want 0.1 and 0.5", got.BurnRate, got.BudgetRemainingRatio)
	}
	got = defaultGate.Check(guarded, measured(func(a *slo.Assessment) { a.Burns, a.Window.Counts = nil, slo.Counts{} }), nil)
	if got.BurnRate != nil || got.BudgetRemainingRatio != nil {
		t.Errorf("burn rate %v and budget %v of nothing", got.BurnRate, got.BudgetRemainingRatio)
	}
	if w := defaultGate.Windows(); len(w) != 2 || w[0] != 5*time.Minute || w[1] != time.Hour {
		t.Errorf("the gate reads %v", w)
	}
}

func TestGate_confirms_over_half_a_minute_at_least(t *testing.T) {
	for window, want := range map[time.Duration]time.Duration{time.Hour: 5 * time.Minute, 6 * time.Minute: 30 * time.Second, time.Minute: 30 * time.Second} {
		if got := (slo.Gate{Window: window}).Windows(); got[0] != want || got[1] != window {
			t.Errorf("a gate over %s reads %v, want %s and the window", window, got, want)
		}
	}
}

func TestConclude(t *testing.T) {
	pass, fail, open := slo.Check{Verdict: slo.VerdictPass}, slo.Check{Verdict: slo.VerdictFail}, slo.Check{Verdict: slo.VerdictInconclusive}
	for _, tc := range []struct {
		what   string
		checks []slo.Check
		want   slo.Verdict
	}{
		{"nothing checked is no pass", nil, slo.VerdictInconclusive},
		{"all pass", []slo.Check{pass, pass}, slo.VerdictPass},
		{"one unknown leaves it open", []slo.Check{pass, open, pass}, slo.VerdictInconclusive},
		{"one failure fails it", []slo.Check{pass, fail, pass}, slo.VerdictFail},
		{"a failure outweighs an unknown before it", []slo.Check{open, fail}, slo.VerdictFail},
		{"a failure outweighs an unknown after it", []slo.Check{fail, open}, slo.VerdictFail},
	} {
		t.Run(tc.what, func(t *testing.T) {
			if got := slo.Conclude(tc.checks); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

func TestDataState_measured(t *testing.T) {
	for state, want := range map[slo.DataState]bool{
		slo.StateOK: true, slo.StateIdle: true, slo.StateNew: true,
		slo.StateNoData: false, slo.StateSourceDown: false, slo.StateStale: false, slo.StateInvalid: false, "": false,
	} {
		if state.Measured() != want {
			t.Errorf("%q is measured: %v", state, state.Measured())
		}
	}
}

func TestAssessment_projects_when_the_budget_ends(t *testing.T) {
	for _, tc := range []struct {
		what   string
		change func(*slo.Assessment)
		after  time.Duration
		known  bool
	}{
		// 6 of 60,000 is a rate of 0.1; half of 30 days at that rate is 150 days: never.
		{"beyond the window", nil, 0, false},
		// 30 and 31 of 60,000 are rates of 0.5 and 0.52: half of 30 days lasts 30 of them.
		{"just at its end", func(a *slo.Assessment) { a.Burns[2].Bad = 30 }, 30 * day, true},
		{"faster", func(a *slo.Assessment) { a.Burns[2].Bad = 6_000 }, 3*time.Hour + 36*time.Minute, true},
		{"at the pace of the last hour where that is faster", func(a *slo.Assessment) { a.Burns[1].Bad = 1_000 }, 3*time.Hour + 36*time.Minute, true},
		{"nothing burns", func(a *slo.Assessment) { a.Burns[1].Bad, a.Burns[2].Bad = 0, 0 }, 0, false},
		{"already spent", func(a *slo.Assessment) { a.Window.Bad = 1_000 }, 0, false},
		{"no traffic in six hours", func(a *slo.Assessment) { a.Burns[1].Counts, a.Burns[2].Counts = slo.Counts{}, slo.Counts{} }, 0, false},
		{"no traffic at all", func(a *slo.Assessment) { a.Window.Counts = slo.Counts{} }, 0, false},
		{"neither was summed", func(a *slo.Assessment) { a.Burns = a.Burns[:1] }, 0, false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			a := measured(tc.change)
			at, known := a.ExhaustsAt()
			if known != tc.known {
				t.Fatalf("known: %v", known)
			}
			if after := at.Sub(a.AsOf).Round(time.Second); known && after != tc.after {
				t.Errorf("after %v, want %v", after, tc.after)
			}
		})
	}
}

func ExampleGate_Check() {
	gate := slo.Gate{MaxBurnRate: 4, Window: time.Hour}
	a := slo.Assessment{
		State: slo.StateOK, Objective: slo.MustObjective("99.9%"),
		Burns: []slo.WindowSum{
			{Length: 5 * time.Minute, Counts: slo.Counts{Total: 1_000, Bad: 20}, Coverage: 1},
			{Length: time.Hour, Counts: slo.Counts{Total: 12_000, Bad: 60}, Coverage: 1},
		},
	}
	check := gate.Check(slo.SLO{Guard: slo.Guard{Ticket: 3}}, a, nil)
	fmt.Println(check.Verdict, "-", check.Reason)
	// Output: fail - burn rate 5.0 over 1h and 20.0 over 5m, the limit is 4
}

func BenchmarkGateCheck(b *testing.B) {
	a := measured(burning(4, 40))
	b.ReportAllocs()
	for b.Loop() {
		defaultGate.Check(guarded, a, nil)
	}
}
