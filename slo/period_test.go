package slo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// inPeriod is an SLO of 99.9 % over the month of November, some time into it,
// with a forecast for the rest and a burn rate of 0.5 over the last 6 hours.
func inPeriod(t *testing.T, passed time.Duration, counts slo.Counts, expected int64) slo.Assessment {
	from, end := slo.CalendarWindow(slo.Month, time.UTC).Bounds(instant(t, "2026-11-23T00:00:00Z"))
	asOf := from.Add(passed)
	return slo.Assessment{
		Objective: slo.MustObjective("99.9%"), State: slo.StateOK, AsOf: asOf,
		Window: slo.WindowSum{
			Length: 30 * day, Calendar: slo.Month, From: from, To: asOf, PeriodEnd: end,
			Counts: counts, Coverage: 1, Expected: expected, ForecastFrom: 28 * day,
		},
		Burns: []slo.WindowSum{{Length: 6 * time.Hour, Counts: slo.Counts{Total: 2_000, Bad: 1}, Coverage: 1}},
	}
}

func TestTheAllowanceOfAPeriodCountsTheCallsUntilItsEnd(t *testing.T) {
	// 10 of 30 days at 1,000 calls a day: 10 may be bad so far, 30 in all.
	a := inPeriod(t, 10*day, slo.Counts{Total: 10_000, Bad: 12}, 20_000)
	if b := a.Budget(); b.Allowed != 30 || b.Spent != 12 || b.Remaining() != 18 {
		t.Errorf("with the forecast: %+v", b)
	}
	if b := a.BudgetSoFar(a.Window); b.Allowed != 10 || b.Remaining() != -2 {
		t.Errorf("so far: %+v", b)
	}
}

func TestAPeriodDoesNotRunOutAfterItsEnd(t *testing.T) {
	for _, tc := range []struct {
		what   string
		passed time.Duration
		bad    int64
		after  time.Duration
		known  bool
	}{
		// At a burn rate of 0.5 a tenth of the budget lasts 30 × 0.1 / 0.5 = 6 days.
		{"before the end", 10 * day, 27, 6 * day, true},
		{"it would last longer than the month", 25 * day, 27, 0, false},
		{"spent already", 10 * day, 30, 0, false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			a := inPeriod(t, tc.passed, slo.Counts{Total: 10_000, Bad: tc.bad}, 20_000)
			at, known := a.ExhaustsAt()
			if known != tc.known || known && at.Sub(a.AsOf).Round(time.Second) != tc.after {
				t.Errorf("at %s, %v", at, known)
			}
		})
	}
	a := inPeriod(t, 10*day, slo.Counts{Total: 10_000, Bad: 5}, 0)
	a.Window.ForecastFrom = 0
	if at, known := a.ExhaustsAt(); known {
		t.Errorf("without a forecast the budget ends at %s", at)
	}
	if ratio, known := a.Remaining(a.Window); known {
		t.Errorf("without a forecast %v of the budget remains", ratio)
	}
}

func TestTheGateAndTheFirstHoursOfAMonth(t *testing.T) {
	gate := slo.Gate{MinBudgetRemaining: 0.5}
	for _, tc := range []struct {
		what     string
		counts   slo.Counts
		expected int64
		basis    time.Duration
		verdict  slo.Verdict
		reason   string
	}{
		{"the forecast gives a budget that a verdict stands on", slo.Counts{Total: 100, Bad: 1}, 29_900, 28 * day, slo.VerdictPass, ""},
		{"and one that is spent", slo.Counts{Total: 100, Bad: 31}, 29_900, 28 * day, slo.VerdictFail, "overspent"},
		{"few calls are expected", slo.Counts{Total: 10, Bad: 2}, 2_990, 28 * day, slo.VerdictInconclusive, "3.0 events, too thin"},
		{"nothing is known to forecast from", slo.Counts{Total: 100_000, Bad: 90}, 0, 0, slo.VerdictInconclusive, "forecast the rest of this month"},
		{"bad as it may be, it is good enough so far", slo.Counts{Total: 100_000, Bad: 20}, 0, 0, slo.VerdictPass, ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			a := inPeriod(t, time.Hour, tc.counts, tc.expected)
			a.Window.ForecastFrom = tc.basis
			c := gate.Check(slo.SLO{Guard: slo.Guard{Ticket: 3}}, a, nil)
			if c.Verdict != tc.verdict || !strings.Contains(c.Reason, tc.reason) {
				t.Errorf("%s: %s", c.Verdict, c.Reason)
			}
		})
	}
}

func TestWindowsAreNamedInSentences(t *testing.T) {
	a := inPeriod(t, day, slo.Counts{}, 0)
	if got := a.Window.Phrase(); got != "this month" {
		t.Error(got)
	}
	if got := (slo.WindowSum{Length: 30 * day}).Phrase(); got != "the last 30d" {
		t.Error(got)
	}
}
