package suppress

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/alertmanager/timeinterval"
)

const minutesOfDay = 24 * 60

// Repeat is a recurring time as a form asks for it: once a day of a kind, from one
// time of the clock to another, over midnight too.
type Repeat struct {
	Days        string // one of [RepeatDays]
	From, Until string // 02:00; an end that is not later is of the next day
	Zone        string // Europe/Berlin; empty is UTC
}

// repeatDay is a choice of days, of the week or of the month.
type repeatDay struct {
	name    string
	weekday []timeinterval.WeekdayRange
	date    []timeinterval.DayOfMonthRange
}

func repeatable() []repeatDay {
	weekdays := func(first, last int) []timeinterval.WeekdayRange {
		return []timeinterval.WeekdayRange{{InclusiveRange: timeinterval.InclusiveRange{Begin: first, End: last}}}
	}
	date := func(n int) []timeinterval.DayOfMonthRange {
		return []timeinterval.DayOfMonthRange{{InclusiveRange: timeinterval.InclusiveRange{Begin: n, End: n}}}
	}
	out := []repeatDay{{name: "every day"}, {name: "Monday to Friday", weekday: weekdays(1, 5)}}
	for n := range 7 {
		day := (n + 1) % 7
		out = append(out, repeatDay{name: "every " + time.Weekday(day).String(), weekday: weekdays(day, day)})
	}
	return append(out, repeatDay{name: "first day of the month", date: date(1)}, repeatDay{name: "last day of the month", date: date(-1)})
}

// RepeatDays are the days that a form offers.
func RepeatDays() (names []string) {
	for _, d := range repeatable() {
		names = append(names, d.name)
	}
	return names
}

// Recurring is when it goes on. The error says what is missing.
func (r Repeat) Recurring() (Recurring, error) {
	all := repeatable()
	at := slices.IndexFunc(all, func(d repeatDay) bool { return d.name == r.Days })
	if at < 0 {
		return nil, fmt.Errorf("%q is none of the days that can be chosen", r.Days)
	}
	from, err := minuteOf(r.From)
	if err != nil {
		return nil, err
	}
	until, err := minuteOf(r.Until)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil || r.Zone == "Local" {
		return nil, fmt.Errorf("%q is not the name of a time zone, such as Europe/Berlin or UTC", r.Zone)
	}
	if until == 0 { // midnight is the end of a day
		until = minutesOfDay
	}
	first := all[at].interval(from, until, zone)
	if from < until {
		return Recurring{first}, nil
	}
	next := repeatDay{weekday: nextDays(all[at].weekday), date: nextDates(all[at].date)}
	return Recurring{all[at].interval(from, minutesOfDay, zone), next.interval(0, until, zone)}, nil
}

func (d repeatDay) interval(from, until int, zone *time.Location) timeinterval.TimeInterval {
	return timeinterval.TimeInterval{
		Times: []timeinterval.TimeRange{{StartMinute: from, EndMinute: until}}, Weekdays: d.weekday, DaysOfMonth: d.date, Location: &timeinterval.Location{Location: zone},
	}
}

func minuteOf(text string) (int, error) {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, errors.New("a recurring window needs times of the clock such as 02:00, from and until")
	}
	return at.Hour()*60 + at.Minute(), nil
}

// nextDays are the days of the week after others. Monday to Friday becomes Tuesday
// to Saturday; what would go over the end of the week is cut in two.
func nextDays(days []timeinterval.WeekdayRange) (out []timeinterval.WeekdayRange) {
	for _, d := range days {
		if d.End == 6 && d.Begin < 6 {
			out = append(out, timeinterval.WeekdayRange{InclusiveRange: timeinterval.InclusiveRange{Begin: d.Begin + 1, End: 6}})
			d.Begin = 6
		}
		out = append(out, timeinterval.WeekdayRange{InclusiveRange: timeinterval.InclusiveRange{Begin: (d.Begin + 1) % 7, End: (d.End + 1) % 7}})
	}
	return out
}

// nextDates are the days of the month after others: the last is followed by the first.
func nextDates(days []timeinterval.DayOfMonthRange) (out []timeinterval.DayOfMonthRange) {
	for _, d := range days {
		next := func(n int) int {
			if n == -1 {
				return 1
			}
			return n + 1
		}
		out = append(out, timeinterval.DayOfMonthRange{InclusiveRange: timeinterval.InclusiveRange{Begin: next(d.Begin), End: next(d.End)}})
	}
	return out
}
