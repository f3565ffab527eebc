package evaluator

import (
	"sort"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// windowSum sums up an SLO window; of a period of the calendar, what has passed
// of it, without a forecast.
func (e *Evaluator) windowSum(s subject, asOf time.Time, w slo.Window) slo.WindowSum {
	from, end := w.Bounds(asOf)
	sum := e.between(s, from, asOf)
	sum.Length = w.Length
	if !w.Rolling() {
		sum.Calendar, sum.PeriodEnd = w.Calendar, end.UTC()
	}
	return sum
}

// window sums up an SLO window, with a forecast of what is to come of a period.
func (e *Evaluator) window(s subject, asOf time.Time, w slo.Window) slo.WindowSum {
	sum := e.windowSum(s, asOf, w)
	if sum.Running() {
		e.forecasts.of(e, s, w, asOf).fill(&sum, asOf)
	}
	return sum
}

// remainders tells the remaining ratio of an objective's budget at instants that
// follow one another.
type remainders struct {
	*Evaluator
	subject
	unread ledger.Spans
	hours  []slo.Hour // for forecasts, all that the instants need
	last   forecast
}

func (e *Evaluator) remainders(s subject, from, to time.Time) *remainders {
	e.correct(&s, from.Add(-s.Reach()), to)
	r := &remainders{Evaluator: e, subject: s}
	if read, ok := e.cfg.Ledger.ReadTo(s.key, to); ok {
		r.unread = e.unread(s, read)
	}
	if !s.Window.Rolling() {
		r.hours = e.hours(s, from.Truncate(time.Hour).Add(-slo.ForecastFrom), to)
	}
	return r
}

// at is the remaining ratio at an instant; nil when unknown.
func (r *remainders) at(t time.Time) *float64 {
	sum := r.windowSum(r.subject, t, r.Window)
	sum.Unread = within(sum, r.unread)
	if sum.Running() {
		r.foresee(t, sum.PeriodEnd)
		r.last.fill(&sum, t)
	}
	left, ok := slo.Assessment{Objective: r.Objective}.Remaining(sum)
	if !ok || sum.Coverage == 0 {
		return nil
	}
	return &left
}

// foresee makes the forecast for the hour of an instant, as it was made then.
func (r *remainders) foresee(t, end time.Time) {
	hour := t.Truncate(time.Hour)
	if r.last.hour.Equal(hour) && r.last.end.Equal(end) {
		return
	}
	upTo := r.hoursBefore(hour)
	past := r.hours[r.hoursBefore(hour.Add(-slo.ForecastFrom)):upTo]
	r.last = newForecast(slo.NewPattern(past, r.Window.Zone()), hour, end, r.excluded)
}

// hoursBefore is how many of the hours begin before an instant.
func (r *remainders) hoursBefore(t time.Time) int {
	return sort.Search(len(r.hours), func(i int) bool { return !r.hours[i].Start.Before(t) })
}
