package ledger

import "slices"

// rangeFor is the largest range that a volume may be folded into, and the width in
// seconds of its narrowest slots.
func (p pass) rangeFor(v volume) (target volume, width int32) {
	target = volume{first: v.first, hours: v.hours}
	for _, step := range []struct {
		hours int32
		upTo  int64
	}{{sixHours, p.cut}, {halfDay, p.cut - twoDays*hour}, {twoDays, p.fine}, {manyWeeks, p.coarse}} {
		wide := volume{first: Floor(v.first, step.hours), hours: step.hours}
		if step.hours > target.hours && wide.to() <= step.upTo {
			target = wide
		}
	}
	switch to := target.to(); {
	case to <= p.coarse:
		width = hour
	case to <= p.fine:
		width = 300
	}
	return target, width
}

// age folds and widens volumes as far as a pass lets it, and leaves those alone
// that cannot be read, with all that they would be folded with. The list gets
// shorter on the way.
func (b *binding) age(p pass, known knowledge) (fault error) {
	note := func(err error) {
		if fault == nil {
			fault = err
		}
	}
	for lo := 0; lo < len(b.vols); lo++ {
		target, width := p.rangeFor(b.vols[lo])
		if target.hours == b.vols[lo].hours && b.vols[lo].width >= width {
			continue
		}
		hi := lo + 1
		for hi < len(b.vols) && b.vols[hi].first < target.first+target.hours {
			hi++
		}
		if err := b.melt(lo, hi, target, width, known); err != nil {
			note(err)
			lo = hi - 1
			continue
		}
		note(b.mend(lo+1, known))
	}
	return fault
}

// melt makes one volume of some, in slots no narrower than a width.
func (b *binding) melt(lo, hi int, into volume, width int32, known knowledge) error {
	var all contents
	for _, v := range b.vols[lo:hi] {
		c, err := b.contents(v)
		if err != nil {
			return err
		}
		if len(c.slots) == 0 && len(all.slots) > 0 || len(c.slots) > 0 && len(all.slots) == 0 {
			c.slots, all.slots = c.allSlots(v), all.allSlots(into)
		}
		all.cells = append(all.cells, c.cells...)
		all.slots = append(all.slots, c.slots...)
	}
	for _, v := range b.vols[lo:hi] {
		b.keep(v, contents{})
	}
	all.widen(width, into.classWidth())
	before, isFirst := int64(0), lo == 0
	if !isFirst {
		before = b.vols[lo-1].end
	}
	for i := range all.cells {
		all.cells[i].gap = known.gap(all.cells[i], before, isFirst)
		before, isFirst = all.cells[i].end, false
	}
	head, _ := b.keep(into, all)
	b.replace(lo, hi, []volume{head})
	return nil
}

// mend finds anew where the first cell of a volume starts, after the one before it
// got a later end.
func (b *binding) mend(i int, known knowledge) error {
	if i >= len(b.vols) || b.vols[i].start >= b.vols[i-1].end {
		return nil
	}
	c, err := b.contents(b.vols[i])
	if err != nil {
		return err
	}
	gap := known.gap(c.cells[0], b.vols[i-1].end, false)
	if gap == c.cells[0].gap {
		return nil
	}
	c.cells[0].gap = gap
	head, _ := b.keep(b.vols[i], c)
	b.replace(i, i+1, []volume{head})
	return nil
}

// allSlots are class slots for contents that have none: of no counts.
func (c *contents) allSlots(v volume) []classSlot {
	if len(c.slots) > 0 {
		return c.slots
	}
	var out []classSlot
	width := v.classWidth()
	for i, cell := range c.cells {
		if i+1 == len(c.cells) || Ceil(cell.end, width) != Ceil(c.cells[i+1].end, width) {
			out = append(out, classSlot{end: cell.end})
		}
	}
	return out
}

// widen adds up cells by slots of a width, and classes by slots of another.
func (c *contents) widen(width int32, classWidth int64) {
	var cells []cell
	for _, old := range c.cells {
		if width > 0 {
			old.end, old.width = Ceil(old.end, int64(width)), max(width, old.width)
		}
		n := len(cells)
		if n == 0 || cells[n-1].end != old.end {
			cells = append(cells, old)
			continue
		}
		cells[n-1].total += old.total
		cells[n-1].bad += old.bad
	}
	var slots []classSlot
	for _, old := range c.slots {
		end := Ceil(old.end, classWidth)
		if n := len(slots); n == 0 || Ceil(slots[n-1].end, classWidth) != end {
			slots = append(slots, classSlot{})
		}
		last := &slots[len(slots)-1]
		last.counts.addAll(old.counts)
		last.end = old.end
		if width > 0 {
			last.end = Ceil(old.end, int64(width))
		}
	}
	for i := range slots {
		slots[i].counts = slots[i].counts.clean()
	}
	c.cells, c.slots = cells, slices.Clip(slots)
}
