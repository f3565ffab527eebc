package api

import (
	"fmt"
	"slices"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Explain joins what was decided, on which numbers, and where these come from.
func Explain(e alerting.Explanation, basis slo.Basis) Explanation {
	s, a := e.SLO, e.Assessment
	out := Explanation{
		ID: s.ID.String(), AsOf: instant(a.AsOf), Conclusion: e.Conclusion, Remembered: e.Remembered,
		Promise: promise(s, a), Counted: counted(s.SLI, a), Data: fromData(a), DataMeaning: meaning(a),
		Budget: budgetWindow(a, a.Window, s.Window, a.WorkOutExhaustion()), Reports: make([]ExplainedWindow, min(len(s.Reports), len(a.Reports))), Sums: make([]ExplainedSum, len(a.Burns)), Tiers: make([]ExplainedTier, len(e.Tiers)),
		Alert:   AlertState{State: "unknown", Severity: slo.SeverityNone.String(), MutedBy: []alerting.Muting{}},
		Queries: make([]Query, len(basis.Queries)), ByHand: basis.ByHand, Annotations: FromAnnotations(basis.Annotations),
	}
	if e.Remembered {
		out.Alert = FromAlert(e.Alert)
	}
	for i := range out.Reports {
		out.Reports[i] = budgetWindow(a, a.Reports[i], s.Reports[i])
	}
	for i, w := range a.Burns {
		out.Sums[i] = explainedSum(a, w, a.WorkOut(w))
	}
	for i, t := range e.Tiers {
		out.Tiers[i] = explainedTier(t)
	}
	for i, q := range basis.Queries {
		out.Queries[i] = fromQuery(q)
	}
	return out
}

func promise(s slo.SLO, a slo.Assessment) Promise {
	revision := max(s.Revision, 1)
	return Promise{
		Text: fmt.Sprintf("%s of %s are good over %s: %s of them may be bad. Revision %d.",
			s.Objective, a.Scale.Noun(), s.Window.Name, slo.FormatNumber(s.Objective.ErrorRatio()*100, 1)+"%", revision),
		Objective: s.Objective.Ratio(), ErrorRatio: s.Objective.ErrorRatio(), Window: s.Window.Name, Revision: revision,
	}
}

func counted(i slo.SLI, a slo.Assessment) Counted {
	caveats := append([]string{}, slices.Concat(i.Caveats(), a.Caveats)...)
	c := Counted{Kind: i.Kind(), Unit: i.Scale().Noun(), Selectors: []Selector{}, Caveats: caveats}
	add := func(name string, list ...slo.Selector) {
		for _, s := range list {
			c.Selectors = append(c.Selectors, Selector{Name: name, PromQL: s.String()})
		}
	}
	switch {
	case i.Latency != nil:
		c.Good = "A call is good when it took " + slo.FormatDuration(i.Latency.Threshold) + " or less."
		add("histogram", i.Latency.Histogram)
	case i.Threshold != nil:
		c.Good = fmt.Sprintf("A slot is good when every value of the query is %s %g.", i.Threshold.Op, i.Threshold.Value)
		c.Selectors = append(c.Selectors, Selector{Name: "query", PromQL: i.Threshold.Query})
	case i.ErrorRatio != nil:
		c.Good = "The query says which share of an event is bad."
		c.Selectors = append(c.Selectors, Selector{Name: "query", PromQL: i.ErrorRatio.Query})
		add("weight", i.ErrorRatio.Weight...)
	case i.Ratio != nil:
		c.Good = ratioWords(*i.Ratio)
		add("total", i.Ratio.Total...)
		add("good", i.Ratio.Good...)
		add("bad", i.Ratio.Bad...)
	}
	return c
}

func ratioWords(r slo.Ratio) string {
	switch {
	case len(r.Total) == 0:
		return "Total is good plus bad."
	case len(r.Bad) == 0:
		return "Bad is total minus good."
	}
	return "Good is total minus bad."
}

// meaning says what state and coverage mean for numbers and decisions.
func meaning(a slo.Assessment) string {
	known := fmt.Sprintf("The backend answered for %s of the window", slo.FormatAgainst(a.Window.Coverage*100, slo.MinCoverage*100)+"%")
	switch {
	case !a.State.Measured():
		return "Nothing is decided on this data: no tier begins to fire, and none recovers. " + known + "."
	case a.Window.Reading():
		return known + ", and older slots of it are still being read: its sums will grow without anything happening."
	case a.Window.Excluded.Mostly():
		return known + "; " + a.Window.WhyTooMuch() + ", so nothing is concluded from it."
	case !a.Window.Decides():
		return known + ": less than half, so nothing is concluded from it."
	case a.Window.Coverage < 1:
		return known + "; the sums are of that part."
	}
	return known + "."
}

// budgetWindow is one window that is promised for, with what more was worked out.
func budgetWindow(a slo.Assessment, w slo.WindowSum, promised slo.Window, more ...slo.Working) ExplainedWindow {
	lines := slices.Concat(a.WorkOut(w), a.WorkOutBudget(w), more)
	out := ExplainedWindow{ExplainedSum: explainedSum(a, w, lines), Expected: a.Scale.Events(w.Expected), PeriodEnd: instant(w.PeriodEnd)}
	out.Window = promised.Name
	if out.Excluded != nil && w == a.Window {
		excluded := fromExcluded(a)
		out.Excluded = &excluded
	}
	return out
}

func explainedSum(a slo.Assessment, w slo.WindowSum, lines []slo.Working) ExplainedSum {
	out := ExplainedSum{
		Window: slo.FormatDuration(w.Length), From: instant(w.From), To: instant(w.To),
		Good: a.Scale.Events(w.Good()), Bad: a.Scale.Events(w.Bad), Total: a.Scale.Events(w.Total),
		BadSlots: w.BadSlots, Coverage: finite(w.Coverage), Reading: w.Reading(), Excluded: excludedOrNil(a.Scale, w.Excluded), Arithmetic: make([]Working, len(lines)),
	}
	for i, line := range lines {
		out.Arithmetic[i] = Working{Name: line.Name, Terms: line.Terms, Result: line.Result, Note: line.Note, Value: finitePtr(line.Value)}
	}
	return out
}

func explainedTier(t alerting.TierAccount) ExplainedTier {
	out := ExplainedTier{
		Name: t.Tier.Name, BurnRate: t.Tier.BurnRate, Long: slo.FormatDuration(t.Tier.Long), Short: slo.FormatDuration(t.Tier.Short),
		Severity: t.Tier.Severity.String(), Met: t.Met, Grants: t.Severity.String(), Reason: t.Reason, Held: t.Held,
		Conditions: make([]Condition, len(t.Conditions)),
	}
	for i, c := range t.Conditions {
		out.Conditions[i] = Condition{Name: c.Name, Have: c.Have, Need: c.Need, Holds: c.Holds}
		if c.For != slo.SeverityNone {
			out.Conditions[i].For = c.For.String()
		}
	}
	return out
}

func fromQuery(q slo.Query) Query {
	out := Query{
		Name: q.Name, About: q.About, PromQL: q.PromQL, From: instant(q.From), To: instant(q.To),
		ByHand: q.ByHand, Expect: finitePtr(q.Expect),
	}
	if q.Step > 0 {
		out.Step = slo.FormatDuration(q.Step)
	}
	return out
}
