package summary

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Spenders orders objectives by the share of the period's budget that they spent,
// the most first, without those that spent nothing or of which it is not known.
func Spenders(pairs []Pair) []Pair {
	return ranked(pairs, func(p Pair) (float64, bool) {
		spent, known := p.Now.Spent()
		return spent, known && spent > 0
	})
}

// Recoveries orders objectives by how much more of their budget is left than of
// that of the period before, the most first, without those that did not recover or
// of which it is not known.
func Recoveries(pairs []Pair) []Pair {
	return ranked(pairs, func(p Pair) (float64, bool) {
		change, known := p.Change()
		return change, known && change > 0
	})
}

// ranked are the pairs that have a value, the highest first, and of equals by ID.
func ranked(pairs []Pair, valueOf func(Pair) (float64, bool)) []Pair {
	type valued struct {
		pair  *Pair
		value float64
	}
	var all []valued
	for i := range pairs {
		if value, ok := valueOf(pairs[i]); ok {
			all = append(all, valued{&pairs[i], value})
		}
	}
	slices.SortStableFunc(all, func(a, b valued) int {
		return cmp.Or(cmp.Compare(b.value, a.value), a.pair.ID().Compare(b.pair.ID()))
	})
	out := make([]Pair, len(all))
	for i, v := range all {
		out[i] = *v.pair
	}
	return out
}

// Exhaustion is when the budget of an objective is spent at the present pace, which is
// that of a window.
type Exhaustion struct {
	ID   slo.ID
	At   time.Time
	Pace time.Duration
}

// Exhaustions orders objectives by when their budget is spent, the soonest first, as
// [slo.Assessment.ExhaustsAt] projects it from assessments of now. A budget that lasts
// for the whole of its window does not run out: what is spent now is no part of it then.
func Exhaustions(now []slo.Assessment) []Exhaustion {
	var out []Exhaustion
	for i := range now {
		at, ends := now[i].ExhaustsAt()
		if ends = ends && at.Sub(now[i].AsOf) <= now[i].Window.Length; ends && now[i].State.Measured() && now[i].Window.Decides() {
			pace, _, _ := now[i].Pace()
			out = append(out, Exhaustion{ID: now[i].ID, At: at, Pace: pace})
		}
	}
	slices.SortStableFunc(out, func(a, b Exhaustion) int { return cmp.Or(a.At.Compare(b.At), a.ID.Compare(b.ID)) })
	return out
}

// Fit is how well a promise fits what is delivered.
type Fit string

// The promises that do not fit.
const (
	TooLoose Fit = "too loose"
	TooTight Fit = "too tight"
)

// The bounds of a fit.
const (
	// LooseBelow is the share of a budget that a promise that is too loose stays
	// under: a tenth, so that a budget ten times smaller would have been kept as well.
	LooseBelow = 0.1
	// LooseEvents is how many events a budget has at least that can be told to be too
	// large: of a tenth of it [slo.MinBudgetEvents] are left.
	LooseEvents = slo.MinBudgetEvents / LooseBelow
	// LooseSpan is how long a period is at least from which this is told.
	LooseSpan = 7 * 24 * time.Hour
)

// Misfit is a promise that does not fit.
type Misfit struct {
	Pair
	Fit Fit
	// Tighter is the objective with a tenth of the budget, which would have been kept;
	// none of one that is too tight, or cannot be written.
	Tighter slo.Objective
}

// Misfits are the promises that were far from broken in this period, and not broken
// in the one before as far as that is known, and those broken in both, which need
// another number or work. Loose ones are ordered by how little they spent, tight
// ones, which come first, by how much.
func Misfits(pairs []Pair) []Misfit {
	var out []Misfit
	for _, p := range ranked(pairs, func(p Pair) (float64, bool) { spent, _ := p.Now.Spent(); return spent, p.tight() }) {
		out = append(out, Misfit{Pair: p, Fit: TooTight})
	}
	for _, p := range ranked(pairs, func(p Pair) (float64, bool) { spent, _ := p.Now.Spent(); return -spent, p.loose() }) {
		out = append(out, Misfit{Pair: p, Fit: TooLoose, Tighter: tenth(p.Now.SLO.Objective)})
	}
	return out
}

func (p Pair) tight() bool {
	now, _ := p.Now.Standing()
	before, _ := p.Before.Standing()
	return now == Missed && before == Missed
}

func (p Pair) loose() bool {
	spent, known := p.Now.Spent()
	if !known || spent >= LooseBelow || p.Now.Budget().Allowed < LooseEvents || p.Now.Known() < LooseSpan {
		return false
	}
	last, known := p.Before.Spent()
	return !known || last < LooseBelow
}
