package summary

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// The label and the value that mark a function as critical.
const (
	TierLabel    = "tier"
	TierCritical = "critical"
)

// Critical are the objectives that carry the label tier=critical; all of them where
// none does, and then marked is false.
func Critical(pairs []Pair) (chosen []Pair, marked bool) {
	for _, p := range pairs {
		if p.Now.SLO.Labels[TierLabel] == TierCritical {
			chosen = append(chosen, p)
		}
	}
	if len(chosen) == 0 {
		return pairs, false
	}
	return chosen, true
}

// availability is the name that most people give the objective of what succeeds.
const availability = "availability"

// PerFunction picks the objective that says how many calls of each function
// succeeded, so that no call counts twice: of those that count calls and whether they
// failed, which latencies and slots of time do not, the one named "availability",
// else the first by name. Parts of an objective are in the whole.
func PerFunction(pairs []Pair) []Pair {
	var chosen []int
	at := map[slo.ID]int{}
	for i, p := range pairs {
		if _, part := p.Now.SLO.Whole(); part || !countsCalls(&p.Now.SLO.SLI) {
			continue
		}
		function := functionOf(p)
		n, taken := at[function]
		switch {
		case !taken:
			at[function] = len(chosen)
			chosen = append(chosen, i)
		case preferred(p, pairs[chosen[n]]):
			chosen[n] = i
		}
	}
	out := make([]Pair, len(chosen))
	for n, i := range chosen {
		out[n] = pairs[i]
	}
	return out
}

func countsCalls(s *slo.SLI) bool { return s.Latency == nil && !s.Scale().Timed }

func preferred(p, to Pair) bool {
	if is := p.ID().Name == availability; is != (to.ID().Name == availability) {
		return is
	}
	return p.ID().Name < to.ID().Name
}

// Success is how many calls succeeded, over functions, and the time that failures
// took. Sums of disjoint functions add up.
type Success struct {
	Good, Total float64 // calls
	Functions   int     // that are counted
	Unknown     int     // functions that are left out, because too little is known of them
	Lost        time.Duration
}

// Successes adds up records, one for each function, see [PerFunction].
func Successes(records []Record) Success {
	var s Success
	for _, r := range records {
		if _, known := r.SuccessRatio(); !known {
			s.Unknown++
			continue
		}
		scale := r.SLO.SLI.Scale()
		lost, _ := r.Lost()
		s = s.Add(Success{Good: scale.Events(r.Sum.Good()), Total: scale.Events(r.Sum.Total), Functions: 1, Lost: lost})
	}
	return s
}

// Add is the success of both, of functions that are in one of them only.
func (s Success) Add(o Success) Success {
	return Success{
		Good: s.Good + o.Good, Total: s.Total + o.Total,
		Functions: s.Functions + o.Functions, Unknown: s.Unknown + o.Unknown, Lost: s.Lost + o.Lost,
	}
}

// Ratio is Good/Total: every call weighs the same. It is unknown without calls.
func (s Success) Ratio() (ratio float64, known bool) {
	if s.Total <= 0 {
		return 0, false
	}
	return s.Good / s.Total, true
}

// Nows are the records of the period, Befores those of the one before.
func Nows(pairs []Pair) []Record {
	return records(pairs, func(p Pair) Record { return p.Now })
}

// Befores are the records of the period before.
func Befores(pairs []Pair) []Record {
	return records(pairs, func(p Pair) Record { return p.Before })
}

func records(pairs []Pair, which func(Pair) Record) []Record {
	out := make([]Record, len(pairs))
	for i, p := range pairs {
		out[i] = which(p)
	}
	return out
}

// Comparable are the pairs of which both periods were measured: a change of sums is
// told of these alone, or what was not known before would look like growth.
func Comparable(pairs []Pair) []Pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool {
		return p.Now.unmeasured() != "" || p.Before.unmeasured() != ""
	})
}

// Losers orders functions by the time that failures took, the most first, without
// those of which it is not known or nothing.
func Losers(pairs []Pair) []Pair {
	return ranked(pairs, func(p Pair) (float64, bool) {
		lost, known := p.Now.Lost()
		return lost.Seconds(), known && lost > 0
	})
}
