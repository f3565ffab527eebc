package evaluator

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Sum is what was counted of an objective between two instants, without what is
// excluded. It is far cheaper than [Evaluator.Assess]: it takes two looks into the
// ledger. What was not read yet of the newest slots is unknown; what catching up has
// still to read before is said.
func (e *Evaluator) Sum(s slo.SLO, from, to time.Time) slo.WindowSum {
	of := e.subject(s)
	e.correct(&of, from, to)
	sum := e.between(of, from, to)
	if read, ok := e.cfg.Ledger.ReadTo(of.key, to); ok {
		to = read
	}
	sum.Unread = within(sum, e.unread(of, to))
	return sum
}

// Buckets are the events of an objective between two instants by how long they took, in
// seconds and no order; none of one that has no latency. Buckets are kept in wider slots
// than counts: instants that fall into such a slot, of an hour or, after 40 days, a day, are
// moved to its start.
func (e *Evaluator) Buckets(s slo.SLO, from, to time.Time) []slo.Bucket {
	if s.SLI.Latency == nil {
		return nil
	}
	of := e.subject(s)
	e.correct(&of, from, to)
	return e.buckets(of, from, to)
}

// WindowAt is the window of an objective at an instant, with a forecast of what is
// to come of a calendar's period, as [Evaluator.Assess] tells it.
func (e *Evaluator) WindowAt(s slo.SLO, at time.Time) slo.WindowSum {
	of := e.subject(s)
	if read, ok := e.cfg.Ledger.ReadTo(of.key, at); ok {
		at = read
	}
	e.correct(&of, at.Add(-s.Reach()), at)
	sum := e.window(of, at, s.Window)
	sum.Unread = within(sum, e.unread(of, at))
	return sum
}
