package course

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Projection is where an error budget goes from now on if [slo.Assessment.Pace] goes
// on: a straight line from one remaining ratio to another.
type Projection struct {
	From, To    time.Time
	Left, Rest  float64 // the remaining ratio at From and at To
	Pace        time.Duration
	Rate        float64 // the burn rate of the pace
	Exhausts    bool    // the budget is spent at To
	EndOfPeriod bool    // To is where the period of a calendar ends
}

// ahead is the share of a rolling window that a projection looks ahead: such a window
// has no end of its own.
const ahead = 4

// Project goes on with the pace of an assessment: to the instant that
// [slo.Assessment.ExhaustsAt] gives, but no further than a quarter of a rolling window
// or the end of a period. The remaining ratio after a time t is
//
//	left − rate × t / period
//
// It is unknown while the budget or the pace is, once the budget is spent, and where the
// state stands on no data of now: the pace is then that of before.
func Project(a slo.Assessment) (p Projection, known bool) {
	left, ok := a.Remaining(a.Window)
	pace, rate, paced := a.Pace()
	if !ok || !paced || left <= 0 || !a.State.Measured() {
		return Projection{}, false
	}
	p = Projection{From: a.AsOf, To: a.AsOf.Add(a.Window.Length / ahead), Left: left, Pace: pace, Rate: rate}
	if a.Window.Calendar != "" {
		p.To, p.EndOfPeriod = a.Window.PeriodEnd, true
	}
	if at, ends := a.ExhaustsAt(); ends && !at.After(p.To) {
		p.To, p.Exhausts, p.EndOfPeriod = at, true, false
		return p, true
	}
	period := a.Window.Period()
	if !p.To.After(p.From) || period <= 0 {
		return Projection{}, false
	}
	p.Rest = left - rate*p.To.Sub(p.From).Seconds()/period.Seconds()
	return p, true
}

// Earlier is how much earlier the window before one was that holds an instant, and
// what of the time since is comparable: from the begin of a calendar's period to
// where the one before it was over. The window before a rolling one is its length
// earlier at every instant.
func Earlier(w slo.Window, at time.Time) (shift time.Duration, from, to time.Time) {
	if w.Rolling() {
		return w.Length, time.Time{}, at
	}
	from, _ = w.Bounds(at)
	before, end := w.Bounds(from)
	shift = from.Sub(before)
	if to = end.Add(shift); at.Before(to) {
		to = at
	}
	return shift, from, to
}

// Outage is how long everything may fail until the error budget of an assessment is
// spent, at the average traffic of its window:
//
//	left × (1 − objective) × period
//
// Of slots of time, it is how much of that time may be bad. It is unknown while the
// budget is, and where nothing is left of it.
func Outage(a slo.Assessment) (d time.Duration, known bool) {
	left, ok := a.Remaining(a.Window)
	if !ok || left <= 0 {
		return 0, false
	}
	seconds := left * a.Objective.ErrorRatio() * a.Window.Period().Seconds()
	return time.Duration(seconds * float64(time.Second)).Truncate(time.Second), true
}
