package ledger

import (
	"encoding/binary"
	"math"
	"slices"
	"sort"
)

// hour is the unit of the ranges of volumes, in seconds.
const hour = 3600

// The ranges of volumes in hours. Each lies within one of the next, so that
// volumes are folded into larger ones as they age.
const (
	oneHour   = 1
	sixHours  = 6
	halfDay   = 12
	twoDays   = 48
	manyWeeks = 768 // 32 days
)

// volume is the sealed cells of one account that end within a range of time. In
// memory are its sums; the cells are in the store.
type volume struct {
	first int32 // hour at which the range begins
	hours int32 // its length

	start, end int64  // of the first and the last cell
	firstEnd   int64  // of the first cell
	upTo       sums   // over this volume and all before
	width      int32  // of the narrowest cell
	classed    bool   // has classes
	most       int64  // the largest total of the cells of that width
	classes    packed // sums
}

func (v *volume) from() int64 { return int64(v.first) * hour }
func (v *volume) to() int64   { return int64(v.first+v.hours) * hour }

// rowID is where the cells of a volume stand in the store; its classes stand
// behind. Rows are sorted by time, so that what is sealed together lies together.
func (v *volume) rowID(account int64) int64 { return int64(v.first)<<24 | account<<1 }

// maxAccounts is how many accounts row ids have room for.
const maxAccounts = 1<<23 - 1

// hourOf is the hour in which a cell ends.
func hourOf(end int64) int32 {
	h := (end - 1) / hour
	if end < 1 {
		h = -((-end) / hour) - 1
	}
	return int32(h)
}

// classWidth is the width of the slots that classes are kept in, in seconds.
func (v *volume) classWidth() int64 {
	switch {
	case v.hours <= sixHours:
		return 300
	case v.hours <= twoDays:
		return hour
	}
	return 24 * hour
}

// blockLen is how many cells share columns of counts: few enough that busy hours
// do not widen quiet ones.
const blockLen = 128

// appendCells writes cells column by column: where they are for all, and what they
// count by blocks.
func appendCells(b []byte, cells []cell) []byte {
	b = binary.AppendUvarint(b, uint64(len(cells)))
	numbers := make([]int64, len(cells))
	column := func(cells []cell, of func(cell) int64) {
		for i, c := range cells {
			numbers[i] = of(c)
		}
		b = appendColumn(b, numbers[:len(cells)])
	}
	last := int64(0)
	column(cells, func(c cell) int64 { step := c.end - last; last = c.end; return step })
	column(cells, func(c cell) int64 { return int64(c.width) })
	column(cells, func(c cell) int64 { return int64(c.gap) })
	for block := range slices.Chunk(cells, blockLen) {
		column(block, func(c cell) int64 { return c.total })
		column(block, func(c cell) int64 { return c.bad })
	}
	return b
}

// lent is room for the cells of a volume while they are looked at. It remembers
// which body they are of: for who asks for hour after hour of a month it is read
// once and added up once.
type lent struct {
	cells   []cell
	numbers []int64
	body    []byte
	upTo    []sums // before each cell, and of all; empty until the body is asked for again
}

// read reads what appendCells wrote. Nobody changes a body.
func (l *lent) read(body []byte) error {
	if len(body) > 0 && len(l.body) == len(body) && &l.body[0] == &body[0] {
		l.addUp()
		return nil
	}
	l.body, l.upTo = nil, l.upTo[:0]
	err := l.readBody(body)
	if err == nil {
		l.body = body
	}
	return err
}

func (l *lent) addUp() {
	if len(l.upTo) > 0 {
		return
	}
	var sum sums
	l.upTo = append(l.upTo, sum)
	for i := range l.cells {
		sum.addCell(&l.cells[i])
		l.upTo = append(l.upTo, sum)
	}
}

