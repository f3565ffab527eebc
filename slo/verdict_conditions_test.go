package slo_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// opened is an incident that has been open for as long at the time of [measured].
func opened(severity slo.Severity, ago time.Duration) *slo.OpenIncident {
	return &slo.OpenIncident{ID: "inc-1", Severity: severity, OpenedAt: measured(nil).AsOf.Add(-ago)}
}

func TestAGateClosesForIncidentsThatAreSevereEnough(t *testing.T) {
	asking := func(least slo.Severity) slo.Gate {
		return slo.Gate{MaxBurnRate: 4, Window: time.Hour, OpenIncidents: least}
	}
	fix := asking(slo.SeverityTicket)
	fix.Fix = true
	cause := opened(slo.SeverityPage, time.Hour)
	cause.Cause = "fraud/score-order"
	for _, tc := range []struct {
		what   string
		gate   slo.Gate
		open   *slo.OpenIncident
		change func(*slo.Assessment)
		want   slo.Verdict
		reason string
	}{
		{"none is open", asking(slo.SeverityTicket), nil, nil, slo.VerdictPass, "burn rate 0.1"},
		{"a page, and a page is asked for", asking(slo.SeverityPage), opened(slo.SeverityPage, 23*time.Minute), nil, slo.VerdictFail, "incident inc-1 (page) has been open for 23m, the gate asks for none"},
		{"a page, and a ticket would do", asking(slo.SeverityTicket), opened(slo.SeverityPage, 0), nil, slo.VerdictFail, "incident inc-1 (page) has just been opened"},
		{"a ticket, and only pages count", asking(slo.SeverityPage), opened(slo.SeverityTicket, 3*time.Hour), nil, slo.VerdictPass, "; incident inc-1 (ticket) has been open for 3h"},
		{"nobody asks, and it is said", defaultGate, opened(slo.SeverityPage, time.Hour), nil, slo.VerdictPass, "; incident inc-1 (page) has been open for 1h"},
		{"that of the cause counts", asking(slo.SeverityPage), cause, nil, slo.VerdictFail, "inc-1 (page) of fraud/score-order, which takes this function along, has been open for 1h"},
		{"a fix passes", fix, opened(slo.SeverityPage, time.Hour), nil, slo.VerdictPass, "has been open for 1h, a fix passes"},
		{"and does not pass a burn", fix, opened(slo.SeverityPage, time.Hour), burning(4, 40), slo.VerdictFail, "the limit is 4; incident inc-1"},
		{"a burn and an incident are both said", asking(slo.SeverityPage), opened(slo.SeverityPage, time.Hour), burning(4, 40), slo.VerdictFail, "the limit is 4; incident inc-1 (page) has been open for 1h, the gate"},
		{"it closes where data vanished", asking(slo.SeverityPage), opened(slo.SeverityPage, time.Hour), func(a *slo.Assessment) { a.State = slo.StateNoData }, slo.VerdictFail, "incident inc-1"},
		{"a fix is not let through unseen", fix, opened(slo.SeverityPage, time.Hour), func(a *slo.Assessment) { a.State = slo.StateNoData }, slo.VerdictInconclusive, "data is no_data"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got := tc.gate.Check(guarded, measured(tc.change), tc.open)
			if got.Verdict != tc.want || !strings.Contains(got.Reason, tc.reason) {
				t.Errorf("%s (%s), want %s (…%s…)", got.Verdict, got.Reason, tc.want, tc.reason)
			}
			if got.Incident != tc.open {
				t.Errorf("it is about the incident %v", got.Incident)
			}
		})
	}
}

