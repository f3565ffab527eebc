package canary

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Pair is one objective, narrowed to each of its sides.
type Pair struct{ Canary, Baseline slo.SLO }

// Reading is what the sides of a pair did in the same time: the part of a window in
// which there was a canary.
type Reading struct {
	Canary, Baseline Side
	From, To         time.Time
}

// Plan is what is to be read of objectives to compare two sides of them.
type Plan struct {
	Pairs       []Pair
	NotCompared []NotCompared // whose sides cannot be counted apart
	slos        []slo.SLO     // of the pairs
}

// NotCompared is an objective that says nothing about a canary, and why.
type NotCompared struct {
	ID     slo.ID
	Reason string
}

// NewPlan splits objectives. The parts of an objective that is among them are left out:
// their calls are compared with the whole. It refuses sides that are not told apart, and matchers that
// contradict an indicator.
func NewPlan(slos []slo.SLO, s Split) (Plan, error) {
	if err := s.Check(); err != nil {
		return Plan{}, err
	}
	var p Plan
	for _, o := range slos {
		if partOfAnother(o, slos) {
			continue
		}
		canary, baseline, err := s.Narrow(o)
		if free, ok := errors.AsType[NotComparable](err); ok {
			p.NotCompared = append(p.NotCompared, NotCompared{ID: o.ID, Reason: free.Error()})
			continue
		}
		if err != nil {
			return Plan{}, err
		}
		p.Pairs, p.slos = append(p.Pairs, Pair{Canary: canary, Baseline: baseline}), append(p.slos, o)
	}
	return p, nil
}

// partOfAnother reports whether an objective is a part by a label of one in a list.
func partOfAnother(part slo.SLO, list []slo.SLO) bool {
	return len(part.Split) > 0 && slices.ContainsFunc(list, func(whole slo.SLO) bool {
		return len(whole.Split) == 0 && whole.ID.FunctionKey() == part.ID.FunctionKey() && strings.HasPrefix(part.ID.Name, whole.ID.Name+":")
	})
}

// Outcome is what became of a plan: the verdict on a canary. What was not compared has
// no part in it, and where nothing was it is inconclusive.
type Outcome struct {
	Verdict     slo.Verdict
	AsOf        time.Time // of the reading that ends first; zero without any
	Comparisons []Comparison
	NotCompared []NotCompared
}

// Compare puts a test to what was read of the pairs, in their order.
func (p Plan) Compare(t Test, readings []Reading) Outcome {
	subjects := make([]Subject, len(p.slos))
	for i, o := range p.slos {
		subjects[i] = Subject{
			ID: o.ID, Objective: o.Objective, Bad: Bad(o.SLI), MinBad: o.Guard.Ticket,
			Canary: readings[i].Canary, Baseline: readings[i].Baseline, From: readings[i].From, To: readings[i].To,
		}
	}
	out := Outcome{Comparisons: t.Compare(subjects), NotCompared: p.NotCompared}
	checks := make([]slo.Check, len(subjects))
	for i, c := range out.Comparisons {
		checks[i] = slo.Check{ID: c.ID, Verdict: c.Verdict, Reason: c.Reason}
		if out.AsOf.IsZero() || c.To.Before(out.AsOf) {
			out.AsOf = c.To
		}
	}
	out.Verdict = slo.Conclude(checks)
	return out
}
