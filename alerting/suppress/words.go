package suppress

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/alertmanager/timeinterval"
)

// Words is when it goes on, as people say it: "every Sunday 02:00–04:00
// Europe/Berlin". It is empty without an interval.
func (r Recurring) Words() string {
	var out []string
	for n := 0; n < len(r); n++ {
		if n+1 < len(r) && overnight(r[n], r[n+1]) {
			night := r[n]
			night.Times = []timeinterval.TimeRange{{StartMinute: r[n].Times[0].StartMinute, EndMinute: r[n+1].Times[0].EndMinute}}
			out = append(out, wordsOf(night)+", over midnight")
			n++
			continue
		}
		out = append(out, wordsOf(r[n]))
	}
	return strings.Join(out, " and ")
}

func wordsOf(i timeinterval.TimeInterval) string {
	parts := []string{daysOf(i)}
	if len(i.Months) > 0 {
		parts = append(parts, "in "+list(i.Months, func(m timeinterval.MonthRange) string {
			return between(m.Begin, m.End, func(n int) string { return time.Month(n).String() })
		}))
	}
	if len(i.Years) > 0 {
		parts = append(parts, "of "+list(i.Years, func(y timeinterval.YearRange) string {
			return between(y.Begin, y.End, func(n int) string { return fmt.Sprint(n) })
		}))
	}
	times := "all day"
	if len(i.Times) > 0 {
		times = list(i.Times, func(t timeinterval.TimeRange) string { return clock(t.StartMinute) + "–" + clock(t.EndMinute) })
	}
	return strings.Join(append(parts, times, zone(i).String()), " ")
}

// daysOf says which days of which weeks and months are meant.
func daysOf(i timeinterval.TimeInterval) string {
	weekdays := list(i.Weekdays, func(w timeinterval.WeekdayRange) string {
		return between(w.Begin, w.End, func(n int) string { return time.Weekday(n % 7).String() })
	})
	days := list(i.DaysOfMonth, func(d timeinterval.DayOfMonthRange) string { return between(d.Begin, d.End, dayOfMonth) })
	switch {
	case weekdays == "" && days == "":
		return "every day"
	case days == "":
		return "every " + weekdays
	case weekdays == "":
		return "on " + days + " of the month"
	}
	return "every " + weekdays + " that is " + days + " of the month"
}

func dayOfMonth(n int) string {
	switch {
	case n == -1:
		return "the last day"
	case n < 0:
		return fmt.Sprintf("day %d from the end", -n)
	}
	return fmt.Sprintf("day %d", n)
}

func list[T any](all []T, words func(T) string) string {
	out := make([]string, len(all))
	for n, one := range all {
		out[n] = words(one)
	}
	return strings.Join(out, ", ")
}

func between(first, last int, name func(int) string) string {
	if first == last {
		return name(first)
	}
	return name(first) + " to " + name(last)
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// overnight reports whether an interval goes on after midnight as the next one.
func overnight(a, b timeinterval.TimeInterval) bool {
	if len(a.Times) != 1 || len(b.Times) != 1 || a.Times[0].EndMinute != minutesOfDay || b.Times[0].StartMinute != 0 || zone(a).String() != zone(b).String() {
		return false
	}
	return len(a.Months)+len(b.Months)+len(a.Years)+len(b.Years) == 0 && slices.Equal(nextDays(a.Weekdays), b.Weekdays) && slices.Equal(nextDates(a.DaysOfMonth), b.DaysOfMonth)
}

// Next is when it goes on after an instant, for the first time; false when that is
// not within a year and a month.
func (m Maintenance) Next(after time.Time) (Span, bool) {
	if m.Withdrawn() {
		return Span{}, false
	}
	for _, s := range m.Spans(after, after.AddDate(1, 1, 0)) {
		if s.From.After(after) {
			return s, true
		}
	}
	return Span{}, false
}
