package ledger

import (
	"context"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Increments returns what the book holds of a key in the slots that end within a
// span, sorted by end. The maps are the caller's.
func (l *Ledger) Increments(key string, within Span) []slo.Increment {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	if s == nil {
		return nil
	}
	return slices.Clone(s.in(within))
}

// Derive opens the account of a key as a recount of the account of another, whose
// increments recount turns into those of the key. A slot of which it says false
// cannot be recounted: it is as if it had never been read, and so is what was
// never read of the other account. What the key already has stays unless a
// recount covers it.
func (l *Ledger) Derive(ctx context.Context, key, from string, recount func(slo.Increment) (slo.Increment, bool)) error {
	for _, page := range l.recounted(key, from, recount) {
		if err := l.Record(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

// recounted are the pages of a recount: one for every span that was read and can
// be recounted as a whole.
func (l *Ledger) recounted(key, from string, recount func(slo.Increment) (slo.Increment, bool)) []Page {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[from]
	if s == nil {
		return nil
	}
	var pages []Page
	for _, read := range s.reads {
		page := Page{Span: Span{From: read.From, To: read.From}}
		var incs []slo.Increment
		flush := func(to, next int64) {
			if page.Span.To = to; page.Span.From < to {
				page.Increments = map[string][]slo.Increment{key: incs}
				pages = append(pages, page)
			}
			page.Span.From, incs = next, nil
		}
		for _, inc := range s.in(read) {
			if counted, ok := recount(inc); ok {
				incs = append(incs, counted)
			} else {
				flush(inc.End-inc.Width, inc.End)
			}
		}
		flush(read.To, read.To)
	}
	return pages
}
