package slo

import (
	"fmt"
	"time"
)

// Freeze is the part of a policy that stops releases when the error budget is
// spent: while no more than Remaining of it is left, only fixes pass a gate. The
// zero value freezes nothing.
type Freeze struct {
	On        bool
	Remaining float64 // share of the budget, 0 to 1
}

// String is how a policy writes it: 10%, or off.
func (f Freeze) String() string {
	if !f.On {
		return "off"
	}
	return fmt.Sprintf("%.4g%%", f.Remaining*100)
}

// ParseGateIncidents reads from which severity open incidents close a gate: page,
// ticket, or ignore for none.
func ParseGateIncidents(text string) (Severity, error) {
	severity, ok := ParseSeverity(text)
	switch {
	case text == "ignore":
		return SeverityNone, nil
	case !ok || severity == SeverityNone:
		return SeverityNone, fmt.Errorf("%q: write page or ticket, the severity from which open incidents close the gate, or ignore", text)
	}
	return severity, nil
}

// excluded is what is excluded from the windows the gate asks about: the most.
func (g Gate) excluded(s SLO, a Assessment) Exclusion {
	var asked []WindowSum
	if g.MaxBurnRate > 0 {
		for _, length := range g.Windows() {
			sum, _ := a.Burn(length)
			asked = append(asked, sum)
		}
	}
	if g.NeedsBudget(s) {
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

func (g Gate) judgeBudget(a Assessment) finding {
	if g.MinBudgetRemaining == 0 {
		return finding{verdict: VerdictPass}
	}
	verdict, reason := judgeRemaining(a, func(remaining float64) bool { return remaining >= g.MinBudgetRemaining })
	if verdict == VerdictFail {
		reason += fmt.Sprintf(", the gate asks for %.1f%%", g.MinBudgetRemaining*100)
	}
	return finding{of: GateMinBudget, verdict: verdict, reason: reason}
}

// judgeFreeze says of the check whether its SLO is frozen, and closes the gate for
// all but fixes when it is.
func (g Gate) judgeFreeze(s SLO, a Assessment, c *Check) finding {
	f := finding{of: GateFreeze, verdict: VerdictPass}
	if !s.Freeze.On {
		return f
	}
	verdict, reason := judgeRemaining(a, func(remaining float64) bool { return remaining > s.Freeze.Remaining })
	if verdict != VerdictInconclusive {
		frozen := verdict == VerdictFail
		c.Frozen = &frozen
	}
	if verdict == VerdictFail {
		reason += ": its policy freezes at " + s.Freeze.String()
	}
	switch {
	case verdict == VerdictFail && g.Fix:
		f.note = reason + ", a fix passes"
	case verdict == VerdictInconclusive && g.Fix:
		f.note = "its policy freezes at " + s.Freeze.String() + ", a fix passes whatever is left: " + reason
	case verdict == VerdictFail && !g.Since.IsZero():
		f.note = reason + ", which is for what has not begun"
	case verdict == VerdictFail:
		f.verdict, f.reason = verdict, reason+" and lets only fixes pass"
	case g.asksFreeze(s):
		f.verdict, f.reason = verdict, reason
	}
	return f
}

// asksFreeze reports whether a freeze of the SLO closes the gate: it keeps releases
// from beginning, other than fixes.
func (g Gate) asksFreeze(s SLO) bool { return s.Freeze.On && !g.Fix && g.Since.IsZero() }

// judgeRemaining judges whether enough of the error budget is left, and says how
// much is where it is not.
func judgeRemaining(a Assessment, enough func(remaining float64) bool) (Verdict, string) {
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
	case !known || enough(remaining):
		return VerdictPass, ""
	case !a.Window.Foreseen():
		return VerdictInconclusive, fmt.Sprintf("nothing is known yet to forecast the rest of %s from", a.Window.Phrase())
	case a.Budget().Thin():
		return VerdictInconclusive, fmt.Sprintf("the budget is %.1f events, too thin for a verdict", a.Budget().Allowed)
	case remaining < 0:
		return VerdictFail, fmt.Sprintf("the error budget is overspent by %.1f%%", -remaining*100)
	}
	return VerdictFail, fmt.Sprintf("%.1f%% of the error budget is left", remaining*100)
}

func (g Gate) judgeBurn(a Assessment, guard Guard, c Check) finding {
	verdict, reason := g.burnVerdict(a, guard, c)
	return finding{of: GateBurnRate, verdict: verdict, reason: reason}
}

func (g Gate) burnVerdict(a Assessment, guard Guard, c Check) (Verdict, string) {
	long, okLong := a.Burn(g.Window)
	short, okShort := a.Burn(g.short())
	if g.MaxBurnRate == 0 {
		if g.MinBudgetRemaining == 0 {
			return VerdictPass, "the burn rate is not asked for"
		}
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

// judgeIncident closes the gate for an incident that is severe enough. One that is
// not is worth saying: it may be why somebody should wait.
func (g Gate) judgeIncident(a Assessment, open *OpenIncident) finding {
	f := finding{of: GateIncidents, verdict: VerdictPass}
	if open == nil {
		return f
	}
	switch text := open.phrase(a.AsOf); {
	case g.OpenIncidents == SeverityNone || open.Severity < g.OpenIncidents:
		f.note = text
	case g.Fix:
		f.note = text + ", a fix passes"
	case !g.Since.IsZero() && open.OpenedAt.Before(g.Since):
		f.note = text + ", since before the rollout"
	default:
		f.verdict, f.reason = VerdictFail, text+", the gate asks for none"
	}
	return f
}

// phrase tells of the incident as it stands at an instant.
func (i OpenIncident) phrase(at time.Time) string {
	text := "incident " + i.ID
	if i.Severity != SeverityNone {
		text += " (" + i.Severity.String() + ")"
	}
	if i.Cause != "" {
		text += " of " + i.Cause + ", which takes this function along,"
	}
	age := at.Sub(i.OpenedAt).Truncate(time.Minute)
	if age < time.Minute {
		return text + " has just been opened"
	}
	return text + " has been open for " + FormatDuration(age)
}
