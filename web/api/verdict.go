package api

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Verdict answers whether a pipeline may go on.
type Verdict struct {
	Verdict string     `json:"verdict"` // pass, fail or inconclusive
	AsOf    *time.Time `json:"as_of"`   // the oldest assessment it stands on; null without any
	Checks  []Check    `json:"checks"`
}

// Check is the verdict on one SLO.
type Check struct {
	ID                   string   `json:"id"`
	Verdict              string   `json:"verdict"`
	Reason               string   `json:"reason"`
	BurnRate             *float64 `json:"burn_rate"`
	BudgetRemainingRatio *float64 `json:"budget_remaining_ratio"`
}

// FromChecks concludes a gate from its checks.
func FromChecks(asOf time.Time, checks []slo.Check) Verdict {
	out := Verdict{Verdict: string(slo.Conclude(checks)), AsOf: instant(asOf), Checks: make([]Check, len(checks))}
	for i, c := range checks {
		out.Checks[i] = Check{
			ID: c.ID.String(), Verdict: string(c.Verdict), Reason: c.Reason,
			BurnRate: finitePtr(c.BurnRate), BudgetRemainingRatio: finitePtr(c.BudgetRemainingRatio),
		}
	}
	return out
}

// Judge puts a gate to SLOs with their assessments, in the same order: the one
// way to a verdict, whether a server or a command asks. An SLO that was not
// evaluated yet is inconclusive.
func Judge(gate slo.Gate, slos []slo.SLO, assessments []slo.Assessment) Verdict {
	checks := make([]slo.Check, len(slos))
	var asOf time.Time
	for i, a := range assessments {
		if a.State == "" {
			a.State, a.Reason = slo.StateStale, "not evaluated yet"
		}
		a.ID, a.Objective = slos[i].ID, slos[i].Objective
		checks[i] = gate.Check(a, slos[i].Guard)
		if asOf.IsZero() || a.AsOf.Before(asOf) {
			asOf = a.AsOf
		}
	}
	return FromChecks(asOf, checks)
}
