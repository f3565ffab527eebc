package alerting

import (
	"fmt"

	"github.com/slofuse/slofuse/slo"
)

// conditions lists what the tier asks for, with what there is.
func (r reading) conditions(g slo.Guard) []Condition {
	if r.budget != nil {
		return r.budgetConditions()
	}
	out := []Condition{
		r.rateCondition(r.long, r.longRate, r.knownLong), r.rateCondition(r.short, r.shortRate, r.knownShort),
		coverageCondition(r.long, slo.MinCoverage), coverageCondition(r.short, slo.MinCoverage),
	}
	out = append(out, r.excludedConditions()...)
	if r.tier.Severity == slo.SeverityPage || r.tier.PageAfter > 0 {
		out = append(out, r.guardConditions(slo.SeverityPage, r.pageNeeds(g))...)
	}
	return append(out, r.guardConditions(slo.SeverityTicket, r.ticketNeeds(g))...)
}

// rateCondition compares the burn rate over a window. Without traffic nothing
// burns; a part of the window says nothing about the rest.
func (r reading) rateCondition(w slo.WindowSum, rate float64, known bool) Condition {
	c := Condition{
		Name: "burn rate over " + slo.FormatDuration(w.Length), Have: slo.FormatAgainst(rate, r.tier.BurnRate),
		Need: fmt.Sprintf("≥ %g", r.tier.BurnRate),
	}
	switch {
	case w.Reading():
		c.Have = "unknown"
	case w.Total == 0:
		c.Have = "no " + r.scale.Noun()
	}
	if known {
		c.Holds = new(w.Total > 0 && rate >= r.tier.BurnRate)
	}
	return c
}

// coverageCondition compares how much of a window is known.
func coverageCondition(w slo.WindowSum, want float64) Condition {
	c := Condition{
		Name: "coverage of " + slo.FormatDuration(w.Length), Have: slo.FormatAgainst(w.Coverage*100, want*100) + "%",
		Need: fmt.Sprintf("≥ %.0f%%", want*100), Holds: new(w.Coverage >= want && !w.Reading()),
	}
	if w.Reading() {
		c.Have += ", history is still being read"
	}
	return c
}

// excludedConditions compare how much of the windows maintenance excludes, where it
// does.
func (r reading) excludedConditions() []Condition {
	windows := []slo.WindowSum{r.long, r.short}
	if r.budget != nil {
		windows = windows[:1]
	}
	var out []Condition
	for _, w := range windows {
		if !w.Excluded.Any() {
			continue
		}
		out = append(out, Condition{
			Name: "excluded of " + slo.FormatDuration(w.Length), Have: slo.FormatAgainst(w.Excluded.Share*100, slo.MaxExcluded*100) + "%",
			Need: fmt.Sprintf("≤ %.0f%%", slo.MaxExcluded*100), Holds: new(!w.Excluded.Mostly()),
		})
	}
	return out
}

func (r reading) guardConditions(severity slo.Severity, needs [2]need) []Condition {
	out := make([]Condition, 0, len(needs))
	for _, n := range needs {
		name := "bad " + r.scale.Noun()
		if n.slots || r.scale.Slots {
			name = "slots with bad " + r.scale.Noun()
		}
		if r.scale.Timed {
			name = "bad slots"
		}
		out = append(out, Condition{
			Name: name + " in " + slo.FormatDuration(n.length), Have: slo.FormatCount(n.have), Need: "≥ " + slo.FormatCount(n.want),
			Holds: new(n.met()), For: severity,
		})
	}
	return out
}

// budgetConditions are those of a spent budget.
func (r reading) budgetConditions() []Condition {
	spent := Condition{
		Name: "spent " + r.span(), Have: slo.FormatEvents(r.budget.Spent),
		Need: "≥ " + slo.FormatAgainst(r.budget.Allowed, r.budget.Spent) + " allowed",
	}
	if r.long.Total == 0 {
		spent.Have = "no " + r.scale.Noun()
	}
	if r.knownLong {
		spent.Holds = new(r.shortOver)
	}
	out := append([]Condition{spent, coverageCondition(r.long, budgetCoverage)}, r.excludedConditions()...)
	return append(out, Condition{
		Name: "size of the budget", Have: slo.FormatAgainst(r.budget.Allowed, slo.MinBudgetEvents),
		Need: fmt.Sprintf("≥ %d", slo.MinBudgetEvents), Holds: new(!r.budget.Thin()),
	})
}
