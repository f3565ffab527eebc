package slo

import (
	"fmt"
	"strconv"
	"time"
)

// Working is one line of arithmetic written out with its numbers, so that it can
// be checked by hand.
type Working struct {
	Name   string   // "burn rate"
	Terms  string   // "0.04898% / 0.1%"; empty when there is nothing to compute
	Result string   // "0.490", or "unknown" with the reason in Note
	Note   string   // what the terms are, or why there is no result; may be empty
	Value  *float64 // the result as a number; nil when unknown
}

// String is the line: "burn rate = 0.04898% / 0.1% = 0.490".
func (w Working) String() string {
	text := w.Name + " = "
	if w.Terms != "" {
		text += w.Terms + " = "
	}
	text += w.Result
	if w.Note != "" {
		text += " (" + w.Note + ")"
	}
	return text
}

// WorkOut writes out the error ratio and the burn rate over one of the
// assessment's windows.
func (a Assessment) WorkOut(w WindowSum) []Working {
	ratio := Working{Name: "error ratio", Result: unknownNumber, Note: "no " + a.Scale.Noun() + " in " + w.name()}
	burn := Working{Name: "burn rate", Result: unknownNumber, Note: ratio.Note}
	if share, ok := w.ErrorRatio(); ok {
		ratio = Working{
			Name: ratio.Name, Terms: a.events(w.Bad) + " / " + a.events(w.Total), Result: formatPercent(share, 4), Value: &share,
		}
	}
	if rate, ok := a.Objective.BurnRate(w.Counts); ok {
		burn = Working{
			Name: burn.Name, Terms: ratio.Result + " / " + a.Objective.errorShare(), Result: FormatNumber(rate, 3), Value: &rate,
		}
	}
	return []Working{ratio, burn}
}

// WorkOutBudget writes out the error budget over one of the assessment's windows:
// what is allowed and what remains of it. That of a calendar period allows for
// the events that are expected until its end.
func (a Assessment) WorkOutBudget(w WindowSum) []Working {
	budget := a.BudgetOf(w)
	events := a.events(w.Total)
	lines := make([]Working, 0, 3)
	if w.Expected != 0 {
		soFar := a.BudgetSoFar(w).Allowed
		lines = append(lines, Working{
			Name: "allowed so far", Terms: a.Objective.errorShare() + " × " + events, Result: FormatEvents(soFar), Value: &soFar,
		})
		events = fmt.Sprintf("(%s + %s)", events, a.events(w.Expected))
	}
	allowed := Working{
		Name: "allowed", Terms: a.Objective.errorShare() + " × " + events, Result: FormatEvents(budget.Allowed), Value: &budget.Allowed,
	}
	if w.Expected != 0 {
		allowed.Note = fmt.Sprintf("so far and as expected until %s", w.PeriodEnd.UTC().Format(time.RFC3339))
	}
	if budget.Thin() {
		allowed.Note = fmt.Sprintf("under %d: too thin for a verdict", MinBudgetEvents)
	}
	return append(lines, allowed, remaining(budget, a.Scale, w))
}

func remaining(budget Budget, scale Scale, w WindowSum) Working {
	ratio, known := budget.RemainingRatio()
	if !known {
		return Working{Name: "remaining", Result: unknownNumber, Note: "no " + scale.Noun() + " in " + w.name()}
	}
	allowed := FormatEvents(budget.Allowed)
	return Working{
		Name: "remaining", Terms: fmt.Sprintf("(%s − %s) / %s", allowed, FormatEvents(budget.Spent), allowed),
		Result: formatPercent(ratio, 3), Value: &ratio,
	}
}

// WorkOutExhaustion writes out when the budget is spent at the pace of now. The
// value is in seconds from [Assessment.AsOf].
func (a Assessment) WorkOutExhaustion() Working {
	line := Working{Name: "exhausted in", Result: unknownNumber}
	left, known := a.Budget().RemainingRatio()
	window, rate, paced := a.Pace()
	switch {
	case !known:
		line.Note = "the budget is not known"
		return line
	case left <= 0:
		line.Result, line.Note = "already spent", "nothing is left"
		return line
	case !paced:
		line.Note = fmt.Sprintf("no %s in the last %s and %s", a.Scale.Noun(), FormatDuration(RecentWindow), FormatDuration(ExhaustionWindow))
		return line
	}
	line.Terms = fmt.Sprintf("%s × %s / %s", formatPercent(left, 3), FormatDuration(a.Window.Period()), FormatNumber(rate, 3))
	line.Note = fmt.Sprintf("at the burn rate over %s, the faster of %s and %s", FormatDuration(window), FormatDuration(RecentWindow), FormatDuration(ExhaustionWindow))
	at, ends := a.ExhaustsAt()
	if !ends {
		line.Terms, line.Result = "", "never"
		return line
	}
	seconds := at.Sub(a.AsOf).Seconds()
	line.Value = &seconds
	line.Result = FormatDuration(at.Sub(a.AsOf).Round(time.Minute)) + ", " + at.UTC().Truncate(time.Second).Format(time.RFC3339)
	return line
}

// name is the window in few words.
func (w WindowSum) name() string {
	if w.Calendar == "" {
		return FormatDuration(w.Length)
	}
	return w.Phrase()
}

// events writes counts in events.
func (a Assessment) events(counts int64) string { return FormatEvents(a.Scale.Events(counts)) }

// errorShare is the share of events that may be bad, as people write it: "0.1%".
func (o Objective) errorShare() string {
	return strconv.FormatFloat(o.ErrorRatio()*100, 'g', 12, 64) + "%"
}
