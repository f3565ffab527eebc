package ledger

import (
	"context"
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

// merge widens the cells that end at or before cut.
func (l *Ledger) merge(ctx context.Context, cut, width int64) error {
	for _, key := range l.keys() {
		l.mu.RLock()
		old := l.series[key].in(Span{To: cut})
		l.mu.RUnlock()
		first := -1
		for i, inc := range old {
			if inc.Width < width {
				first = i
				break
			}
		}
		if first < 0 {
			continue
		}
		from := (old[first].End - old[first].Width) / width * width
		page := Page{merging: true, Span: Span{From: from, To: cut}, Increments: map[string][]slo.Increment{key: Widen(old[first:], width)}}
		if err := l.Record(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) forget(ctx context.Context, before int64) error {
	l.recording.Lock()
	defer l.recording.Unlock()
	if l.store != nil {
		if err := l.store.forget(ctx, before); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.series {
		if i := s.after(before); i > 0 {
			s.cells = append([]cell(nil), s.cells[i:]...)
			s.sumFrom(0)
		}
	}
	return nil
}

func (l *Ledger) keys() []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	keys := make([]string, 0, len(l.series))
	for key := range l.series {
		keys = append(keys, key)
	}
	return keys
}
