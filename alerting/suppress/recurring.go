package suppress

import (
	"errors"
	"time"

	"github.com/prometheus/alertmanager/timeinterval"
)

// Recurring is when something happens again and again, in the words of
// Alertmanager's time intervals: it goes on while one of the intervals holds the
// date and the time that clocks at its location show. So a window from 02:00 to
// 04:00 is three hours long in the night in which clocks are put back, and one in
// that in which they are put forward; where they skip it whole, it does not
// happen. One over midnight is two intervals, the second of the next day.
type Recurring []timeinterval.TimeInterval

// check refuses an interval that says nothing.
func (r Recurring) check() error {
	for _, i := range r {
		if i.Times == nil && i.Weekdays == nil && i.DaysOfMonth == nil && i.Months == nil && i.Years == nil {
			return errors.New("a time interval is empty: it needs times, weekdays, days_of_month, months or years")
		}
		for _, t := range i.Times {
			if t.StartMinute >= t.EndMinute {
				return errors.New("a time begins before it ends; write a window over midnight as two, until 24:00 and from 00:00 of the next day")
			}
		}
	}
	return nil
}

// Spans lists when it goes on within a span, in order and apart from each other.
func (r Recurring) Spans(within Span) []Span {
	var all []Span
	for _, i := range r {
		all = append(all, expand(i, within)...)
	}
	return merge(all)
}

// expand goes through the times between two changes of the clock, in which the
// time shown is a fixed distance from UTC, and through the dates in each.
func expand(i timeinterval.TimeInterval, within Span) (out []Span) {
	for at := within.From; at.Before(within.To); {
		_, offset := at.In(zone(i)).Zone()
		segment := Span{From: at, To: within.To}
		if _, ends := at.In(zone(i)).ZoneBounds(); !ends.IsZero() && ends.Before(segment.To) {
			segment.To = ends
		}
		if segment.empty() { // on the last day of a leap year Go lets a zone end too early
			segment.To = at.Add(time.Hour)
		}
		for _, s := range dates(i, segment, time.Duration(offset)*time.Second) {
			out = append(out, s.within(segment))
		}
		at = segment.To
	}
	return out
}

// dates lists when an interval goes on around a span in which clocks are ahead of
// UTC by a fixed offset.
func dates(i timeinterval.TimeInterval, segment Span, offset time.Duration) (out []Span) {
	days := shown(i)
	days.Times = nil
	first, last := segment.From.UTC().Add(offset), segment.To.UTC().Add(offset)
	for day := first.Truncate(24 * time.Hour); day.Before(last); day = day.Add(24 * time.Hour) {
		if !days.ContainsTime(day) {
			continue
		}
		for _, t := range timesOf(i) {
			begin := day.Add(-offset)
			out = append(out, Span{
				From: begin.Add(time.Duration(t.StartMinute) * time.Minute),
				To:   begin.Add(time.Duration(t.EndMinute) * time.Minute),
			})
		}
	}
	return out
}

// timesOf are the times of a day an interval goes on: without any, the whole day.
func timesOf(i timeinterval.TimeInterval) []timeinterval.TimeRange {
	if i.Times == nil {
		return []timeinterval.TimeRange{{StartMinute: 0, EndMinute: 24 * 60}}
	}
	return i.Times
}

// shown is an interval that is asked with what a clock shows, written as a time
// in UTC: there no day lacks or repeats an hour, and a month has its days.
func shown(i timeinterval.TimeInterval) timeinterval.TimeInterval {
	i.Location = nil
	return i
}

func zone(i timeinterval.TimeInterval) *time.Location {
	if i.Location == nil || i.Location.Location == nil {
		return time.UTC
	}
	return i.Location.Location
}
