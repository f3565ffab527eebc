package route

import (
	"slices"
	"time"
)

// Interval is a named piece of the day, the week, the month or the year.
type Interval struct {
	Name    string
	Periods []Period // it contains what any of them contains
}

// Period is one piece of time. All of its conditions must hold; one that names
// nothing always does. They are about what clocks show in the location: an hour
// that is skipped when clocks change is in no period, one that is repeated is in it
// twice.
type Period struct {
	Times       []Range // minutes of the day; the last is not part of it
	Weekdays    []Range // 0 is Sunday
	DaysOfMonth []Range // from 1; below 0 they count from the end, of which -1 is the last day
	Months      []Range // from 1
	Years       []Range
	Location    *time.Location // nil is UTC
}

// Range is a range of whole numbers with both ends.
type Range struct{ First, Last int }

const minutesPerDay = 24 * 60

// Contains reports whether an instant lies in the interval.
func (i Interval) Contains(at time.Time) bool {
	return slices.ContainsFunc(i.Periods, func(p Period) bool { return p.contains(at) })
}

func (p Period) contains(at time.Time) bool {
	t := p.local(at)
	return within(p.Times, t.Hour()*60+t.Minute(), func(r Range) Range { return Range{r.First, r.Last - 1} }) &&
		within(p.Weekdays, int(t.Weekday()), same) &&
		within(p.DaysOfMonth, t.Day(), func(r Range) Range { return r.days(t) }) &&
		within(p.Months, int(t.Month()), same) &&
		within(p.Years, t.Year(), same)
}

func (p Period) local(at time.Time) time.Time {
	if p.Location == nil {
		return at.UTC()
	}
	return at.In(p.Location)
}

// within reports whether a number lies in any of the ranges, or there is none.
func within(ranges []Range, n int, meaning func(Range) Range) bool {
	return len(ranges) == 0 || slices.ContainsFunc(ranges, func(r Range) bool {
		r = meaning(r)
		return r.First <= n && n <= r.Last
	})
}

func same(r Range) Range { return r }

// days are the days of the month of t that are meant. They are counted on the
// calendar and not in hours: a month with a change of clocks has no whole number
// of them.
func (r Range) days(t time.Time) Range {
	length := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if r.First < 0 {
		r.First += length + 1
	}
	if r.Last < 0 {
		r.Last += length + 1
	}
	return r
}

// edge is the first instant after at when the interval may begin or end; between
// the two it does neither.
func (i Interval) edge(at time.Time) time.Time {
	next := at.Add(48 * time.Hour)
	for _, p := range i.Periods {
		next = earlier(next, p.edge(at))
	}
	return next
}

// edge is the next time of the day that the period names, the end of the day, or
// the next change of clocks, whichever comes first.
func (p Period) edge(at time.Time) time.Time {
	t := p.local(at)
	minute, next := t.Hour()*60+t.Minute(), minutesPerDay
	for _, r := range p.Times {
		for _, m := range []int{r.First, r.Last} {
			if minute < m && m < next {
				next = m
			}
		}
	}
	to := at.Truncate(time.Minute).Add(time.Duration(next-minute) * time.Minute)
	if _, change := t.ZoneBounds(); !change.IsZero() {
		return earlier(to, change)
	}
	return to
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
