package evaluator

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Detail is the past of an objective in steps with its events told apart, from the
// ledger alone; the last step ends at to. Every step is judged by the revision in
// force at its end. Steps that begin and end where [slo.DetailWidth] allows add up to
// the events of the whole.
func (e *Evaluator) Detail(s slo.SLO, from, to time.Time, step time.Duration) []slo.DetailStep {
	var out []slo.DetailStep
	var then subject
	for at := from; at.Before(to); at = at.Add(step) {
		end := at.Add(step)
		if end.After(to) {
			end = to
		}
		if now := s.At(end); len(out) == 0 || now.Revision != then.Revision {
			then = e.subject(now)
			e.correct(&then, at, to)
		}
		out = append(out, e.detailStep(then, at, end))
	}
	return out
}

func (e *Evaluator) detailStep(s subject, from, to time.Time) slo.DetailStep {
	sum := e.between(s, from, to)
	d := slo.DetailStep{From: from, Time: to, Counts: sum.Counts, Coverage: sum.Coverage}
	switch {
	case s.SLI.Latency != nil:
		d.Buckets = e.buckets(s, from, to)
	case s.SLI.Ratio != nil:
		d.Classes = e.classes(s, from, to)
	}
	return d
}

// classes are the kinds of bad events between two instants, most frequent first.
func (e *Evaluator) classes(s subject, from, to time.Time) []slo.ClassCount {
	var out []slo.ClassCount
	for class, n := range e.cfg.Ledger.Classes(s.key, from, to, s.excluded...) {
		if n != 0 {
			out = append(out, slo.ClassCount{Labels: slo.ParseClassKey(class), Bad: n})
		}
	}
	slices.SortFunc(out, func(x, y slo.ClassCount) int {
		return cmp.Or(cmp.Compare(y.Bad, x.Bad), cmp.Compare(slo.ClassKey(x.Labels), slo.ClassKey(y.Labels)))
	})
	return out
}
