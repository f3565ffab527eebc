package web

import (
	"time"

	"github.com/slofuse/slofuse/slo/summary"
)

// spanText says from when to when a period is, with its dates, in the zone that its days
// are of: as paper that is filed has to.
func spanText(p summary.Period, in *time.Location) string {
	zone := " (" + in.String() + ")"
	if isMidnight(p.From, in) && isMidnight(p.To, in) {
		return dayText(p.From, in) + " to " + dayText(p.To.Add(-time.Nanosecond), in) + zone
	}
	return minuteText(p.From, in) + " to " + minuteText(p.To, in) + zone
}

// instantText is an instant with its date and zone.
func instantText(t time.Time, in *time.Location) string {
	return minuteText(t, in) + " (" + in.String() + ")"
}

func isMidnight(t time.Time, in *time.Location) bool {
	hour, minute, second := t.In(in).Clock()
	return hour == 0 && minute == 0 && second == 0
}

func dayText(t time.Time, in *time.Location) string { return t.In(in).Format("2 January 2006") }

func minuteText(t time.Time, in *time.Location) string {
	return t.In(in).Format("2 January 2006 15:04")
}