func TestAGateIsFrozenWhileThePolicySaysSo(t *testing.T) {
	spent := func(bad int64) func(*slo.Assessment) { return func(a *slo.Assessment) { a.Window.Bad = bad } } // of 1,000
	frozenAt := func(share float64) slo.SLO {
		return slo.SLO{Guard: gateGuard, Freeze: slo.Freeze{On: true, Remaining: share}}
	}
	yes, no := true, false
	for _, tc := range []struct {
		what   string
		of     slo.SLO
		fix    bool
		change func(*slo.Assessment)
		want   slo.Verdict
		frozen *bool
		reason string
	}{
		{"a policy that freezes nothing", guarded, false, spent(2_000), slo.VerdictPass, nil, "burn rate"},
		{"one event before it is spent", frozenAt(0), false, spent(999), slo.VerdictPass, &no, "burn rate"},
		{"spent", frozenAt(0), false, spent(1_000), slo.VerdictFail, &yes, `0.0% of the error budget is left: its policy freezes at 0% and lets only fixes pass`},
		{"overspent", frozenAt(0), false, spent(1_500), slo.VerdictFail, &yes, "the error budget is overspent by 50.0%: its policy"},
		{"a tenth is left and it freezes there", frozenAt(0.1), false, spent(900), slo.VerdictFail, &yes, "10.0% of the error budget is left: its policy freezes at 10%"},
		{"a little more is left", frozenAt(0.1), false, spent(899), slo.VerdictPass, &no, "burn rate"},
		{"spent, and a fix", frozenAt(0), true, spent(1_000), slo.VerdictPass, &yes, "freezes at 0%, a fix passes"},
		{"a fix of what is not frozen", frozenAt(0), true, spent(10), slo.VerdictPass, &no, "burn rate"},
		{"a budget that is not known", frozenAt(0), false, func(a *slo.Assessment) { a.Window.Coverage = 0.2 }, slo.VerdictInconclusive, nil, "only 20%"},
		{"one that is not known, and a fix", frozenAt(0), true, func(a *slo.Assessment) { a.Window.Coverage = 0.2 }, slo.VerdictPass, nil, "its policy freezes at 0%, a fix passes whatever is left: only 20%"},
		{"spent, but too thin", frozenAt(0), false, func(a *slo.Assessment) { a.Window.Counts = slo.Counts{Total: 4_000, Bad: 4} }, slo.VerdictInconclusive, nil, "too thin"},
		{"nobody called", frozenAt(0), false, func(a *slo.Assessment) { a.Window.Counts = slo.Counts{} }, slo.VerdictPass, &no, "burn rate"},
		{"without data", frozenAt(0), false, func(a *slo.Assessment) { a.State = slo.StateNoData }, slo.VerdictInconclusive, nil, "data is no_data"},
		{"mostly excluded", frozenAt(0), false, func(a *slo.Assessment) { a.Window.Excluded = excluding(0.6, 51_840) }, slo.VerdictInconclusive, nil, "60% of the last 30d is excluded"},
		{"what is excluded is said", frozenAt(0), false, func(a *slo.Assessment) { a.Window.Excluded = excluding(0.1, 8_640) }, slo.VerdictPass, &no, "8,640 slots are excluded"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			gate := defaultGate
			gate.Fix = tc.fix
			got := gate.Check(tc.of, measured(tc.change), nil)
			if got.Verdict != tc.want || !strings.Contains(got.Reason, tc.reason) {
				t.Errorf("%s (%s), want %s (…%s…)", got.Verdict, got.Reason, tc.want, tc.reason)
			}
			if (got.Frozen == nil) != (tc.frozen == nil) || got.Frozen != nil && *got.Frozen != *tc.frozen {
				t.Errorf("frozen: %v", got.Frozen)
			}
			if slices.Contains(got.ClosedBy, slo.GateFreeze) != (tc.want == slo.VerdictFail) {
				t.Errorf("closed by %v", got.ClosedBy)
			}
		})
	}
}

