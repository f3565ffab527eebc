package evaluator

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Counted is what the ledger holds of an objective between instants that follow one
// another: one sum for each two, by the revision in force at its end. A sum begins
// where the cell of the ledger does that holds its first instant, and its length is
// from there: where cells are wider than the bounds are apart, one sum has all of a
// cell and those after it nothing.
func (e *Evaluator) Counted(s slo.SLO, bounds []time.Time) []slo.WindowSum {
	if len(bounds) < 2 {
		return nil
	}
	first, last := bounds[0], bounds[len(bounds)-1]
	out := make([]slo.WindowSum, 0, len(bounds)-1)
	then := e.counted(s.At(bounds[1]), first, last)
	for i, to := range bounds[1:] {
		if now := s.At(to); now.Revision != then.Revision {
			then = e.counted(now, bounds[i], last)
		}
		sum := e.between(then, bounds[i], to)
		sum.Length, sum.To = to.Sub(sum.From), to
		out = append(out, sum)
	}
	return out
}

func (e *Evaluator) counted(s slo.SLO, from, to time.Time) subject {
	out := e.subject(s)
	e.correct(&out, from, to)
	return out
}
