package ledger

import (
	"context"
	"math"

	"github.com/slofuse/slofuse/slo"
)

// Derive opens the account of a key as a recount of the account of another, whose
// increments recount turns into those of the key. A slot of which it says false
// cannot be recounted: it is as if it had never been read, and so is what was
// never read of the other account. What the key already has stays: a recount may
// be coarser than what was read, and fills only what is missing.
func (l *Ledger) Derive(ctx context.Context, key, from string, recount func(slo.Increment) (slo.Increment, bool)) error {
	pages, err := l.recounted(key, from, recount)
	if err != nil {
		return err
	}
	for _, page := range pages {
		if err := l.Record(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

// recounted are the pages of a recount: one for every span that was read and can
// be recounted as a whole.
func (l *Ledger) recounted(key, from string, recount func(slo.Increment) (slo.Increment, bool)) ([]Page, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[from]
	if a == nil {
		return nil, nil
	}
	var pages []Page
	for _, read := range a.reads {
		held, err := l.increments(a, read, l.whole, math.MaxInt)
		if err != nil {
			return nil, err
		}
		span := Span{From: read.From, To: read.From}
		var incs []slo.Increment
		flush := func(to, next int64) {
			if span.To = to; span.From < to {
				pages = append(pages, l.fill(key, span, incs, a.doubts)...)
			}
			span.From, incs = next, nil
		}
		for _, inc := range held {
			if counted, ok := recount(inc); ok {
				incs = append(incs, counted)
			} else {
				flush(inc.End-inc.Width, inc.End)
			}
		}
		flush(read.To, read.To)
	}
	return pages, nil
}

// fill makes pages of the parts of a span that a key lacks. Where an increment
// sticks out of such a part, the part ends before it.
func (l *Ledger) fill(key string, span Span, incs []slo.Increment, doubts Spans) []Page {
	lacks := Spans{span}
	if a := l.accounts[key]; a != nil {
		lacks = a.reads.Missing(span)
	}
	var pages []Page
	for _, part := range lacks {
		for _, inc := range incs {
			begin := inc.End - inc.Width
			if begin < part.From && inc.End > part.From {
				part.From = inc.End
			}
			if begin < part.To && inc.End > part.To {
				part.To = begin
			}
		}
		if part.From < part.To {
			pages = append(pages, Page{
				Span: part, Increments: map[string][]slo.Increment{key: Cut(incs, part)}, Unknown: map[string]Spans{key: doubts.Cut(part)},
			})
		}
	}
	return pages
}
