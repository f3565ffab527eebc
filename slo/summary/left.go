package summary

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Left is the rest of an objective's own budget, as a share of it, by the sum of its
// window at an instant. It is nil where the window decides nothing or its allowance is
// not known. At the very end of a calendar's period it is of that period.
func Left(o slo.SLO, sum slo.WindowSum) *float64 {
	if !sum.Decides() {
		return nil
	}
	left, known := slo.Assessment{Objective: o.Objective, Scale: o.SLI.Scale()}.Remaining(sum)
	if !known {
		return nil
	}
	return &left
}

// LeftFrom is [Left] for what begins at an instant: where a calendar's period ends
// there, the budget of the next is whole.
func LeftFrom(o slo.SLO, sum slo.WindowSum, at time.Time) *float64 {
	if sum.Calendar != "" && !sum.PeriodEnd.After(at) {
		return new(1.)
	}
	return Left(o, sum)
}

// CostOf is the share of the period's budget that a part of the period spent, by its
// sum. It is unknown where the budget is, or less than half of the part is known.
func (r Record) CostOf(part slo.WindowSum) (share float64, known bool) {
	if _, known := r.Remaining(); !known || !part.Decides() {
		return 0, false
	}
	return r.SLO.SLI.Scale().Events(part.Bad) / r.Budget().Allowed, true
}
