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
	spent := func(p Pair) float64 { s, _ := p.Now.Spent(); return s }
	out := slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool { _, known := p.Now.Spent(); return !known || spent(p) <= 0 })
	slices.SortStableFunc(out, func(a, b Pair) int { return cmp.Or(cmp.Compare(spent(b), spent(a)), a.ID().Compare(b.ID())) })
	return out
}

// Recoveries orders objectives by how much more of their budget is left than of
// that of the period before, the most first, without those that did not recover or
// of which it is not known.
func Recoveries(pairs []Pair) []Pair {
	change := func(p Pair) float64 { c, _ := p.Change(); return c }
	out := slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool { return change(p) <= 0 })
	slices.SortStableFunc(out, func(a, b Pair) int { return cmp.Or(cmp.Compare(change(b), change(a)), a.ID().Compare(b.ID())) })
	return out
}

// Exhaustion is when the budget of an objective is spent at the present pace.
type Exhaustion struct {
	ID slo.ID
	At time.Time
}

// Exhaustions orders objectives by when their budget is spent, the soonest first, as
// [slo.Assessment.ExhaustsAt] projects it from assessments of now.
func Exhaustions(now []slo.Assessment) []Exhaustion {
	var out []Exhaustion
	for i := range now {
		if at, ends := now[i].ExhaustsAt(); ends && now[i].State.Measured() && now[i].Window.Decides() {
			out = append(out, Exhaustion{ID: now[i].ID, At: at})
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
	for _, p := range pairs {
		switch {
		case p.tight():
			out = append(out, Misfit{Pair: p, Fit: TooTight})
		case p.loose():
			out = append(out, Misfit{Pair: p, Fit: TooLoose, Tighter: tenth(p.Now.SLO.Objective)})
		}
	}
	slices.SortStableFunc(out, func(a, b Misfit) int {
		x, _ := a.Now.Spent()
		y, _ := b.Now.Spent()
		if a.Fit != b.Fit {
			return cmp.Compare(b.Fit, a.Fit)
		}
		if a.Fit == TooTight {
			x, y = y, x
		}
		return cmp.Or(cmp.Compare(x, y), a.ID().Compare(b.ID()))
	})
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
