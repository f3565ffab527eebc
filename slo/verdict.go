package slo

import (
	"fmt"
	"time"
)

// Verdict answers whether a pipeline may go on.
type Verdict string

// The three verdicts. Inconclusive is not a pass: it means we cannot know.
const (
	VerdictPass         Verdict = "pass"
	VerdictFail         Verdict = "fail"
	VerdictInconclusive Verdict = "inconclusive"
)

// MinCoverage is the share of a window that must be known before anything is
// concluded from it.
const MinCoverage = 0.5

// ShortWindowShare is the part of a long window that its short window covers:
// a twelfth, as in the Site Reliability Workbook, chapter 5.
const ShortWindowShare = 12

// Gate is what a pipeline asks of an SLO.
type Gate struct {
	MaxBurnRate        float64       // over Window and over a twelfth of it; 0 asks nothing
	Window             time.Duration // must be among the assessment's burn windows, with its twelfth
	MinBudgetRemaining float64       // ratio; 0 asks nothing
	// NeedsTraffic makes a window without calls inconclusive instead of passed:
	// a rollout that nobody called proves nothing.
	NeedsTraffic bool
}

// Check is the verdict on one SLO.
type Check struct {
	ID                   ID
	Verdict              Verdict
	Reason               string
	BurnRate             *float64 // over the gate's window; nil when unknown
	BudgetRemainingRatio *float64 // nil when unknown, or known for less than half of the window
}

// Windows are the burn windows the gate reads, short before long.
func (g Gate) Windows() []time.Duration {
	return []time.Duration{g.short(), g.Window}
}

// minShortWindow is the shortest window a burn is confirmed over: shorter ones
// may hold no sample at all.
const minShortWindow = 30 * time.Second

func (g Gate) short() time.Duration {
	return min(g.Window, max(g.Window/ShortWindowShare, minShortWindow))
}

// Check judges one SLO. Guard is the SLO's: fewer bad events than a ticket
// needs close no gate.
func (g Gate) Check(a Assessment, guard Guard) Check {
	c := Check{ID: a.ID, Verdict: VerdictPass}
	if rate, ok := a.BurnRate(g.Window); ok {
		c.BurnRate = &rate
	}
	if remaining, ok := a.Remaining(a.Window); ok && a.Window.Decides() {
		c.BudgetRemainingRatio = &remaining
	}
	c.Verdict, c.Reason = g.judge(a, guard, c)
	if excluded := g.excluded(a); excluded.Any() && c.Verdict != VerdictInconclusive {
		c.Reason += "; " + excluded.Phrase()
	}
	return c
}

// excluded is what is excluded from the windows the gate asks about: the most.
func (g Gate) excluded(a Assessment) Exclusion {
	var asked []WindowSum
	if g.MaxBurnRate > 0 {
		for _, length := range g.Windows() {
			sum, _ := a.Burn(length)
			asked = append(asked, sum)
		}
	}
	if g.MinBudgetRemaining > 0 {
		asked = append(asked, a.Window)
	}
	var most Exclusion
	for _, w := range asked {
		if w.Excluded.Time > most.Time {
			most = w.Excluded
		}
	}
	return most
}

func (g Gate) judge(a Assessment, guard Guard, c Check) (Verdict, string) {
	if !a.State.Measured() {
		return VerdictInconclusive, fmt.Sprintf("data is %s: %s", a.State, a.Reason)
	}
	budget, budgetReason := g.judgeBudget(a)
	burn, burnReason := g.judgeBurn(a, guard, c)
	switch {
	case burn == VerdictFail:
		return burn, burnReason
	case budget != VerdictPass:
		return budget, budgetReason
	}
	return burn, burnReason
}

func (g Gate) judgeBudget(a Assessment) (Verdict, string) {
	if g.MinBudgetRemaining == 0 {
		return VerdictPass, ""
	}
	if a.Window.Reading() {
		return VerdictInconclusive, fmt.Sprintf("the history of %s is still being read: %s", a.Window.Phrase(), a.Window.ReadSoFar())
	}
	if a.Window.Excluded.Mostly() {
		return VerdictInconclusive, a.Window.WhyTooMuch()
	}
	if a.Window.Coverage < MinCoverage {
		return VerdictInconclusive, fmt.Sprintf("only %.0f%% of %s is known", a.Window.Coverage*100, a.Window.Phrase())
	}
	remaining, known := a.Budget().RemainingRatio()
	switch {
	case !known || remaining >= g.MinBudgetRemaining:
		return VerdictPass, ""
	case !a.Window.Foreseen():
		return VerdictInconclusive, fmt.Sprintf("nothing is known yet to forecast the rest of %s from", a.Window.Phrase())
	case a.Budget().Thin():
		return VerdictInconclusive, fmt.Sprintf("the budget is %.1f events, too thin for a verdict", a.Budget().Allowed)
	}
	left := fmt.Sprintf("%.1f%% of the error budget is left", remaining*100)
	if remaining < 0 {
		left = fmt.Sprintf("the error budget is overspent by %.1f%%", -remaining*100)
	}
	return VerdictFail, fmt.Sprintf("%s, the gate asks for %.1f%%", left, g.MinBudgetRemaining*100)
}

func (g Gate) judgeBurn(a Assessment, guard Guard, c Check) (Verdict, string) {
	long, okLong := a.Burn(g.Window)
	short, okShort := a.Burn(g.short())
	if g.MaxBurnRate == 0 {
		return VerdictPass, "budget kept"
	}
	for _, w := range []WindowSum{long, short} {
		if w.Excluded.Mostly() {
			return VerdictInconclusive, w.WhyTooMuch()
		}
	}
	if !okLong || !okShort || !long.Decides() || !short.Decides() {
		return VerdictInconclusive, fmt.Sprintf("too little of the last %s is known", FormatDuration(g.Window))
	}
	if c.BurnRate == nil {
		return g.judgeSilence()
	}
	shortRate, _ := a.Objective.BurnRate(short.Counts)
	rates := fmt.Sprintf("burn rate %.1f over %s and %.1f over %s", *c.BurnRate, FormatDuration(long.Length), shortRate, FormatDuration(short.Length))
	switch {
	case *c.BurnRate < g.MaxBurnRate:
		return VerdictPass, rates
	case shortRate < g.MaxBurnRate:
		return VerdictPass, rates + ": already recovering"
	case a.Guarded(long) < guard.Ticket:
		return VerdictPass, fmt.Sprintf("%s, but only %d bad events", rates, a.Guarded(long))
	}
	return VerdictFail, fmt.Sprintf("%s, the limit is %g", rates, g.MaxBurnRate)
}

func (g Gate) judgeSilence() (Verdict, string) {
	reason := fmt.Sprintf("no calls in the last %s", FormatDuration(g.Window))
	if g.NeedsTraffic {
		return VerdictInconclusive, reason
	}
	return VerdictPass, reason + ": nothing was spent"
}

// Conclude sums up the checks of a gate: one failure fails it, one unknown
// leaves it open, and a gate that checked nothing has not passed.
func Conclude(checks []Check) Verdict {
	verdict := VerdictPass
	if len(checks) == 0 {
		return VerdictInconclusive
	}
	for _, c := range checks {
		if c.Verdict == VerdictFail {
			return VerdictFail
		}
		if c.Verdict == VerdictInconclusive {
			verdict = VerdictInconclusive
		}
	}
	return verdict
}
