package slo

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Working is one line of arithmetic written out with its numbers, so that it can
// be checked by hand: whoever computes with the terms as they are printed gets the
// result as it is printed.
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
	share, known := w.ErrorRatio()
	if !known {
		return []Working{ratio, burn}
	}
	ratio = Working{Name: ratio.Name, Result: formatPercent(share, 4), Value: &share}
	ratio.write(3, func(digits int) (string, string) {
		bad, total := a.events(w.Bad, digits), a.events(w.Total, digits)
		return bad.text + " / " + total.text, formatPercent(bad.value/total.value, 4)
	})
	if rate, ok := a.BurnRateOf(w); ok {
		burn = Working{Name: burn.Name, Result: FormatNumber(rate, 3), Value: &rate}
		burn.write(4, func(digits int) (string, string) {
			bad := printed(share*100, digits)
			return bad.text + "% / " + a.Objective.errorShare(), FormatNumber(bad.value/100/a.Objective.ErrorRatio(), 3)
		})
	}
	return []Working{ratio, burn}
}

// write writes the terms with as few digits, from some on, as it takes to compute
// the result from them.
func (w *Working) write(digits int, terms func(digits int) (text, result string)) {
	for ; ; digits++ {
		var result string
		if w.Terms, result = terms(digits); result == w.Result || digits >= float64Digits {
			return
		}
	}
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
		return []Working{a.allowed("allowed", a.BudgetOf(w), w.Total), a.remaining(w)}
	}
	soFar := a.allowed("allowed so far", a.BudgetSoFar(w), w.Total)
	soFar.Note = ""
	if !w.Foreseen() {
		const why = "nothing is known of the past that could be forecast from"
		return []Working{soFar, {Name: "allowed", Result: unknownNumber, Note: why}, {Name: "remaining", Result: unknownNumber, Note: why}}
	}
	allowed := a.allowed("allowed", a.BudgetOf(w), w.Total, w.Expected)
	forecast := fmt.Sprintf("so far and expected until %s, from %s of the past", w.PeriodEnd.UTC().Format(time.RFC3339), FormatDuration(w.ForecastFrom))
	allowed.Note = strings.TrimPrefix(allowed.Note+"; "+forecast, "; ")
	return []Working{soFar, allowed, a.remaining(w)}
}

// allowed is the line that says how many of the sum of some counts may be bad.
func (a Assessment) allowed(name string, budget Budget, counts ...int64) Working {
	line := Working{Name: name, Result: FormatEvents(budget.Allowed), Value: &budget.Allowed}
	line.write(3, func(digits int) (string, string) {
		var texts []string
		var sum float64
		for _, n := range counts {
			events := a.events(n, digits)
			texts, sum = append(texts, events.text), sum+events.value
		}
		all := strings.Join(texts, " + ")
		if len(texts) > 1 {
			all = "(" + all + ")"
		}
		return a.Objective.errorShare() + " × " + all, FormatEvents(a.Objective.ErrorRatio() * sum)
	})
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
	line := Working{Name: "remaining", Result: formatPercent(ratio, 3), Value: &ratio}
	line.write(3, func(digits int) (string, string) {
		allowed, spent := printedEvents(budget.Allowed, digits), printedEvents(budget.Spent, digits)
		return fmt.Sprintf("(%s − %s) / %s", allowed.text, spent.text, allowed.text), formatPercent((allowed.value-spent.value)/allowed.value, 3)
	})
	return line
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
	line.Note = fmt.Sprintf("at the burn rate over %s, the faster of %s and %s", FormatDuration(window), FormatDuration(RecentWindow), FormatDuration(ExhaustionWindow))
	at, ends := a.ExhaustsAt()
	if !ends {
		line.Result = a.Window.Beyond()
		return line
	}
	seconds := at.Sub(a.AsOf).Seconds()
	line.Value, line.Result = &seconds, a.lasting(at.Sub(a.AsOf))
	line.write(3, func(digits int) (string, string) {
		ratio, pace := printed(left*100, digits), printed(rate, digits)
		lasts, _ := TimeToExhaustion(ratio.value/100, pace.value, a.Window.Period())
		return fmt.Sprintf("%s%% × %s / %s", ratio.text, FormatDuration(a.Window.Period()), pace.text), a.lasting(lasts)
	})
	return line
}

// lasting is a time from now on and its end, to the minute.
func (a Assessment) lasting(d time.Duration) string {
	return FormatDuration(d.Round(time.Minute)) + ", " + a.AsOf.Add(d).Round(time.Minute).UTC().Format(time.RFC3339)
}

// events are counts in events as they are printed.
func (a Assessment) events(counts int64, digits int) figure {
	return printedEvents(a.Scale.Events(counts), digits)
}

// errorShare is the share of events that may be bad, as people write it: "0.1%".
func (o Objective) errorShare() string {
	return strconv.FormatFloat(o.ErrorRatio()*100, 'g', 12, 64) + "%"
}