// A rollout is judged by what happens while it goes on.
func TestAWatchDoesNotCloseForWhatWasThereBefore(t *testing.T) {
	began := measured(nil).AsOf.Add(-time.Hour)
	gate := slo.Gate{MaxBurnRate: 400, Window: time.Hour, OpenIncidents: slo.SeverityTicket, Since: began}
	frozen := slo.SLO{Guard: gateGuard, Freeze: slo.Freeze{On: true, Remaining: 0.1}}
	spent := func(a *slo.Assessment) { a.Window.Bad = 950 } // of 1,000
	for _, tc := range []struct {
		what   string
		of     slo.SLO
		open   *slo.OpenIncident
		change func(*slo.Assessment)
		want   slo.Verdict
		reason string
	}{
		{"an incident from before", guarded, opened(slo.SeverityPage, 61*time.Minute), nil, slo.VerdictPass, "has been open for 1h1m, since before the rollout"},
		{"one since", guarded, opened(slo.SeverityPage, 59*time.Minute), nil, slo.VerdictFail, "has been open for 59m, the gate asks for none"},
		{"one that opened with it", guarded, opened(slo.SeverityPage, time.Hour), nil, slo.VerdictFail, "the gate asks for none"},
		{"a freeze", frozen, nil, spent, slo.VerdictPass, "its policy freezes at 10%, which is for what has not begun"},
		{"a freeze that is not known", frozen, nil, func(a *slo.Assessment) { spent(a); a.Window.Coverage = 0.2 }, slo.VerdictPass, "burn rate"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got := gate.Check(tc.of, measured(tc.change), tc.open)
			if got.Verdict != tc.want || !strings.Contains(got.Reason, tc.reason) {
				t.Errorf("%s (%s), want %s (…%s…)", got.Verdict, got.Reason, tc.want, tc.reason)
			}
		})
	}
}

func TestAFixIsNoWayRoundALimit(t *testing.T) {
	gate := slo.Gate{MaxBurnRate: 4, Window: time.Hour, MinBudgetRemaining: 0.1, Fix: true}
	got := gate.Check(guarded, measured(func(a *slo.Assessment) { a.Window.Bad = 901 }), nil)
	if got.Verdict != slo.VerdictFail || !slices.Equal(got.ClosedBy, []slo.GateCondition{slo.GateMinBudget}) {
		t.Errorf("%s, closed by %v", got.Verdict, got.ClosedBy)
	}
}

func TestAGateReadsTheBudgetWhereItIsAsked(t *testing.T) {
	frozen := slo.SLO{Freeze: slo.Freeze{On: true}}
	for _, tc := range []struct {
		gate slo.Gate
		of   slo.SLO
		want bool
	}{
		{slo.Gate{}, guarded, false},
		{slo.Gate{MinBudgetRemaining: 0.1}, guarded, true},
		{slo.Gate{}, frozen, true},
		{slo.Gate{Fix: true}, frozen, false},
		{slo.Gate{Since: time.Unix(1, 0)}, frozen, false},
		{slo.Gate{Fix: true, MinBudgetRemaining: 0.1}, frozen, true},
	} {
		if got := tc.gate.NeedsBudget(tc.of); got != tc.want {
			t.Errorf("%+v of %s: %v", tc.gate, tc.of.Freeze, got)
		}
	}
}

