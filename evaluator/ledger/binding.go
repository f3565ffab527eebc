package ledger

import (
	"slices"
)

// binding is the work on the volumes of one account: a copy of their list, and
// the rows that change. Nothing of it is seen before it is on disk.
type binding struct {
	book    *Ledger
	account int64
	vols    []volume
	rows    map[int64][]byte // by id; nil is deleted
	changed bool
}

func (l *Ledger) bind(a *account) *binding {
	return &binding{book: l, account: a.id, vols: slices.Clone(a.vols), rows: map[int64][]byte{}}
}

// row is the body of a row as the work has left it.
func (b *binding) row(id int64) ([]byte, error) {
	if body, ok := b.rows[id]; ok {
		return body, nil
	}
	return b.book.body(id)
}

// contents is what a volume holds.
type contents struct {
	cells []cell
	slots []classSlot
}

func (b *binding) contents(v volume) (contents, error) {
	var c contents
	id := v.rowID(b.account)
	body, err := b.row(id)
	if err == nil {
		var room lent
		err = room.read(body)
		c.cells = room.cells
	}
	if err != nil || !v.classed {
		return c, err
	}
	if body, err = b.row(id + 1); err == nil {
		c.slots, err = slotsOf(body)
	}
	return c, err
}

// keep writes the contents of a volume and returns its head, of which the sums are
// its own. Contents without cells delete it.
func (b *binding) keep(v volume, c contents) (head volume, ok bool) {
	id := v.rowID(b.account)
	b.changed = true
	b.rows[id] = nil
	if v.classed || b.rows[id+1] != nil {
		b.rows[id+1] = nil
	}
	if len(c.cells) == 0 {
		return head, false
	}
	head = volume{first: v.first, hours: v.hours, start: c.cells[0].start(), firstEnd: c.cells[0].end, end: c.cells[len(c.cells)-1].end, width: c.cells[0].width}
	for i := range c.cells {
		head.upTo.addCell(&c.cells[i])
		head.width = min(head.width, c.cells[i].width)
	}
	for i := range c.cells {
		if c.cells[i].width == head.width {
			head.most = max(head.most, c.cells[i].total)
		}
	}
	b.rows[id] = appendCells(nil, c.cells)
	var all tally
	for _, slot := range c.slots {
		all.addAll(slot.counts)
		head.classed = head.classed || len(slot.counts) > 0
	}
	head.classes = all.pack(nil)
	if head.classed {
		b.rows[id+1] = appendClasses(nil, c.slots)
	}
	return head, true
}

// own takes the sums of a volume apart from those before it.
func (b *binding) own(i int) volume {
	v := b.vols[i]
	if i > 0 {
		v.upTo = v.upTo.sub(b.vols[i-1].upTo)
	}
	return v
}

// replace puts volumes, whose sums are their own, in the place of others.
func (b *binding) replace(lo, hi int, with []volume) {
	own := make([]volume, 0, len(b.vols)-hi)
	for i := hi; i < len(b.vols); i++ {
		own = append(own, b.own(i))
	}
	b.vols = append(append(b.vols[:lo], with...), own...)
	for i := lo; i < len(b.vols); i++ {
		if i > 0 {
			b.vols[i].upTo = b.vols[i].upTo.add(b.vols[i-1].upTo)
		}
	}
	b.changed = true
}

// place is the range that a cell which no volume has room for begins a volume of:
// the wider its slot, the longer, as long as it takes in no other volume and
// nothing that is not sealed yet.
func place(c cell, others [][]volume, cut int64) volume {
	wants := int32(oneHour)
	switch {
	case c.width >= hour:
		wants = twoDays
	case c.width >= 300:
		wants = sixHours
	}
	at := hourOf(c.end)
	for _, hours := range []int32{twoDays, sixHours} {
		v := volume{first: Floor(at, hours), hours: hours}
		if hours <= wants && v.to() <= cut && !slices.ContainsFunc(others, v.meets) {
			return v
		}
	}
	return volume{first: at, hours: oneHour}
}

func (v *volume) meets(others []volume) bool {
	return slices.ContainsFunc(others, func(o volume) bool { return o.first < v.first+v.hours && v.first < o.first+o.hours })
}
