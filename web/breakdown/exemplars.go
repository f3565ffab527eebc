package breakdown

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Example is an exemplar as one of the SLOs of a function counts it.
type Example struct {
	slo.Exemplar
	SLO     slo.SLO
	Bad     bool
	Seconds *float64 // how long the call took; nil where the SLO is of no latency
}

// Examples tells of exemplars between two instants which SLO counts them: the first that
// takes one for bad, or else the first that counts it. What none counts is left out.
func Examples(slos []slo.SLO, found []slo.Exemplar, from, to time.Time) (list []Example) {
	judges := make([]func(slo.Exemplar) (bool, bool), len(slos))
	for i := range slos {
		judges[i] = slos[i].SLI.ExemplarJudge()
	}
	for _, e := range found {
		if e.Time.Before(from) || e.Time.After(to) {
			continue
		}
		at := -1
		bad := false
		for i, judge := range judges {
			counts, isBad := judge(e)
			if counts && at < 0 || isBad && !bad {
				at, bad = i, isBad
			}
		}
		if at >= 0 {
			list = append(list, example(e, slos[at], bad))
		}
	}
	return list
}

func example(e slo.Exemplar, of slo.SLO, bad bool) Example {
	out := Example{Exemplar: e, SLO: of, Bad: bad}
	if l := of.SLI.Latency; l != nil {
		seconds := e.Value * l.Unit.Seconds()
		out.Seconds = &seconds
	}
	return out
}

// OnlyBad are those of bad events.
func OnlyBad(list []Example) []Example {
	return slices.DeleteFunc(slices.Clone(list), func(e Example) bool { return !e.Bad })
}

// Newest puts the latest first.
func Newest(a, b Example) int {
	return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.Value, a.Value), cmp.Compare(a.Trace(), b.Trace()))
}

// Slowest puts the call first that took longest, and last those of which that is not
// known.
func Slowest(a, b Example) int {
	if a.Seconds == nil || b.Seconds == nil {
		return cmp.Or(known(b.Seconds)-known(a.Seconds), Newest(a, b))
	}
	return cmp.Or(cmp.Compare(*b.Seconds, *a.Seconds), Newest(a, b))
}

func known(v *float64) int {
	if v == nil {
		return 0
	}
	return 1
}
