package course

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Beat is one step of a [Pulse].
type Beat struct {
	Known bool    // enough is known of the step
	Rate  float64 // how fast it spent the error budget; 0 without a call, and where it is not known
}

// Pulse is how fast each of some steps that follow one another spent the error budget:
//
//	error ratio of the step / (1 − objective)
//
// A step is unknown where [slo.WindowSum.Decides] says so.
func Pulse(sums []slo.WindowSum, o slo.Objective) []Beat {
	out := make([]Beat, len(sums))
	for i, sum := range sums {
		out[i].Known = sum.Decides()
		if rate, called := o.BurnRate(sum.Counts); called && out[i].Known {
			out[i].Rate = rate
		}
	}
	return out
}

// Steps are the bounds of the last steps of some length until an instant. They begin at
// whole multiples of it, so the last step goes on unless the instant is one.
func Steps(to time.Time, step time.Duration, count int) []time.Time {
	last := to.Truncate(step)
	if last.Equal(to) {
		last = last.Add(-step)
	}
	out := make([]time.Time, 0, count+1)
	for i := range count {
		out = append(out, last.Add(-time.Duration(count-1-i)*step))
	}
	return append(out, to)
}
