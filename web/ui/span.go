package ui

import (
	"time"

	"github.com/slofuse/slofuse/slo/summary"
)

// SpanText says from when to when a period is, with its dates, in the zone that its days
// are of: as paper that is filed has to.
func SpanText(p summary.Period, in *time.Location) string {
	zone := " (" + in.String() + ")"
	if isMidnight(p.From, in) && isMidnight(p.To, in) {
		return dayText(p.From, in) + " to " + dayText(p.To.Add(-time.Nanosecond), in) + zone
	}
	return MinuteText(p.From, in) + " to " + MinuteText(p.To, in) + zone
}

// InstantText is an instant with its date and zone.
func InstantText(t time.Time, in *time.Location) string {
	return MinuteText(t, in) + " (" + in.String() + ")"
}

func isMidnight(t time.Time, in *time.Location) bool {
	hour, minute, second := t.In(in).Clock()
	return hour == 0 && minute == 0 && second == 0
}

func dayText(t time.Time, in *time.Location) string { return t.In(in).Format("2 January 2006") }

// MinuteText is an instant to the minute, with its date.
func MinuteText(t time.Time, in *time.Location) string {
	return t.In(in).Format("2 January 2006 15:04")
}
