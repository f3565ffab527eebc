package slo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// unread is a change that leaves a part of every window from a length on unread.
func unread(left, from time.Duration) func(*slo.Assessment) {
	mark := func(w *slo.WindowSum, to time.Time) {
		if w.From, w.To = to.Add(-w.Length), to; w.Length >= from {
			w.Unread = left
		}
	}
	return func(a *slo.Assessment) {
		mark(&a.Window, a.AsOf)
		for i := range a.Burns {
			mark(&a.Burns[i], a.AsOf)
		}
	}
}

func TestNoRatioIsKnownOfAWindowThatIsStillBeingRead(t *testing.T) {
	a := measured(unread(18*day, 6*time.Hour))
	if _, known := a.Window.SuccessRatio(); known {
		t.Error("the success ratio of a part is taken for that of the window")
	}
	if _, known := a.Window.ErrorRatio(); known {
		t.Error("the error ratio of a part is taken for that of the window")
	}
	if left, known := a.Remaining(a.Window); known {
		t.Errorf("%g of the budget is left", left)
	}
	if at, known := a.ExhaustsAt(); known {
		t.Errorf("the budget is spent at %s", at)
	}
	if a.Window.Decides() || !a.Window.Reading() {
		t.Error("it decides")
	}
}

func TestBurnRatesAreKnownAsSoonAsTheirWindowIsRead(t *testing.T) {
	a := measured(unread(time.Hour, 6*time.Hour))
	if rate, known := a.BurnRate(time.Hour); !known || rate != 0.1 {
		t.Errorf("over 1h, which was read: %g, %v", rate, known)
	}
	if rate, known := a.BurnRate(6 * time.Hour); known {
		t.Errorf("over 6h, which was not: %g", rate)
	}
	if window, _, known := a.Pace(); !known || window != time.Hour {
		t.Errorf("the pace is of %s, %v", window, known)
	}
}

func TestAGateOnABudgetThatIsStillBeingReadIsInconclusive(t *testing.T) {
	gate := slo.Gate{MaxBurnRate: 4, Window: time.Hour, MinBudgetRemaining: 0.1}
	c := gate.Check(guarded, measured(unread(18*day, day)), nil)
	if c.Verdict != slo.VerdictInconclusive || c.BudgetRemainingRatio != nil || !strings.HasSuffix(c.Reason, "is still being read: 12 of 30 days") {
		t.Errorf("%s: %s, %v", c.Verdict, c.Reason, c.BudgetRemainingRatio)
	}
	if c.BurnRate == nil || *c.BurnRate != 0.1 {
		t.Errorf("the burn rate, whose window was read: %v", c.BurnRate)
	}
}

func TestReadSoFar(t *testing.T) {
	for want, w := range map[string]struct{ length, unread time.Duration }{
		"0 of 30 days":     {30 * day, 30 * day},
		"12 of 30 days":    {30*day + time.Minute, 17*day + time.Hour},
		"29 of 30 days":    {30 * day, time.Second},
		"5 of 6 hours":     {6 * time.Hour, 31 * time.Minute},
		"47 of 48 minutes": {48 * time.Minute, 30 * time.Second},
	} {
		to := time.Unix(1_700_000_000, 0)
		if got := (slo.WindowSum{From: to.Add(-w.length), To: to, Unread: w.unread}).ReadSoFar(); got != want {
			t.Errorf("%s with %s unread: %s, want %s", w.length, w.unread, got, want)
		}
	}
}

func TestArithmeticOfAWindowThatIsStillBeingReadSaysSo(t *testing.T) {
	a := measured(unread(18*day, day))
	lines := append(a.WorkOut(a.Window), a.WorkOutBudget(a.Window)...)
	for _, line := range lines {
		if want := " = unknown (history is still being read: 12 of 30 days)"; line.String() != line.Name+want || line.Value != nil {
			t.Errorf("%s, want %s", line, want)
		}
	}
	if len(lines) != 4 {
		t.Errorf("%d lines", len(lines))
	}
}
