package slo

import (
	"fmt"
	"time"
)

// DataState says how far the numbers of an assessment can be believed.
type DataState string

// The data states. Only StateOK and StateIdle, and StateNew for want of
// history, are measured; the others say why we do not know.
const (
	StateOK         DataState = "ok"
	StateIdle       DataState = "idle"        // the series are there and nothing was called for 5 minutes
	StateNew        DataState = "new"         // seen for less than 6 hours
	StateNoData     DataState = "no_data"     // the series are gone
	StateSourceDown DataState = "source_down" // the backend does not answer
	StateStale      DataState = "stale"       // we are behind
	StateInvalid    DataState = "invalid"     // the numbers cannot be true, or the query is refused
)

// Measured reports whether the state stands on data of now, so that health may
// be read from it.
func (s DataState) Measured() bool {
	return s == StateOK || s == StateIdle || s == StateNew
}

// Assessment is what is known about one SLO at one instant: the input of
// decisions, pages, gates and reports.
type Assessment struct {
	ID        ID
	Objective Objective
	Scale     Scale     // what the counts stand for
	AsOf      time.Time // the end of the last slot it counts
	State     DataState
	Reason    string // for people, when State is not ok
	Window    WindowSum
	Reports   []WindowSum  // of [SLO.Reports], in their order
	Burns     []WindowSum  // shortest first, every window of [SLO.BurnWindows]
	Latency   *Quantiles   // of an SLI that has buckets
	Caveats   []string     // what to know about these very numbers, beside [SLI.Caveats]
	Errors    []ClassCount // over the SLO window, most frequent first
	// RecentErrors are over [RecentWindow]: what fails now.
	RecentErrors []ClassCount
	// BurnErrors are over the burn windows of the tiers that page, while both windows
	// of one are at or over its rate: whether a new kind of error by itself would page.
	BurnErrors map[time.Duration][]ClassCount
	// CallsPerSecond is over 5 minutes; nil when unknown.
	CallsPerSecond *float64
	Absence        *Absence // of an SLO without data; nil where data is there or was never seen
	Traffic        *Traffic // nil when nothing can be expected
	// Corrections are what takes something out of the SLO window, by their beginning:
	// from where to where they really do, since slots are excluded whole.
	Corrections []Correction
}

// WindowSum is what the ledger holds for one window.
type WindowSum struct {
	Length time.Duration // nominal for a calendar's, see [WindowSum.Period]
	From   time.Time     // where the sum really starts: aligned to the ledger's resolution there
	To     time.Time
	Counts
	BadSlots int     // slots with at least one bad event
	Coverage float64 // share of the window's slots that the backend answered for, 0 to 1
	// Unread is how much of the window is still to be read: until then the sum
	// changes without anything happening, and stands for a part of the window only.
	Unread time.Duration
	// Calendar is set for a period of the calendar. The sum is of what has passed
	// of it; PeriodEnd is when it is over, and Expected how many counts are
	// forecast until then.
	Calendar  Calendar
	PeriodEnd time.Time
	Expected  int64
	// ForecastFrom is how much of the past the forecast knows; at 0 there is none.
	ForecastFrom time.Duration
	// Excluded is what corrections took out: Counts, BadSlots and Coverage are of what
	// is left.
	Excluded Exclusion
}

// Period is how long the window is; of a calendar, until the end of its period.
func (w WindowSum) Period() time.Duration {
	if w.Calendar == "" {
		return w.Length
	}
	return w.PeriodEnd.Sub(w.From)
}

// Running reports whether a part of a calendar's period is still to come.
func (w WindowSum) Running() bool { return w.Calendar != "" && w.To.Before(w.PeriodEnd) }

// Foreseen reports whether the allowance of the window is known: that of a
// running period needs a forecast.
func (w WindowSum) Foreseen() bool { return !w.Running() || w.ForecastFrom > 0 }

// Phrase names the window in a sentence: "the last 30d", "this month".
func (w WindowSum) Phrase() string {
	if w.Calendar == "" {
		return "the last " + FormatDuration(w.Length)
	}
	return "this " + string(w.Calendar)
}

// Beyond is what stands for the time in which a budget is spent where the window or
// period is over before: "over 30d", "not this month".
func (w WindowSum) Beyond() string {
	if w.Calendar == "" {
		return "over " + FormatDuration(w.Length)
	}
	return "not " + w.Phrase()
}

// Reading reports whether history of the window is still being read.
func (w WindowSum) Reading() bool { return w.Unread > 0 }

// ReadSoFar is how much of the window was read, in its larger unit: "12 of 30 days".
func (w WindowSum) ReadSoFar() string {
	const day = 24 * time.Hour
	whole := w.To.Sub(w.From)
	unit, name := time.Minute, "minutes"
	switch {
	case whole >= 2*day:
		unit, name = day, "days"
	case whole >= 2*time.Hour:
		unit, name = time.Hour, "hours"
	}
	return fmt.Sprintf("%d of %d %s", (whole-w.Unread)/unit, (whole+unit/2)/unit, name)
}

// SuccessRatio is good/total over the window. It is unknown without traffic, and
// while history is still being read: that of a part is not that of the window.
func (w WindowSum) SuccessRatio() (ratio float64, known bool) {
	if w.Reading() {
		return 0, false
	}
	return w.Counts.SuccessRatio()
}

// ErrorRatio is bad/total over the window, known where [WindowSum.SuccessRatio] is.
func (w WindowSum) ErrorRatio() (ratio float64, known bool) {
	if w.Reading() {
		return 0, false
	}
	return w.Counts.ErrorRatio()
}

