package summary

import (
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Standing is how a promise fared in a period.
type Standing string

// The standings, worst first. Unknown is none of the others: nothing is concluded
// from it.
const (
	Missed  Standing = "missed"
	AtRisk  Standing = "at risk" // kept, with less than [RiskBelow] of the budget left
	Met     Standing = "met"
	Unknown Standing = "unknown"
)

// RiskBelow is the share of a budget below which a promise that is kept is at risk.
const RiskBelow = 0.25

// Record is one objective in one period.
type Record struct {
	SLO *slo.SLO       // as it was promised at the end of the period
	Sum *slo.WindowSum // what was counted in the period
}

// Budget is the error budget of the period, in events: of what was counted, however
// long the window is that the objective alerts on.
func (r Record) Budget() slo.Budget {
	return r.SLO.SLI.Scale().Budget(r.SLO.Objective, r.Sum.Counts)
}

// Remaining is the rest of the period's budget, as a share of it: negative when it
// is overspent, unknown where the standing is.
func (r Record) Remaining() (ratio float64, known bool) {
	if standing, _ := r.Standing(); standing == Unknown {
		return 0, false
	}
	return r.Budget().RemainingRatio()
}

// Spent is the share of the period's budget that is gone, known where
// [Record.Remaining] is.
func (r Record) Spent() (ratio float64, known bool) {
	if _, known := r.Remaining(); !known {
		return 0, false
	}
	budget := r.Budget()
	return budget.Spent / budget.Allowed, true
}

// SuccessRatio is the share of good events. It is known where at least half of the
// period is, and something was called: also of few events, on which no verdict stands.
func (r Record) SuccessRatio() (ratio float64, known bool) {
	if r.unmeasured() != "" {
		return 0, false
	}
	return r.Sum.SuccessRatio()
}

// Standing says how the promise fared, and of an unknown one why it cannot be said:
// less than half of the period is known, more than half is excluded, nothing was
// called, or a budget of less than [slo.MinBudgetEvents] events is overspent.
func (r Record) Standing() (standing Standing, why string) {
	if why := r.unmeasured(); why != "" {
		return Unknown, why
	}
	budget := r.Budget()
	left, known := budget.RemainingRatio()
	switch {
	case !known:
		return Unknown, "there is no budget"
	case left < 0 && budget.Thin():
		return Unknown, fmt.Sprintf("%s may fail, too few for a verdict", slo.FormatEvents(budget.Allowed))
	case left < 0:
		return Missed, ""
	case left < RiskBelow:
		return AtRisk, ""
	}
	return Met, ""
}

// unmeasured says why nothing can be said about the period; empty when it can.
func (r Record) unmeasured() string {
	switch w := r.Sum; {
	case w.Reading():
		return "its history is still being read"
	case w.Excluded.Mostly():
		return "more than half of the period is excluded by maintenance"
	case w.Coverage < slo.MinCoverage:
		return fmt.Sprintf("only %s of the period is known", slo.FormatShare(w.Coverage))
	case w.Total == 0:
		return "there were no " + r.SLO.SLI.Scale().Noun()
	}
	return ""
}

// MostlyKnown reports whether more than half of the records are of a period that is known,
// however few calls there were in it; so are none.
func MostlyKnown(records []Record) bool {
	known := 0
	for _, r := range records {
		if r.Sum.Excluded.Mostly() || !r.Sum.Reading() && r.Sum.Coverage >= slo.MinCoverage {
			known++
		}
	}
	return known*2 > len(records) || len(records) == 0
}

// Known is how much of the period was measured: without what nobody knows, and
// without what maintenance excludes.
func (r Record) Known() time.Duration {
	counted := r.Sum.To.Sub(r.Sum.From) - r.Sum.Excluded.Time
	return time.Duration(r.Sum.Coverage * float64(max(0, counted)))
}

// Lost is the time that failures took, if they had been outages of everything:
//
//	Lost = bad / total × known time of the period
//
// This is how the appendix "Availability Table" of Site Reliability Engineering
// (Beyer et al., 2016) turns a share of failed operations into time without
// service. It is known where [Record.SuccessRatio] is.
func (r Record) Lost() (lost time.Duration, known bool) {
	if _, known := r.SuccessRatio(); !known {
		return 0, false
	}
	ratio, known := r.Sum.ErrorRatio()
	return time.Duration(ratio * float64(r.Known())), known
}

// Pair is one objective in a period and in the one before.
type Pair struct {
	Now, Before Record
}

// ID names the objective.
func (p Pair) ID() slo.ID { return p.Now.SLO.ID }

// Change is by how much the remaining share of the budget differs from that of the
// period before: below 0 more was spent. It is unknown unless both are known.
func (p Pair) Change() (change float64, known bool) {
	now, ok := p.Now.Remaining()
	before, okBefore := p.Before.Remaining()
	if !ok || !okBefore {
		return 0, false
	}
	return now - before, true
}
