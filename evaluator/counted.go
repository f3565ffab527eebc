package evaluator

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Counted is what the ledger holds of an objective between instants that follow one
// another: one point for each two, without the budget that was left then. Each is
// judged by the revision in force at its end.
func (e *Evaluator) Counted(s slo.SLO, bounds []time.Time) []slo.Point {
	if len(bounds) < 2 {
		return nil
	}
	first, last := bounds[0], bounds[len(bounds)-1]
	out := make([]slo.Point, 0, len(bounds)-1)
	then := e.counted(s.At(bounds[1]), first, last)
	for i, to := range bounds[1:] {
		if now := s.At(to); now.Revision != then.Revision {
			then = e.counted(now, bounds[i], last)
		}
		sum := e.between(then, bounds[i], to)
		out = append(out, slo.Point{Time: to, Counts: sum.Counts, Scale: then.SLI.Scale(), Coverage: sum.Coverage, Excluded: sum.Excluded})
	}
	return out
}

func (e *Evaluator) counted(s slo.SLO, from, to time.Time) subject {
	out := e.subject(s)
	e.correct(&out, from, to)
	return out
}
