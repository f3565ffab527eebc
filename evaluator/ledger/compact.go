package ledger

import (
	"cmp"
	"context"
	"maps"
	"math"
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

// pass is one compaction in Unix seconds: all up to cut is sealed, all up to fine
// may be merged into 5 minutes and all up to coarse into hours; what ended up to
// forget goes.
type pass struct{ cut, fine, coarse, forget int64 }

func passAt(now time.Time, aging Aging) pass {
	ago := func(age time.Duration) int64 { return now.Add(-age).Unix() }
	return pass{
		cut: cutOf(now.Unix()), fine: ago(aging.FiveMinutes) / hour * hour, coarse: ago(aging.Hours) / hour * hour,
		forget: ago(aging.Retention),
	}
}

// due reports whether there may be something to do after an earlier pass.
func (p pass) due(done pass) bool {
	p.forget, done.forget = p.forget/hour, done.forget/hour
	return p != done
}

// clockLead is how far a clock may be ahead of the newest sample in the book.
const clockLead = 24 * time.Hour

// believed is an instant, or the last one that a clock is believed: one that is set
// to another year does not make the book forget.
func (l *Ledger) believed(now time.Time) time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	newest := int64(math.MinInt64)
	for _, a := range l.accounts {
		newest = max(newest, a.lastEnd())
	}
	if latest := time.Unix(newest, 0).Add(clockLead); newest > math.MinInt64 && now.After(latest) {
		return latest
	}
	return now
}

// compactBatch is how many accounts one commit changes: few enough that no round
// has to wait for long.
const compactBatch = 64

// Compact seals the cells that rounds do not read again, folds volumes that are
// old enough into larger and coarser ones, and forgets what is too old: a volume
// goes, or gets coarser, when all of its range is old enough. Sums over windows
// that begin and end at the coarser slots stay what they were. Within an hour it
// does that once; a volume that could not be read since the last time is an error
// every time. Ages are reckoned from an instant that is a day after the newest
// sample at most.
func (l *Ledger) Compact(ctx context.Context, now time.Time, aging Aging) error {
	p := passAt(l.believed(now), aging)
	done, logged := l.before()
	if p.due(done) {
		for batch := range slices.Chunk(l.byID(), compactBatch) {
			if err := l.compact(ctx, p, batch); err != nil {
				return err
			}
		}
		if err := l.finish(ctx, p, logged); err != nil {
			return err
		}
	}
	l.faultMu.Lock()
	defer l.faultMu.Unlock()
	fault := l.fault
	l.fault = nil
	return fault
}

// before is the pass before one that begins, and the newest row of the log. What
// is recorded while a pass runs may be of accounts that it does not see or has
// seen, so the rows that come after stay for the next.
func (l *Ledger) before() (done pass, logged int64) {
	l.recording.Lock()
	defer l.recording.Unlock()
	if l.store != nil {
		logged = l.store.lastLogged()
	}
	return l.done, logged
}

// byID are the accounts in the order of their rows.
func (l *Ledger) byID() []*account {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.SortedFunc(maps.Values(l.accounts), func(a, b *account) int { return cmp.Compare(a.id, b.id) })
}

// compact does a pass over some accounts.
func (l *Ledger) compact(ctx context.Context, p pass, batch []*account) error {
	l.recording.Lock()
	defer l.recording.Unlock()
	var drafts []*draft
	for _, a := range batch {
		d, err := l.tidy(a, p)
		if err != nil {
			return err
		}
		if d != nil {
			drafts = append(drafts, d)
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	return l.commit(ctx, drafts)
}

// tidy is what a pass makes of an account; nil when nothing changes.
func (l *Ledger) tidy(a *account, p pass) (*draft, error) {
	d := &draft{a: a, knowledge: a.knowledge, cut: max(a.cut, p.cut), notes: a.notes}
	b := l.bind(a)
	if d.sealed = a.after(d.cut); d.sealed > 0 {
		w, err := b.unfold(Span{From: a.open[0].end - 1, To: d.cut})
		if err != nil {
			return nil, err
		}
		if err := b.fold(w, a.openEntries(w.entries, 0, d.sealed), a.knowledge, d.cut); err != nil {
			return nil, err
		}
	}
	if err := b.age(p, d.knowledge); err != nil {
		l.failed(a, err) // the others go on, and the rest of this one
	}
	d.forget(b, p.forget)
	d.settleDoubts(p)
	if b.changed {
		d.binding = b
	}
	d.heading = a.stale && l.store != nil && l.store.logged(p.cut)
	if !b.changed && !d.heading && !d.noted {
		return nil, nil
	}
	return d, nil
}

// forget leaves out what ended at or before an instant.
func (d *draft) forget(b *binding, before int64) {
	n := 0
	for n < len(b.vols) && b.vols[n].end <= before {
		b.keep(b.vols[n], contents{})
		n++
	}
	if n > 0 {
		b.replace(0, n, nil)
	}
	d.notes = slices.DeleteFunc(slices.Clone(d.notes), func(a slo.Annotation) bool { return a.End <= before })
	d.noted = len(d.notes) != len(d.a.notes)
}

// settleDoubts forgets doubts that are too old for cells narrow enough that a gap
// between two of them could count as known.
func (d *draft) settleDoubts(p pass) {
	if n := len(d.doubts); n > 0 {
		d.doubts = d.doubts.Cut(Span{From: p.fine - twoDays*hour, To: d.doubts[n-1].To})
	}
}

// finish drops the rows of the log, up to one, of which all is sealed.
func (l *Ledger) finish(ctx context.Context, p pass, logged int64) error {
	l.recording.Lock()
	defer l.recording.Unlock()
	if l.store != nil {
		if err := l.store.dropLog(ctx, p.cut, logged); err != nil {
			return err
		}
		if err := l.store.shrink(ctx); err != nil {
			return err
		}
	}
	l.done = p
	return nil
}
