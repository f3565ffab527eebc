package evaluator

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Annotations are those of an objective between two instants, by time:
// those of the account that was in force at each, and the seams between
// revisions. Slots that lie between two scrapes are not worth an annotation.
func (e *Evaluator) Annotations(s slo.SLO, from, to time.Time) []slo.Annotation {
	first := s.At(from)
	first.History = nil
	var out []slo.Annotation
	for _, r := range s.History {
		if !r.From.After(from) || r.From.After(to) || r.Number <= first.Revision {
			continue
		}
		out = append(out, e.annotationsOf(first, from, r.From)...)
		out = append(out, slo.Annotation{End: r.From.Unix(), Kind: slo.Seam, Text: fmt.Sprintf("revision %d begins: %s", r.Number, r.Change)})
		first, from = s.At(r.From), r.From
	}
	out = append(out, e.annotationsOf(first, from, to)...)
	return e.withCorrections(s, out, from, to)
}

// withCorrections adds what is excluded between two instants.
func (e *Evaluator) withCorrections(s slo.SLO, notes []slo.Annotation, from, to time.Time) []slo.Annotation {
	subject := e.subject(s)
	e.correct(&subject, from, to)
	if len(subject.corrections) == 0 {
		return notes
	}
	for _, c := range e.corrections(subject, e.between(subject, from, to)) {
		notes = append(notes, c.Annotation())
	}
	slices.SortStableFunc(notes, func(a, b slo.Annotation) int { return cmp.Compare(a.End, b.End) })
	return notes
}

// quietGap is the longest time between two scrapes.
const quietGap = 2 * time.Minute

func (e *Evaluator) annotationsOf(s slo.SLO, from, to time.Time) []slo.Annotation {
	return slices.DeleteFunc(e.cfg.Ledger.Annotations(e.key(s), from, to), func(a slo.Annotation) bool {
		return a.Kind == slo.Bridged && a.Width-e.step <= int64(quietGap/time.Second)
	})
}
