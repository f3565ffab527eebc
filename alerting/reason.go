package alerting

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// frozenReason says why an assessment decides nothing.
func frozenReason(a slo.Assessment) string {
	switch {
	case a.State == "":
		return "not evaluated yet"
	case a.Reason == "":
		return string(a.State)
	}
	return string(a.State) + ": " + a.Reason
}

// unknownReason says that too little of a window is known.
func unknownReason(w slo.WindowSum, length time.Duration) string {
	switch {
	case !w.Foreseen():
		return fmt.Sprintf("nothing is known yet to forecast the rest of %s from", w.Phrase())
	case w.Reading() && w.Calendar != "":
		return fmt.Sprintf("the history of %s is still being read", w.Phrase())
	case w.Reading():
		return fmt.Sprintf("the history of the last %s is still being read", slo.FormatDuration(length))
	case w.Excluded.Mostly():
		return w.WhyTooMuch()
	case w.Calendar != "":
		return fmt.Sprintf("only %.0f%% of %s is known", w.Coverage*100, w.Phrase())
	}
	return fmt.Sprintf("only %.0f%% of the last %s is known", w.Coverage*100, slo.FormatDuration(length))
}

// numbers says what was measured.
func (r reading) numbers() string {
	if r.budget != nil {
		return fmt.Sprintf("%s bad of %s allowed %s: the error budget is spent",
			slo.FormatCount(int64(math.Round(r.budget.Spent))), allowance(r.budget.Allowed), r.span()) + r.excluded()
	}
	text := fmt.Sprintf("burn rate %.1f over %s and %.1f over %s", r.longRate, slo.FormatDuration(r.tier.Long), r.shortRate, slo.FormatDuration(r.tier.Short))
	switch limit := strconv.FormatFloat(r.tier.BurnRate, 'g', -1, 64); {
	case r.over:
		text += ", at or over " + limit
	case r.shortOver:
		text += ", the latter still at or over " + limit
	case r.below:
		text += ", the latter below " + limit
	case r.silent:
		text = fmt.Sprintf("burn rate %.1f over %s, no %s in the last %s", r.longRate, slo.FormatDuration(r.tier.Long), r.scale.Noun(), slo.FormatDuration(r.tier.Short))
	}
	return text + fmt.Sprintf("; %s of %s %s bad", r.events(r.long.Bad), r.events(r.long.Total), r.scale.Noun()) + r.excluded()
}

// excluded says what the numbers leave out; empty when they are of all.
func (r reading) excluded() string {
	if x := r.long.Excluded; x.Any() && !x.Mostly() {
		return "; " + x.Phrase()
	}
	return ""
}

// undecided says why nothing ends a hold: too much of a window is excluded.
func (r reading) undecided() string {
	for _, w := range []slo.WindowSum{r.long, r.short} {
		if w.Excluded.Mostly() {
			return "; nothing is decided: " + w.WhyTooMuch()
		}
	}
	return ""
}

// span is the window of a budget, in a sentence.
func (r reading) span() string {
	if r.long.Calendar == "" {
		return "in " + slo.FormatDuration(r.long.Length)
	}
	return r.long.Phrase()
}

// events writes a number of counts in whole events.
func (r reading) events(counts int64) string {
	return slo.FormatCount(int64(math.Round(r.scale.Events(counts))))
}

// reason explains an alert that the tier leads.
func (r reading) reason(s slo.SLO, h Hold, severity slo.Severity) string {
	r = r.after(h)
	if r.rolled() {
		return r.rolledReason()
	}
	text := r.numbers()
	if r.budget != nil && r.below {
		remaining, _ := r.budget.RemainingRatio()
		return fmt.Sprintf("%.1f%% of the error budget is left again", remaining*100)
	}
	switch {
	case severity < h.Severity:
		text += neverPages(s)
	case h.Severity == slo.SeverityPage && r.class != slo.ClassNone:
		text += fmt.Sprintf("; a page because bad events are of class %s", r.class)
	case h.Severity > r.tier.Severity:
		text += fmt.Sprintf("; a page because nobody acknowledged the ticket for %s", slo.FormatDuration(r.tier.PageAfter))
	case h.Severity < r.tier.Severity && r.withheld != "":
		text += "; a ticket only: " + r.withheld
	}
	return text + r.undecided()
}

func (r reading) recoveredReason(below time.Duration) string {
	if r.rolled() {
		return r.rolledReason()
	}
	if r.budget != nil {
		remaining, _ := r.budget.RemainingRatio()
		return fmt.Sprintf("%.1f%% of the error budget is left again", remaining*100)
	}
	return fmt.Sprintf("burn rate %.1f over %s, below %g for %s", r.shortRate, slo.FormatDuration(r.tier.Short), r.tier.BurnRate, slo.FormatDuration(below))
}

func (r reading) drainedReason() string {
	if r.rolled() {
		return r.rolledReason()
	}
	if r.long.Total == 0 {
		return "no traffic in the last " + slo.FormatDuration(r.tier.Long)
	}
	return fmt.Sprintf("no traffic in the last %s, and none of %s %s bad in %s",
		slo.FormatDuration(r.tier.Short), r.events(r.long.Total), r.scale.Noun(), slo.FormatDuration(r.tier.Long))
}

// quietReason is the reason of an alert that does not burn: why it ended, for
// as long as nothing new happens.
func quietReason(prev Alert, ended string) string {
	switch {
	case ended != "":
		return ended
	case prev.Phase == PhaseOK:
		return prev.Reason
	}
	return ""
}

// badEvents is a number that a guard counts.
func (r reading) badEvents(n int64) string {
	noun := "calls"
	if r.scale.Slots {
		noun = "slots"
	}
	if n == 1 {
		noun = noun[:len(noun)-1]
	}
	return slo.FormatCount(n) + " bad " + noun
}

// allowance writes a budget in events, with a fraction where that matters.
func allowance(events float64) string {
	if events < 10 {
		return strconv.FormatFloat(events, 'f', 1, 64)
	}
	return slo.FormatCount(int64(events))
}

// neverPages says why what would page is a ticket: max_severity says so.
func neverPages(s slo.SLO) string {
	if s.Split != nil {
		return "; a ticket, for this part never pages"
	}
	return "; a ticket, for this SLO never pages"
}
