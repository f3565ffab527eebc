package course

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Grade is how a day went.
type Grade string

// The grades. A day of which too little is known has no other, and one without a
// call kept nothing.
const (
	Unknown  Grade = "unknown"  // less than [slo.MinCoverage] of it is known
	Excluded Grade = "excluded" // maintenance takes out more than half of it
	Idle     Grade = "idle"     // nothing was called
	Kept     Grade = "kept"     // at or above the objective
	Missed   Grade = "missed"   // below it
	Heavy    Grade = "heavy"    // below it, and [HeavyShare] of the budget or more is gone by this day alone
)

// HeavyShare is the share of an error budget that is much for one day.
const HeavyShare = 0.1

// Day is one day of an SLO.
type Day struct {
	Start, End time.Time // its midnights; a day that goes on ends now
	slo.Counts

	Coverage float64
	Excluded slo.Exclusion
	Grade    Grade
	// Share is how much of the error budget of its window the day took: bad events by
	// the allowed ones. Nil where the day or the budget is unknown.
	Share    *float64
	Previous bool // it belongs to the window before
	Running  bool // it is not over
}

// SuccessRatio is that of the day; unknown where the day is, and without a call.
func (d Day) SuccessRatio() (ratio float64, known bool) {
	if d.Grade == Unknown || d.Grade == Excluded {
		return 0, false
	}
	return d.Counts.SuccessRatio()
}

// Midnights are the bounds of the days of a zone from the one that holds an instant
// to another instant, which is the last of them. Where a clock jumps over midnight
// a day begins where it goes on.
func Midnights(from, to time.Time, zone *time.Location) []time.Time {
	if !from.Before(to) {
		return nil
	}
	year, month, day := from.In(zone).Date()
	var out []time.Time
	for i := 0; ; i++ {
		at := time.Date(year, month, day+i, 0, 0, 0, 0, zone)
		if !at.Before(to) {
			return append(out, to)
		}
		if len(out) == 0 || at.After(out[len(out)-1]) {
			out = append(out, at)
		}
	}
}

// Days judges the days between bounds, of which sums tell what was counted. Days
// that begin before an instant are of the window before: their shares are of what
// those days together allowed, if most of them are known. Allowed is what the window
// itself does, in counts; 0 where that is unknown.
func Days(sums []slo.WindowSum, bounds []time.Time, o slo.Objective, began time.Time, allowed float64) []Day {
	if len(sums)+1 != len(bounds) {
		return nil
	}
	var before int64
	earlier, known := 0, 0
	out := make([]Day, len(sums))
	for i, p := range sums {
		d := Day{Start: bounds[i], End: bounds[i+1], Counts: p.Counts, Coverage: p.Coverage, Excluded: p.Excluded, Previous: bounds[i].Before(began)}
		if d.Previous {
			before += p.Total
			earlier++
			if p.Coverage >= slo.MinCoverage {
				known++
			}
		}
		last := i == len(sums)-1
		year, month, day := d.Start.Date()
		d.Running = last && d.End.Before(time.Date(year, month, day+1, 0, 0, 0, 0, d.Start.Location()))
		out[i] = d
	}
	for i := range out {
		of := allowed
		if out[i].Previous {
			of = o.Allowed(before)
			if 2*known < earlier {
				of = 0
			}
		}
		out[i].judge(o, of)
	}
	return out
}

func (d *Day) judge(o slo.Objective, allowed float64) {
	switch {
	case d.Excluded.Mostly():
		d.Grade = Excluded
		return
	case d.Coverage < slo.MinCoverage:
		d.Grade = Unknown
		return
	}
	if allowed > 0 {
		share := float64(d.Bad) / allowed
		d.Share = &share
	}
	rate, called := o.BurnRate(d.Counts)
	switch {
	case !called:
		d.Grade = Idle
	case rate <= 1:
		d.Grade = Kept
	case d.Share != nil && *d.Share >= HeavyShare:
		d.Grade = Heavy
	default:
		d.Grade = Missed
	}
}
