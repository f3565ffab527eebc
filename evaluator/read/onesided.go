package read

import (
	"errors"
	"slices"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// goodMemory is how long, in seconds, good events that had series must have been
// gone to be believed that there are none. Shorter, and a restarted exporter
// reads as an outage; longer, and an outage is kept back.
const goodMemory = 600

var errGoodMissing = errors.New("the bad events have series and the good ones, which had some a short while ago, have none: " +
	"whether there were any cannot be told")

// withoutOneSided leaves out slots in which good events went missing a short
// while after there were some. The error is the reason if that is so in the
// newest.
func (r *Reader) withoutOneSided(sli plan.SLI, incs []slo.Increment, missing map[int64]bool, err error) ([]slo.Increment, error) {
	if len(missing) == 0 {
		return incs, err
	}
	var kept []slo.Increment
	for _, inc := range incs {
		doubtful := missing[inc.End] && (goodIn(incs, inc.End) || r.HadGood(sli.Key, inc.End-goodMemory, inc.End-inc.Width))
		if !doubtful {
			kept = append(kept, inc)
		} else if inc.End == incs[len(incs)-1].End {
			err = errGoodMissing
		}
	}
	return kept, err
}

// goodIn reports whether there were good events a short while before an instant.
func goodIn(incs []slo.Increment, before int64) bool {
	return slices.ContainsFunc(incs, func(inc slo.Increment) bool {
		return inc.End < before && inc.End >= before-goodMemory && inc.Good() > 0
	})
}
