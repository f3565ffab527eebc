package ledger

import "slices"

// mix is what a volume holds after entries took the place of its cells: the cells,
// and their classes in slots of the volume's class width.
//
// A volume knows the classes of a slot and not of each of its cells. So where
// only a part of the cells of a slot is replaced by others, the old classes are
// kept in proportion to the cells that stay; where the new cells count what the
// old ones did, the slot stays as it is.
func mix(v volume, held *contents, entries []entry) contents {
	out := contents{cells: make([]cell, 0, len(entries))}
	width, classed := v.classWidth(), false
	for len(entries) > 0 {
		slot := Ceil(entries[0].end, width)
		n := indexAfter(entries, slot)
		for _, e := range entries[:n] {
			out.cells = append(out.cells, e.cell)
		}
		counts := mixSlot(held.within(slot-width, slot), entries[:n])
		classed = classed || len(counts) > 0
		out.slots = append(out.slots, classSlot{end: entries[n-1].end, counts: counts})
		entries = entries[n:]
	}
	if !classed {
		out.slots = nil
	}
	return out
}

// within is what of the contents ends in (from, to].
func (c *contents) within(from, to int64) contents {
	var out contents
	if c == nil {
		return out
	}
	for _, cell := range c.cells {
		if cell.end > from && cell.end <= to {
			out.cells = append(out.cells, cell)
		}
	}
	for _, slot := range c.slots {
		if slot.end > from && slot.end <= to {
			out.slots = append(out.slots, slot)
		}
	}
	return out
}

func mixSlot(old contents, entries []entry) tally {
	var kept, fresh tally
	for _, slot := range old.slots {
		kept.addAll(slot.counts)
	}
	stays, allSame := 0, true
	for _, e := range entries {
		if e.filed {
			stays++
			continue
		}
		fresh.addPacked(e.classes, 1)
		allSame = allSame && e.same
	}
	switch {
	case stays == 0:
		return fresh.clean()
	case allSame && len(entries) == len(old.cells):
		return kept
	}
	kept = old.shareOf(kept, entries)
	kept.addAll(fresh)
	return kept.clean()
}

// clean is a tally without classes of zero.
func (t tally) clean() tally {
	return slices.DeleteFunc(t, func(c classCount) bool { return c.n == 0 })
}

// shareOf is the part of a slot's classes that belongs to its filed entries: by
// bad events when the classes split these, by all events otherwise.
func (c contents) shareOf(all tally, entries []entry) tally {
	var had, has sums
	for i := range c.cells {
		had.addCell(&c.cells[i])
	}
	for i := range entries {
		if entries[i].filed {
			has.addCell(&entries[i].cell)
		}
	}
	if all.sum() == had.bad {
		return all.share(has.bad, had.bad)
	}
	return all.share(has.total, had.total)
}
