package evaluator

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// reach is how far back an assessment of an objective looks that is also asked for
// extra burn windows.
func reach(s slo.SLO, extra []time.Duration) time.Duration {
	return max(s.Reach(), slices.Max(append(extra, 0)))
}

// correct looks up what is excluded between two instants, and after them as far as
// the periods of the calendar go that they lie in. Slots of the evaluation are excluded
// whole.
func (e *Evaluator) correct(s *subject, from, to time.Time) {
	s.corrections, s.excluded = nil, nil
	if e.cfg.Corrections == nil {
		return
	}
	for _, w := range s.Windows() {
		if _, end := w.Bounds(to); end.After(to) {
			to = end
		}
	}
	s.corrections = e.cfg.Corrections(s.SLO, from, to)
	slices.SortFunc(s.corrections, func(a, b slo.Correction) int { return a.From.Compare(b.From) })
	for _, c := range s.corrections {
		span := e.slots(c)
		if n := len(s.excluded); n > 0 && span.From <= s.excluded[n-1].To {
			s.excluded[n-1].To = max(s.excluded[n-1].To, span.To)
		} else if span.From < span.To {
			s.excluded = append(s.excluded, span)
		}
	}
}

// slots are the slots that a correction touches.
func (e *Evaluator) slots(c slo.Correction) ledger.Span {
	to := c.To.Add(time.Second - 1).Unix()
	return ledger.Span{From: ledger.Floor(c.From.Unix(), e.step), To: ledger.Ceil(to, e.step)}
}

// between sums up what is between two instants, without what is excluded.
func (e *Evaluator) between(s subject, from, to time.Time) slo.WindowSum {
	sum := e.cfg.Ledger.Sum(s.key, s.backend, from, to, s.excluded...)
	sum.Excluded.Slots = int(sum.Excluded.Time / e.cfg.Step)
	return sum
}

// corrections are those of a window, from where to where they act on it.
func (e *Evaluator) corrections(s subject, w slo.WindowSum) []slo.Correction {
	window := ledger.Span{From: w.From.Unix(), To: w.To.Unix()}
	var out []slo.Correction
	for _, c := range s.corrections {
		for _, span := range e.cfg.Ledger.Touched(s.key, window, e.slots(c)) {
			c.From, c.To = instant(span.From), instant(span.To)
			alone := s
			alone.excluded = ledger.Spans{span}
			c.Excluded = e.between(alone, w.From, w.To).Excluded
			out = append(out, c)
		}
	}
	return out
}
