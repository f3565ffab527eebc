package slo

import (
	"fmt"
	"time"
)

// CostSpan is how long after its start a deploy is held to account, if no other
// one takes its place before.
const CostSpan = 24 * time.Hour

// Cost is what a deploy has cost an error budget: what went wrong since it began,
// beyond what went wrong before it.
type Cost struct {
	From, To time.Time
	Total    float64 // events since the deploy began
	Bad      float64
	// Expected is how many would have been bad, had the error ratio stayed as it was
	// in as long a time before; nil when that is not known.
	Expected *float64
	// Spent is the share of the window's error budget that all bad events since the
	// deploy have spent; nil when the budget or the events are not known.
	Spent *float64
	// Share is the share that the deploy has cost: Spent without what was expected,
	// and 0 when less went wrong than before. Nil when either is not known.
	Share  *float64
	Reason string // why Share is not known; empty when it is
}

// CostOf works out a cost from what happened since a deploy began, what happened
// in as long a time before, and the budget of the SLO's window at the end:
//
//	Expected = Bad before / Total before × Total since
//	Share    = max(0, Bad since − Expected) / Allowed
//
// What is known for less than half of its time tells nothing.
func CostOf(since, before Point, from time.Time, end Assessment) Cost {
	c := Cost{From: from, To: since.Time, Total: since.Scale.Events(since.Total), Bad: since.Scale.Events(since.Bad)}
	budget := end.Budget()
	switch {
	case !end.Window.Decides():
		c.Reason = fmt.Sprintf("too little of %s is known", end.Window.Phrase())
		return c
	case since.Coverage < MinCoverage:
		c.Reason = fmt.Sprintf("only %.0f%% of the time since is known", since.Coverage*100)
		return c
	case budget.Allowed <= 0:
		c.Reason = "the window has no events, and so no budget"
		return c
	}
	c.Spent = new(c.Bad / budget.Allowed)
	switch {
	case before.Coverage < MinCoverage:
		c.Reason = fmt.Sprintf("only %.0f%% of as long a time before is known", before.Coverage*100)
		return c
	case before.Total == 0:
		c.Reason = fmt.Sprintf("there were no %s in as long a time before", since.Scale.Noun())
		return c
	}
	c.Expected = new(float64(before.Bad) / float64(before.Total) * c.Total)
	c.Share = new(max(0, c.Bad-*c.Expected) / budget.Allowed)
	return c
}