// sumTo is [sumTo] of the cells.
func (l *lent) sumTo(t int64, sum sums) (aligned int64, _ sums) {
	n := 0
	if len(l.upTo) > 0 {
		n = sort.Search(len(l.cells), func(i int) bool { return l.cells[i].end > t })
		sum = sum.add(l.upTo[n])
	}
	return sumTo(l.cells[n:], t, sum)
}

func (l *lent) readBody(body []byte) error {
	s := scanner{rest: body}
	n := s.count(1 << 20)
	if n == 0 || n > 1024*len(body) {
		return errDamaged
	}
	l.cells = slices.Grow(l.cells[:0], n)[:n]
	l.numbers = slices.Grow(l.numbers[:0], n)[:n]
	l.readShape(&s)
	for from := 0; from < n && !s.failed; from += blockLen {
		block := l.cells[from:min(n, from+blockLen)]
		s.column(l.numbers[:len(block)])
		for i := range block {
			block[i].total = l.numbers[i]
		}
		s.column(l.numbers[:len(block)])
		for i := range block {
			block[i].bad = l.numbers[i]
		}
	}
	return s.end()
}

// readShape reads where the cells are.
func (l *lent) readShape(s *scanner) {
	last := int64(0)
	s.column(l.numbers)
	for i, step := range l.numbers {
		if i > 0 && step <= 0 {
			s.fail()
		}
		last += step
		l.cells[i].end = last
	}
	s.column(l.numbers)
	for i, width := range l.numbers {
		if l.cells[i].width = int32(width); width <= 0 || width > math.MaxInt32 {
			s.fail()
		}
	}
	s.column(l.numbers)
	for i, gap := range l.numbers {
		if l.cells[i].gap = int32(gap); int64(l.cells[i].gap) != gap {
			s.fail()
		}
	}
}

// classSlot is the counts by class of the cells of a volume that end in one slot
// of its class width.
type classSlot struct {
	end    int64 // of the last of these cells
	counts tally
}

// appendClasses writes class slots: their ends, and a column for every class.
func appendClasses(b []byte, slots []classSlot) []byte {
	var all tally
	column := make([]int64, len(slots))
	for i, slot := range slots {
		column[i] = slot.end
		all.addAll(slot.counts)
	}
	b = binary.AppendUvarint(b, uint64(len(slots)))
	b = appendColumn(b, column)
	b = binary.AppendUvarint(b, uint64(len(all)))
	last := int64(0)
	for _, class := range all {
		for i, slot := range slots {
			column[i] = slot.counts.of(class.id)
		}
		b = binary.AppendUvarint(b, uint64(class.id-last))
		b = appendColumn(b, column)
		last = class.id
	}
	return b
}

// classesOf reads what appendClasses wrote: the ends go to begin, which returns
// how many slots are wanted of each class, and column gets those.
func classesOf(body []byte, begin func(ends []int64) int, column func(id int64, counts []int64)) error {
	s := scanner{rest: body}
	n := s.count(1 << 20)
	if n == 0 || n > 64*len(body) {
		return errDamaged
	}
	numbers := make([]int64, n)
	s.column(numbers)
	if s.failed {
		return errDamaged
	}
	wanted := begin(numbers)
	id := int64(0)
	for range s.count(1 << 24) {
		id += int64(s.uvarint())
		if s.column(numbers); s.failed {
			return errDamaged
		}
		column(id, numbers[:wanted])
	}
	return s.end()
}

// slotsOf reads all class slots of a body.
func slotsOf(body []byte) ([]classSlot, error) {
	var slots []classSlot
	err := classesOf(body, func(ends []int64) int {
		slots = make([]classSlot, len(ends))
		for i, end := range ends {
			slots[i].end = end
		}
		return len(ends)
	}, func(id int64, counts []int64) {
		for i, n := range counts {
			if n != 0 {
				slots[i].counts = append(slots[i].counts, classCount{id: id, n: n})
			}
		}
	})
	return slots, err
}

func (t tally) of(id int64) int64 {
	for _, c := range t {
		if c.id == id {
			return c.n
		}
	}
	return 0
}
