package slo

import "time"

// MinBudgetEvents is the smallest budget, in allowed events, that supports a
// verdict. Below it a single event moves the remaining ratio by a fifth.
const MinBudgetEvents = 5

// Budget is the error budget of one objective over one window, in events.
// Spent + Remaining = Allowed always holds.
type Budget struct {
	Allowed float64 // (1 − objective) × total
	Spent   float64 // bad events; a whole number except for an error ratio
}

// Budget accounts for the counts of a window. For a rolling window the allowance
// follows the traffic the window has seen.
func (o Objective) Budget(c Counts) Budget {
	return Budget{Allowed: o.Allowed(c.Total), Spent: float64(c.Bad)}
}

// Remaining is what may still be spent, in events; negative once overspent.
func (b Budget) Remaining() float64 { return b.Allowed - b.Spent }

// RemainingRatio is the remaining share of the budget: 1 untouched, 0 spent,
// negative when overspent. It is unknown without traffic.
func (b Budget) RemainingRatio() (ratio float64, known bool) {
	if b.Allowed <= 0 {
		return 0, false
	}
	return b.Remaining() / b.Allowed, true // subtracted before the division: 100 of 1,000 left are 0.1 and not less
}

// Thin reports whether the budget is too small for a verdict, see
// [MinBudgetEvents].
func (b Budget) Thin() bool { return b.Allowed < MinBudgetEvents }

// TimeToExhaustion is how long a budget with this remaining ratio lasts at a
// burn rate: remaining × period / rate. The budget is already gone at a ratio
// of 0 or less (0, true) and lasts forever at a rate of 0 (0, false).
func TimeToExhaustion(remainingRatio, burnRate float64, period time.Duration) (left time.Duration, ends bool) {
	if remainingRatio <= 0 {
		return 0, true
	}
	if burnRate <= 0 {
		return 0, false
	}
	const longest = 100 * 365 * 24 * time.Hour
	seconds := remainingRatio * period.Seconds() / burnRate
	if seconds >= longest.Seconds() {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}
