package ledger

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Aging says how coarse the book may get with age and when it forgets.
type Aging struct {
	FiveMinutes time.Duration // slots older than this are merged into 5 minutes
	Hours       time.Duration // and older than this into hours
	Retention   time.Duration // older is deleted
}

// DefaultAging keeps slots for 8 days, 5 minutes for 40 days and hours for 400.
func DefaultAging() Aging {
	const day = 24 * time.Hour
	return Aging{FiveMinutes: 8 * day, Hours: 40 * day, Retention: 400 * day}
}

// Compact merges what is old enough and forgets what is too old. Sums over
// windows that begin and end at the coarser slots stay what they were.
func (l *Ledger) Compact(ctx context.Context, now time.Time, aging Aging) error {
	for _, rule := range []struct {
		age   time.Duration
		width int64
	}{{aging.FiveMinutes, 300}, {aging.Hours, 3600}} {
		cut := now.Add(-rule.age).Unix() / rule.width * rule.width
		if err := l.merge(ctx, cut, rule.width); err != nil {
			return err
		}
	}
	return l.forget(ctx, now.Add(-aging.Retention).Unix())
}

// mergeBatch is how many accounts one commit merges: few enough that no round has
// to wait for long.
const mergeBatch = 50

// merge widens the cells that end at or before cut.
func (l *Ledger) merge(ctx context.Context, cut, width int64) error {
	var pages []Page
	for _, key := range l.keys() {
		if page, ok := l.widened(key, cut, width); ok {
			pages = append(pages, page)
		}
	}
	for batch := range slices.Chunk(pages, mergeBatch) {
		if err := l.Record(ctx, batch...); err != nil {
			return err
		}
	}
	return nil
}

// widened is the page that merges what of an account is narrower than width and
// ends at or before cut; not ok when nothing is.
func (l *Ledger) widened(key string, cut, width int64) (Page, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.series[key]
	first := slices.IndexFunc(s.cells[:s.after(cut)], func(c cell) bool { return c.inc.Width < width })
	if first < 0 {
		return Page{}, false
	}
	narrow := s.cells[first].inc
	span := Span{From: (narrow.End - narrow.Width) / width * width, To: cut}
	return Page{merging: true, Span: span, Increments: map[string][]slo.Increment{key: Widen(s.in(span), width)}}, true
}

// forget deletes what ended at or before an instant. Memory knows whether there
// is any, so that the disk, which has no order by time alone, is not searched.
func (l *Ledger) forget(ctx context.Context, before int64) error {
	l.recording.Lock()
	defer l.recording.Unlock()
	old := slices.DeleteFunc(l.keys(), func(key string) bool {
		s := l.series[key]
		return s.after(before) == 0 && (len(s.notes) == 0 || s.notes[0].End > before)
	})
	if len(old) == 0 {
		return nil
	}
	if l.store != nil {
		if err := l.store.forget(ctx, old, before); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range old {
		s := l.series[key]
		s.cells = slices.Clone(s.cells[s.after(before):])
		s.notes = slices.DeleteFunc(slices.Clone(s.notes), func(a slo.Annotation) bool { return a.End <= before })
		s.sumFrom(0)
	}
	return nil
}

func (l *Ledger) keys() []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Collect(maps.Keys(l.series))
}
