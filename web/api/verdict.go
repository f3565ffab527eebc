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
