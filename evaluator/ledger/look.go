package ledger

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Seen returns when the first and the last slot with samples at or before an
// instant ended.
func (l *Ledger) Seen(key string, at time.Time) (first, last time.Time, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil || a.empty() || a.firstEnd() > at.Unix() {
		return first, last, false
	}
	end, err := l.lastEnd(a, at.Unix())
	if err != nil {
		l.failed(a, err)
		return first, last, false
	}
	return time.Unix(a.firstEnd(), 0).UTC(), time.Unix(end, 0).UTC(), true
}

// lastEnd is the end of the last cell that ends at or before t; there is one.
func (l *Ledger) lastEnd(a *account, t int64) (end int64, err error) {
	if n := a.after(t); n > 0 {
		return a.open[n-1].end, nil
	}
	i := a.volumeAfter(t)
	if i > 0 {
		end = a.vols[i-1].end
	}
	if i == len(a.vols) || t < a.vols[i].firstEnd {
		return end, nil
	}
	err = l.inVolume(a, i, func(room *lent) {
		for _, c := range room.cells {
			if c.end <= t {
				end = c.end
			}
		}
	})
	return end, err
}

// Busiest is the most events a key counted in one slot of a width in seconds
// within a span.
func (l *Ledger) Busiest(key string, within Span, width int64) int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var most int64
	look := func(cells []cell) {
		for _, c := range cells {
			if int64(c.width) == width && within.holds(c.end) {
				most = max(most, c.total)
			}
		}
	}
	l.eachRun(key, within, func(v *volume) bool {
		whole := v.firstEnd > within.From && v.end <= within.To && int64(v.width) == width
		if whole {
			most = max(most, v.most)
		}
		return whole || int64(v.width) > width
	}, look)
	return most
}

// Ends lists the ends of the slots of a span in which a key had samples.
func (l *Ledger) Ends(key string, within Span) []int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var ends []int64
	l.eachRun(key, within, func(*volume) bool { return false }, func(cells []cell) {
		for _, c := range cells {
			if within.holds(c.end) {
				ends = append(ends, c.end)
			}
		}
	})
	return ends
}

// Slots shows the slots of a span in which a key had samples, by their ends and
// without classes. It is false when a part of them cannot be read.
func (l *Ledger) Slots(key string, within Span, look func(slo.Increment)) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.eachRun(key, within, func(*volume) bool { return false }, func(cells []cell) {
		for _, c := range cells {
			if within.holds(c.end) {
				look(c.increment())
			}
		}
	})
}

// eachRun shows the cells of an account by runs, those that may end in a span;
// volumes that skip says true of are left out. It is false when others cannot be
// read. The caller holds mu.
func (l *Ledger) eachRun(key string, within Span, skip func(*volume) bool, look func([]cell)) (whole bool) {
	a := l.accounts[key]
	if a == nil {
		return true
	}
	whole = true
	for i := a.volumeAfter(within.From); i < len(a.vols) && a.vols[i].firstEnd <= within.To; i++ {
		if skip(&a.vols[i]) {
			continue
		}
		if err := l.inVolume(a, i, func(room *lent) { look(room.cells) }); err != nil {
			l.failed(a, err)
			whole = false
		}
	}
	look(a.open[a.after(within.From):max(a.after(within.From), a.after(within.To))])
	return whole
}

// Increments returns what the book holds of a key in the slots that end within a
// span, sorted by end, or the first of them, no fewer than wanted. Where classes are kept in wider slots than counts, those of
// such a slot come with the last of its increments. The maps are the caller's. It
// is nil when a part of the span cannot be read.
func (l *Ledger) Increments(key string, within Span, wanted int) []slo.Increment {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		return nil
	}
	out, err := l.increments(a, within, l.unmix, wanted)
	if err != nil {
		l.failed(a, err)
		return nil
	}
	return out
}

// increments gives what is in the volumes by one of the ways below, and leaves out
// later volumes when there are as many as are wanted.
func (l *Ledger) increments(a *account, within Span, by func(contents, func(slo.Increment)), wanted int) ([]slo.Increment, error) {
	var out []slo.Increment
	add := func(inc slo.Increment) {
		if within.holds(inc.End) {
			out = append(out, inc)
		}
	}
	b := &binding{book: l, account: a.id}
	for i := a.volumeAfter(within.From); i < len(a.vols) && a.vols[i].firstEnd <= within.To; i++ {
		if len(out) >= wanted {
			return out, nil
		}
		c, err := b.contents(a.vols[i])
		if err != nil {
			return nil, err
		}
		by(c, add)
	}
	for i := a.after(within.From); i < len(a.open) && a.open[i].end <= within.To; i++ {
		inc := a.open[i].increment()
		if classes := a.openClasses(i); len(classes) > 0 {
			inc.Classes = l.named(classes.unpack())
		}
		add(inc)
	}
	return out, nil
}

func (c cell) increment() slo.Increment {
	return slo.Increment{End: c.end, Width: int64(c.width), Counts: slo.Counts{Total: c.total, Bad: c.bad}}
}

// unmix gives the cells of a volume, the last one of a class slot with its classes.
func (l *Ledger) unmix(c contents, give func(slo.Increment)) {
	slots := c.slots
	for _, cell := range c.cells {
		inc := cell.increment()
		if len(slots) > 0 && slots[0].end == cell.end {
			if len(slots[0].counts) > 0 {
				inc.Classes = l.named(slots[0].counts)
			}
			slots = slots[1:]
		}
		give(inc)
	}
}

// whole gives the cells of a volume, and as one those that share classes.
func (l *Ledger) whole(c contents, give func(slo.Increment)) {
	at := 0
	for _, slot := range c.slots {
		first := at
		for at < len(c.cells) && c.cells[at].end <= slot.end {
			at++
		}
		if len(slot.counts) == 0 || at == first {
			l.unmix(contents{cells: c.cells[first:at]}, give)
			continue
		}
		inc := slo.Increment{End: slot.end, Width: slot.end - c.cells[first].slot(), Classes: l.named(slot.counts)}
		for _, cell := range c.cells[first:at] {
			inc.Counts = inc.Counts.Add(cell.increment().Counts)
		}
		give(inc)
	}
	l.unmix(contents{cells: c.cells[at:]}, give)
}

// Extent is how many accounts there are, and when the first slot with samples of any
// of them ended; zero without any.
func (l *Ledger) Extent() (accounts int, oldest time.Time) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var first int64
	for _, a := range l.accounts {
		if !a.empty() && (first == 0 || a.firstEnd() < first) {
			first = a.firstEnd()
		}
	}
	if first > 0 {
		oldest = time.Unix(first, 0).UTC()
	}
	return len(l.accounts), oldest
}
