package alerting

import (
	"fmt"

	"github.com/slofuse/slofuse/slo"
)

// budgetCoverage is how much of an SLO window must be known before its budget is
// called spent.
const budgetCoverage = 0.9

// readBudget reads the error budget over the SLO window as if it were a tier. A
// budget too thin for a verdict, or of a window that is not known nearly whole,
// begins nothing: unlike a burn, it is a statement about all of the window.
func readBudget(a slo.Assessment) reading {
	budget := a.Budget()
	remaining, traffic := budget.RemainingRatio()
	known := a.Window.Coverage >= budgetCoverage && a.Window.Decides() && a.Window.Foreseen()
	r := reading{
		scale: a.Scale, knownLong: known, knownShort: known,
		tier: slo.Tier{Name: BudgetTier, Long: a.Window.Length, Short: a.Window.Length, BurnRate: 1, Severity: slo.SeverityTicket},
		long: a.Window, short: a.Window, budget: &budget, roll: newRoll(a),
	}
	r.shortOver = traffic && remaining <= 0
	r.longOver = r.shortOver
	r.below = known && traffic && remaining > 0
	r.drained = known && !traffic
	if r.shortOver && known && !budget.Thin() {
		r.over, r.severity = true, slo.SeverityTicket
	}
	return r
}

// roll is what becomes of a spent budget when a new period of the calendar gives
// a new one. The roll itself resolves nothing: the ticket stays until the calls of
// now are known to be good enough.
type roll struct {
	calm  bool   // what burns now does not spend the budget
	quiet bool   // there are no calls
	pace  string // for people
	begun bool   // the period began after the hold
}

// newRoll is nil for a rolling window.
func newRoll(a slo.Assessment) *roll {
	if a.Window.Calendar == "" {
		return nil
	}
	now, _ := a.Burn(slo.ExhaustionWindow)
	over := slo.FormatDuration(slo.ExhaustionWindow)
	window, rate, known := a.Pace()
	switch {
	case !now.Decides():
		return &roll{pace: "the burn rate over " + over + " is not known"}
	case !known:
		return &roll{quiet: true, pace: "no " + a.Scale.Noun() + " in the last " + over}
	}
	return &roll{calm: rate < 1, pace: fmt.Sprintf("burn rate %.1f over %s", rate, slo.FormatDuration(window))}
}

// after is the reading with regard to a hold. For one of a period before, the
// budget counts as left, or gone with the calls, only if the roll found it so.
func (r reading) after(h Hold) reading {
	if r.roll == nil || h.Since.After(r.long.From) {
		return r
	}
	began := *r.roll
	began.begun = true
	r.roll, r.below, r.drained = &began, r.below && began.calm, began.quiet
	return r
}

// rolled reports whether the period of the budget began after the hold.
func (r reading) rolled() bool { return r.roll != nil && r.roll.begun }

// rolledReason explains a hold of a period before.
func (r reading) rolledReason() string {
	switch period := r.long.Calendar; {
	case r.over:
		return r.numbers()
	case r.drained, r.below:
		return fmt.Sprintf("a new %s began, and %s", period, r.roll.pace)
	default:
		return fmt.Sprintf("the error budget of the last %s was spent; a new one began, and %s", period, r.roll.pace)
	}
}
