package ledger

import (
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// draft is what an account will be when a transaction has committed.
type draft struct {
	a         *account
	span      Span // that was read; empty when nothing was
	knowledge      // afterwards

	lo, hi int     // the open cells that are replaced
	fresh  []entry // by these

	cut     int64    // afterwards; raised by sealing
	sealed  int      // open cells that went into volumes
	binding *binding // nil: no volume changes
	heading bool     // the account's row on disk is written
	adopted bool     // its rows of the old form are deleted

	noted bool
	notes []slo.Annotation // afterwards
}

// revise lays the entries of a page over an account. The page's span has been
// added to the draft's knowledge.
func (l *Ledger) revise(d *draft, span Span, with []entry) error {
	if span.From >= d.a.cut || d.a.empty() && (len(with) == 0 || with[0].end > d.a.cut) {
		d.layOpen(l, span, with)
		return nil
	}
	return l.reviseSealed(d, span, with)
}

// layOpen revises open cells only: what did not change is not touched.
func (d *draft) layOpen(l *Ledger, span Span, with []entry) {
	a := d.a
	d.lo, d.hi = a.after(span.From), a.after(span.To)
	old := a.openEntries(l.oldScratch[:0], d.lo, d.hi)
	all := overlay(l.newScratch[:0], old, with)
	l.oldScratch, l.newScratch = old, all
	for len(old) > 0 && len(all) > 0 && sameEntry(old[0], all[0]) {
		old, all, d.lo = old[1:], all[1:], d.lo+1
	}
	for len(old) > 0 && len(all) > 0 && sameEntry(old[len(old)-1], all[len(all)-1]) {
		old, all, d.hi = old[:len(old)-1], all[:len(all)-1], d.hi-1
	}
	d.fresh = slices.Clone(all)
}

func sameEntry(a, b entry) bool {
	return a.equalCounts(b.cell) && slices.Equal(a.classes, b.classes)
}

// reviseSealed revises volumes, and what of the page is open.
func (l *Ledger) reviseSealed(d *draft, span Span, with []entry) error {
	a := d.a
	b := l.bind(a)
	w, err := b.unfold(span)
	if err != nil {
		return err
	}
	openHi := a.after(span.To)
	old := a.openEntries(slices.Clone(w.entries), 0, openHi)
	lo := indexAfter(old, span.From)
	hi := indexAfter(old, span.To)
	all := overlay(slices.Clone(old[:lo]), old[lo:hi], with)
	all = append(all, old[hi:]...)
	closed := indexAfter(all, a.cut)
	if err := b.fold(w, all[:closed], d.knowledge, a.cut); err != nil {
		return err
	}
	if b.changed {
		d.binding = b
	}
	d.lo, d.hi, d.fresh = 0, openHi, slices.Clone(all[closed:])
	d.trim()
	return nil
}

// trim leaves out what does not change at the ends of the open cells.
func (d *draft) trim() {
	for d.lo < d.hi && len(d.fresh) > 0 && sameEntry(entry{cell: d.a.open[d.lo], classes: d.a.openClasses(d.lo)}, d.fresh[0]) {
		d.lo, d.fresh = d.lo+1, d.fresh[1:]
	}
	for n := len(d.fresh); d.lo < d.hi && n > 0 && sameEntry(entry{cell: d.a.open[d.hi-1], classes: d.a.openClasses(d.hi - 1)}, d.fresh[n-1]); n-- {
		d.hi, d.fresh = d.hi-1, d.fresh[:n-1]
	}
}

func indexAfter(entries []entry, t int64) int {
	i := slices.IndexFunc(entries, func(e entry) bool { return e.end > t })
	if i < 0 {
		return len(entries)
	}
	return i
}

// unfolded is a run of volumes with their contents.
type unfolded struct {
	lo, hi  int // of the volumes
	held    []contents
	entries []entry // all their cells
}

// unfold reads the volumes whose ranges share time with a span, and the one that
// holds the cell after it.
func (b *binding) unfold(span Span) (unfolded, error) {
	w := unfolded{lo: slices.IndexFunc(b.vols, func(v volume) bool { return v.to() > span.From })}
	if w.lo < 0 {
		w.lo = len(b.vols)
	}
	w.hi = w.lo
	for w.hi < len(b.vols) {
		v := b.vols[w.hi]
		within := v.from() < span.To
		if !within && w.hi > w.lo && b.vols[w.hi-1].end > span.To {
			break
		}
		if err := w.read(b, v); err != nil {
			return w, err
		}
		if !within {
			break
		}
	}
	return w, nil
}

func (w *unfolded) read(b *binding, v volume) error {
	c, err := b.contents(v)
	if err != nil {
		return err
	}
	w.hi++
	w.held = append(w.held, c)
	for _, cell := range c.cells {
		w.entries = append(w.entries, entry{cell: cell, filed: true})
	}
	return nil
}

// fold puts entries, all that there are in the ranges of the volumes that were
// unfolded, into these volumes and new ones.
func (b *binding) fold(w unfolded, entries []entry, known knowledge, cut int64) error {
	before, isFirst := int64(0), w.lo == 0
	if !isFirst {
		before = b.vols[w.lo-1].end
	}
	old := b.vols
	var heads []volume
	kept := map[int32]bool{}
	changed := false
	for len(entries) > 0 {
		v, held := b.rangeOf(entries[0].cell, w, heads, cut)
		n := indexAfter(entries, v.to())
		for i := range entries[:n] {
			entries[i].gap = known.gap(entries[i].cell, before, isFirst)
			before, isFirst = entries[i].end, false
		}
		next := mix(v, held, entries[:n])
		entries = entries[n:]
		kept[v.first] = true
		if held != nil && held.equal(next) {
			heads = append(heads, b.own(slices.IndexFunc(old, func(o volume) bool { return o.first == v.first })))
			continue
		}
		changed = true
		if head, ok := b.keep(v, next); ok {
			heads = append(heads, head)
		}
	}
	for _, v := range old[w.lo:w.hi] {
		if !kept[v.first] {
			b.keep(v, contents{})
			changed = true
		}
	}
	if changed {
		b.replace(w.lo, w.hi, heads)
	}
	return nil
}

// rangeOf is the volume that a cell belongs in, with what it holds; nil for a new
// one.
func (b *binding) rangeOf(c cell, w unfolded, fresh []volume, cut int64) (volume, *contents) {
	at := hourOf(c.end)
	for i := w.lo; i < w.hi; i++ {
		if v := b.vols[i]; v.first <= at && at < v.first+v.hours {
			return v, &w.held[i-w.lo]
		}
	}
	return place(c, [][]volume{b.vols, fresh}, cut), nil
}

func (c *contents) equal(d contents) bool {
	return slices.Equal(c.cells, d.cells) && slices.EqualFunc(c.slots, d.slots, func(x, y classSlot) bool {
		return x.end == y.end && slices.Equal(x.counts, y.counts)
	})
}