func TestAFreezeIsWrittenAsItIsRead(t *testing.T) {
	for want, f := range map[string]slo.Freeze{
		"off": {}, "0%": {On: true}, "10%": {On: true, Remaining: 0.1}, "12.5%": {On: true, Remaining: 0.125}, "7%": {On: true, Remaining: 0.07}, "100%": {On: true, Remaining: 1},
	} {
		if got := f.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// rank orders verdicts from good to bad.
func rank(v slo.Verdict) int {
	return slices.Index([]slo.Verdict{slo.VerdictPass, slo.VerdictInconclusive, slo.VerdictFail}, v)
}

// anySubject is an SLO, what is known of it and its incident, at random.
func anySubject(r *rand.Rand) (slo.SLO, slo.Assessment, *slo.OpenIncident) {
	states := []slo.DataState{slo.StateOK, slo.StateOK, slo.StateOK, slo.StateIdle, slo.StateNew, slo.StateNoData, slo.StateStale, slo.StateInvalid}
	s, a := guarded, measured(nil)
	if r.IntN(2) == 0 {
		s.Freeze = slo.Freeze{On: true, Remaining: float64(r.IntN(5)) / 10}
	}
	a.State, a.Window.Bad, a.Window.Coverage = states[r.IntN(len(states))], r.Int64N(2_000), float64(r.IntN(5))/4
	a.Burns[0].Bad, a.Burns[1].Bad, a.Burns[1].Coverage = r.Int64N(10), r.Int64N(100), float64(r.IntN(5))/4
	if r.IntN(5) == 0 {
		a.Burns[1].Counts = slo.Counts{}
	}
	if r.IntN(2) == 0 {
		return s, a, nil
	}
	return s, a, opened(slo.Severity(r.IntN(3)), time.Duration(r.IntN(1e9)))
}

// To ask for one thing more makes no verdict better.
func TestAGateThatAsksForMorePassesNoMore(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	asks := map[string]func(*slo.Gate, *slo.SLO){
		"a burn rate":     func(g *slo.Gate, _ *slo.SLO) { g.MaxBurnRate = 4 },
		"a lower one":     func(g *slo.Gate, _ *slo.SLO) { g.MaxBurnRate /= 2 },
		"a budget":        func(g *slo.Gate, _ *slo.SLO) { g.MinBudgetRemaining = 0.5 },
		"traffic":         func(g *slo.Gate, _ *slo.SLO) { g.NeedsTraffic = true },
		"no page":         func(g *slo.Gate, _ *slo.SLO) { g.OpenIncidents = slo.SeverityPage },
		"no ticket":       func(g *slo.Gate, _ *slo.SLO) { g.OpenIncidents = slo.SeverityTicket },
		"a freeze":        func(_ *slo.Gate, s *slo.SLO) { s.Freeze.On = true },
		"one that rises":  func(_ *slo.Gate, s *slo.SLO) { s.Freeze.Remaining += 0.2 },
		"the time before": func(g *slo.Gate, _ *slo.SLO) { g.Since = time.Time{} },
		"no fix":          func(g *slo.Gate, _ *slo.SLO) { g.Fix = false },
	}
	worsened := map[string]int{}
	for range 20_000 {
		s, a, open := anySubject(r)
		gate := slo.Gate{Window: time.Hour, MaxBurnRate: float64(r.IntN(2) * 8), MinBudgetRemaining: float64(r.IntN(2)) * 0.1, Fix: r.IntN(2) == 0}
		if r.IntN(2) == 0 {
			gate.Since = a.AsOf.Add(-time.Hour)
		}
		before := gate.Check(s, a, open)
		for what, ask := range asks {
			stricter, of := gate, s
			ask(&stricter, &of)
			if what == "a lower one" && stricter.MaxBurnRate == 0 || what == "a burn rate" && gate.MaxBurnRate > 0 || what == "a budget" && gate.MinBudgetRemaining > 0.5 {
				continue
			}
			after := stricter.Check(of, a, open)
			if rank(after.Verdict) < rank(before.Verdict) {
				t.Fatalf("asking for %s turned %s into %s\n%+v\n%+v %+v", what, before.Verdict, after.Verdict, before, stricter, of)
			}
			if after.Verdict != before.Verdict {
				worsened[what]++
			}
			if (after.Verdict == slo.VerdictFail) != (len(after.ClosedBy) > 0) || after.Reason == "" {
				t.Fatalf("%s, closed by %v: %q", after.Verdict, after.ClosedBy, after.Reason)
			}
		}
	}
	for what := range asks {
		if worsened[what] == 0 {
			t.Errorf("asking for %s never changed a verdict: this tests nothing", what)
		}
	}
}

func ExampleFreeze() {
	fmt.Println(slo.Freeze{}, slo.Freeze{On: true}, slo.Freeze{On: true, Remaining: 0.1})
	// Output: off 0% 10%
}
