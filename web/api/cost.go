package api

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// DeployCosts is a deploy and what it has cost.
type DeployCosts struct {
	Deploy Deploy `json:"deploy"`
	Costs  []Cost `json:"costs"` // the dearest first, of at most 200 SLOs
}

// Cost is what a deploy has cost the error budget of one SLO.
type Cost struct {
	ID       string    `json:"id"`
	Function string    `json:"function"`
	Window   string    `json:"window"` // of the budget
	From     time.Time `json:"from"`
	To       time.Time `json:"to"` // the next deploy of the function, a day later, or now
	Total    float64   `json:"total"`
	Bad      float64   `json:"bad"`
	// ExpectedBad is how many would have been bad, had the error ratio stayed as it was
	// in as long a time before.
	ExpectedBad *float64 `json:"expected_bad"`
	SpentRatio  *float64 `json:"spent_ratio"` // share of the budget that all bad events since have spent
	CostRatio   *float64 `json:"cost_ratio"`  // share of the budget that the deploy has cost, beyond what was expected
	Reason      string   `json:"reason"`      // why the cost is not known
}

// FromCost is the cost of a deploy for an SLO.
func FromCost(s slo.SLO, c slo.Cost) Cost {
	return Cost{
		ID: s.ID.String(), Function: s.ID.Function, Window: s.Window.Name, From: c.From.UTC(), To: c.To.UTC(), Total: c.Total, Bad: c.Bad,
		ExpectedBad: finitePtr(c.Expected), SpentRatio: finitePtr(c.Spent), CostRatio: finitePtr(c.Share), Reason: c.Reason,
	}
}