// Decides reports whether enough of the window is known to conclude something
// from it.
func (w WindowSum) Decides() bool {
	return w.Coverage >= MinCoverage && !w.Reading() && !w.Excluded.Mostly()
}

// ClassCount is how many bad events carried one set of fingerprint labels.
type ClassCount struct {
	Labels map[string]string
	Bad    int64
}

// Burn finds the sum over a burn window.
func (a Assessment) Burn(length time.Duration) (WindowSum, bool) {
	for _, b := range a.Burns {
		if b.Length == length {
			return b, true
		}
	}
	return WindowSum{}, false
}

// BurnRate is the burn rate over one of the assessment's windows; unknown
// without such a window, and where [Assessment.BurnRateOf] is.
func (a Assessment) BurnRate(length time.Duration) (rate float64, known bool) {
	sum, ok := a.Burn(length)
	if !ok {
		return 0, false
	}
	return a.BurnRateOf(sum)
}

// BurnRateOf is the burn rate over one of the assessment's windows. It is unknown
// without traffic, and while history of the window is still being read.
func (a Assessment) BurnRateOf(w WindowSum) (rate float64, known bool) {
	if w.Reading() {
		return 0, false
	}
	return a.Objective.BurnRate(w.Counts)
}

// Budget is the error budget over the SLO window.
func (a Assessment) Budget() Budget { return a.BudgetOf(a.Window) }

// BudgetOf is the error budget over one of the assessment's windows, in events.
// That of a calendar period allows for the calls that are expected until its end.
func (a Assessment) BudgetOf(w WindowSum) Budget {
	return a.budget(Counts{Total: w.Total + w.Expected, Bad: w.Bad})
}

// Remaining is the remaining share of the budget over one of the assessment's
// windows. It is unknown without traffic, while history of the window is still
// being read, and where a running period has no forecast: what is allowed is not
// known then.
func (a Assessment) Remaining(w WindowSum) (ratio float64, known bool) {
	if w.Reading() || !w.Foreseen() {
		return 0, false
	}
	return a.BudgetOf(w).RemainingRatio()
}

// BudgetSoFar is [Assessment.BudgetOf] as if the window ended now.
func (a Assessment) BudgetSoFar(w WindowSum) Budget { return a.budget(w.Counts) }

func (a Assessment) budget(c Counts) Budget { return a.Scale.Budget(a.Objective, c) }

// Budget is what an objective allows of counts and what of it is spent, in events.
func (s Scale) Budget(o Objective, c Counts) Budget {
	b, unit := o.Budget(c), float64(max(s.Unit, 1))
	return Budget{Allowed: b.Allowed / unit, Spent: b.Spent / unit}
}

// Guarded is how many bad events of a window a guard counts: bad slots, where the
// indicator tells bad events by slots. Where every event is a slot that is exact
// however coarse the ledger has become; a share of a slot is told by the ledger's
// cells, of which an older one holds several slots.
func (a Assessment) Guarded(w WindowSum) int64 {
	if a.Scale.Slots && a.Scale.Unit > 1 {
		return int64(w.BadSlots)
	}
	return w.Bad
}

// RecentWindow is the window of what is shown of now: kinds of errors and
// quantiles of latency.
const RecentWindow = time.Hour

// ExhaustionWindow is the longer of the two windows whose pace
// [Assessment.ExhaustsAt] goes on with; the other is [RecentWindow].
const ExhaustionWindow = 6 * time.Hour

// Pace is the faster burn rate of the last hour and the last 6 hours, and which
// of the two windows it is of: what began an hour ago is what will spend the
// budget. It is unknown without traffic in both.
func (a Assessment) Pace() (window time.Duration, rate float64, known bool) {
	window = ExhaustionWindow
	for _, w := range []time.Duration{ExhaustionWindow, RecentWindow} {
		if r, ok := a.BurnRate(w); ok && (!known || r > rate) {
			window, rate, known = w, r, true
		}
	}
	return window, rate, known
}

// ExhaustsAt projects when the budget is spent if [Assessment.Pace] goes on. It
// is unknown when the pace does not spend it, or not before the period is over,
// and where the allowance of the period is.
func (a Assessment) ExhaustsAt() (at time.Time, known bool) {
	remaining, ok := a.Remaining(a.Window)
	if !ok || remaining <= 0 {
		return time.Time{}, false
	}
	_, rate, ok := a.Pace()
	if !ok {
		return time.Time{}, false
	}
	return a.Exhaustion(remaining, rate)
}

// Exhaustion projects when a remaining share of the budget over the SLO window is
// spent at a burn rate. It is unknown when it never is, or not before the window or
// the period of a calendar is over: so slow a pace spends no more than the window
// allows.
func (a Assessment) Exhaustion(remainingRatio, burnRate float64) (at time.Time, known bool) {
	left, ends := TimeToExhaustion(remainingRatio, burnRate, a.Window.Period())
	at = a.AsOf.Add(left)
	if a.Window.Calendar != "" && at.After(a.Window.PeriodEnd) || left > a.Window.Period() {
		return time.Time{}, false
	}
	return at, ends
}

// Point is one step of an SLO's history.
type Point struct {
	Time time.Time // the end of the step
	Counts
	Scale    Scale // what the counts stand for, by the revision of then
	Coverage float64
	// Remaining is the remaining ratio of the error budget over the SLO window
	// that ends here; nil when unknown.
	Remaining *float64
	Latency   *Quantiles // over the step, of an SLI that has buckets; nil without calls
	Excluded  Exclusion  // of the step
}
