package slo

import (
	"fmt"
	"strconv"
	"strings"
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
	ratio := Working{Name: "error ratio", Result: unknownNumber, Note: a.whyUnknown(w)}
	burn := Working{Name: "burn rate", Result: unknownNumber, Note: ratio.Note}
	if share, ok := w.ErrorRatio(); ok {
		ratio = Working{
			Name: ratio.Name, Terms: a.events(w.Bad) + " / " + a.events(w.Total), Result: formatPercent(share, 4), Value: &share,
		}
	}
	if rate, ok := a.BurnRateOf(w); ok {
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
	if w.Reading() {
		why := a.whyUnknown(w)
		return []Working{{Name: "allowed", Result: unknownNumber, Note: why}, {Name: "remaining", Result: unknownNumber, Note: why}}
	}
	if w.Calendar == "" {
		return []Working{a.allowed("allowed", a.events(w.Total), a.BudgetOf(w)), a.remaining(w)}
	}
	soFar := a.allowed("allowed so far", a.events(w.Total), a.BudgetSoFar(w))
	soFar.Note = ""
	if !w.Foreseen() {
		const why = "nothing is known of the past that could be forecast from"
		return []Working{soFar, {Name: "allowed", Result: unknownNumber, Note: why}, {Name: "remaining", Result: unknownNumber, Note: why}}
	}
	events := fmt.Sprintf("(%s + %s)", a.events(w.Total), a.events(w.Expected))
	allowed := a.allowed("allowed", events, a.BudgetOf(w))
	forecast := fmt.Sprintf("so far and expected until %s, from %s of the past", w.PeriodEnd.UTC().Format(time.RFC3339), FormatDuration(w.ForecastFrom))
	allowed.Note = strings.TrimPrefix(allowed.Note+"; "+forecast, "; ")
	return []Working{soFar, allowed, a.remaining(w)}
}

// allowed is the line that says how many events may be bad.
func (a Assessment) allowed(name, events string, budget Budget) Working {
	line := Working{Name: name, Terms: a.Objective.errorShare() + " × " + events, Result: FormatEvents(budget.Allowed), Value: &budget.Allowed}
	if budget.Thin() {
		line.Note = fmt.Sprintf("under %d: too thin for a verdict", MinBudgetEvents)
	}
	return line
}

func (a Assessment) remaining(w WindowSum) Working {
	budget := a.BudgetOf(w)
	ratio, known := budget.RemainingRatio()
	if !known {
		return Working{Name: "remaining", Result: unknownNumber, Note: a.whyUnknown(w)}
	}
	allowed := FormatEvents(budget.Allowed)
	return Working{
		Name: "remaining", Terms: fmt.Sprintf("(%s − %s) / %s", allowed, FormatEvents(budget.Spent), allowed),
		Result: formatPercent(ratio, 3), Value: &ratio,
	}
}

// whyUnknown says why a ratio over a window is not known.
func (a Assessment) whyUnknown(w WindowSum) string {
	if w.Reading() {
		return "history is still being read: " + w.ReadSoFar()
	}
	return "no " + a.Scale.Noun() + " in " + w.Phrase()
}

// WorkOutExhaustion writes out when the budget is spent at the pace of now. The
// value is in seconds from [Assessment.AsOf].
func (a Assessment) WorkOutExhaustion() Working {
	line := Working{Name: "exhausted in", Result: unknownNumber}
	left, known := a.Remaining(a.Window)
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
		if a.Window.Calendar != "" {
			line.Result = "not " + a.Window.Phrase()
		}
		return line
	}
	seconds := at.Sub(a.AsOf).Seconds()
	line.Value = &seconds
	line.Result = FormatDuration(at.Sub(a.AsOf).Round(time.Minute)) + ", " + at.UTC().Truncate(time.Second).Format(time.RFC3339)
	return line
}

// events writes counts in events.
func (a Assessment) events(counts int64) string { return FormatEvents(a.Scale.Events(counts)) }

// errorShare is the share of events that may be bad, as people write it: "0.1%".
func (o Objective) errorShare() string {
	return strconv.FormatFloat(o.ErrorRatio()*100, 'g', 12, 64) + "%"
}
