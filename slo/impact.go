package slo

import (
	"fmt"
	"slices"
	"time"
)

// Onset finds the step of a history at which what burns at its end began: of all
// spans that end with the history, the one with the most bad events beyond what a
// burn rate allows,
//
//	excess(i) = Σ over the steps from i of (Bad − burnRate × (1 − objective) × Total)
//
// and of its steps the first, which holds bad events by construction. That is the
// cumulative sum test for a change (E. S. Page, Continuous Inspection Schemes,
// Biometrika 1954) read backward: a few errors long before, which the rate allows
// for, are no beginning. It is unknown when no span has an excess.
func Onset(history []Point, objective Objective, burnRate float64) (step int, known bool) {
	var excess, most float64
	for i, p := range slices.Backward(history) {
		excess += float64(p.Bad) - burnRate*objective.Allowed(p.Total)
		if excess > most {
			step, most, known = i, excess, true
		}
	}
	return step, known
}

// Cessation finds the step of a history at which what burned at its beginning ended:
// the mirror of [Onset]. Of all spans that begin with the history it takes the one with
// the most bad events beyond what the objective allows, and of its steps the last, which
// holds bad events by construction: errors after it are within the promise. It is unknown
// when no span has an excess. What burns to the end ends with the last step.
func Cessation(history []Point, objective Objective) (step int, known bool) {
	var excess, most float64
	for i, p := range history {
		excess += float64(p.Bad) - objective.Allowed(p.Total)
		if excess > most {
			step, most, known = i, excess, true
		}
	}
	return step, known
}

// OnsetRate is the burn rate beyond which an [Onset] counts bad events, for an alert
// of a tier with a burn rate: half of it, so that a slow rise is seen from its
// beginning, and no less than what the objective promises.
func OnsetRate(tier float64) float64 { return max(1, tier/2) }

// Impact is what went wrong for an SLO within a span, and what that is of its
// error budget. In contrast to [Cost] nothing is taken off for what goes wrong
// anyway.
type Impact struct {
	From, To time.Time
	Total    float64 // events
	Bad      float64
	Noun     string   // what an event is: "calls" or "slots"
	Share    *float64 // of the events that were bad; nil without events
	// Spent is the share of the error budget of the SLO's window; nil when it is not
	// known.
	Spent *float64
	// Lost is the same share of the time that the objective allows to fail in:
	// 43 m 12 s of 30 days at 99.9%. Nil when Spent is.
	Lost   *time.Duration
	Reason string // why Spent is not known, or what to know about it
}

// ImpactOf works out an impact from what happened in one step that began at an
// instant, and the budget of the SLO's window at its end:
//
//	Spent = Bad / Allowed
//	Lost  = Spent × (1 − objective) × period
//
// What is known for less than half of its time tells nothing of a budget.
func ImpactOf(step Point, from time.Time, end Assessment) Impact {
	out := Impact{From: from, To: step.Time, Total: step.Scale.Events(step.Total), Bad: step.Scale.Events(step.Bad), Noun: step.Scale.Noun()}
	if ratio, ok := step.ErrorRatio(); ok {
		out.Share = &ratio
	}
	allowed := end.Budget().Allowed
	switch {
	case !end.Window.Decides() || !end.Window.Foreseen():
		out.Reason = fmt.Sprintf("too little of %s is known", end.Window.Phrase())
	case step.Coverage < MinCoverage:
		out.Reason = fmt.Sprintf("only %.0f%% of the time is known", step.Coverage*100)
	case allowed <= 0:
		out.Reason = "the window has no events, and so no budget"
	default:
		out.Spent = new(out.Bad / allowed)
		out.Lost = new(time.Duration(*out.Spent * end.Objective.ErrorRatio() * float64(end.Window.Period())))
		if step.Coverage < 1 {
			out.Reason = fmt.Sprintf("%.0f%% of the time is known", step.Coverage*100)
		}
	}
	return out
}
