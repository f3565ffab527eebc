package ledger

import (
	"sort"
	"sync"
)

// border is where a cell begins or ends, or a place where one can be cut, with the sums
// up to there.
type border struct {
	t int64
	sums
}

// borders are those of the cell that an instant falls into; one and the same where
// the instant is one itself.
type borders struct {
	before, after border
	next          int64 // where the first cell ends that ends after the instant
}

func (b borders) add(s sums) borders {
	b.before.sums, b.after.sums = b.before.add(s), b.after.add(s)
	return b
}

// around finds the borders around an instant among cells, with the sums up to the
// cells.
func around(cells []cell, t int64, sum func() (aligned int64, sum sums)) borders {
	var b borders
	b.before.t, b.before.sums = sum()
	b.after = b.before
	i := sort.Search(len(cells), func(i int) bool { return cells[i].end > t })
	if i == len(cells) {
		return b
	}
	b.next = cells[i].end
	if b.before.t < t {
		b.after.t = b.next
		b.after.addCell(&cells[i])
	}
	return b
}

// bordersAt are the borders around an instant that is asked about again and again:
// what they are in a volume is remembered.
func (l *Ledger) bordersAt(a *account, t int64) (b borders, err error) {
	i := a.volumeAfter(t)
	before := a.sealedTo(i)
	if i == len(a.vols) {
		return around(a.open, t, func() (int64, sums) { return sumTo(a.open, t, before) }), nil
	}
	if t <= a.vols[i].start {
		here := border{t: t, sums: before}
		return borders{before: here, after: here}, nil
	}
	id := a.vols[i].rowID(a.id)
	b, known := l.marks.get(id, t)
	if !known {
		err = l.inVolume(a, i, func(room *lent) {
			b = around(room.cells, t, func() (int64, sums) { return room.sumTo(t, sums{}) })
			l.marks.put(id, t, b)
		})
	}
	return b.add(before), err
}

// marks are borders in volumes, as sums from the beginning of the volume, by row and
// instant.
type marks struct {
	mu   sync.Mutex
	rows map[int64]map[int64]borders
	n    int
}

// maxMarks bounds the memory for marks to some 100 MB: enough for an hour of each night
// of a month of 10,000 objectives.
const maxMarks = 1 << 20

func (m *marks) get(row, t int64) (borders, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.rows[row][t]
	return b, ok
}

func (m *marks) put(row, t int64, b borders) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil || m.n >= maxMarks {
		m.rows, m.n = map[int64]map[int64]borders{}, 0
	}
	if m.rows[row] == nil {
		m.rows[row] = map[int64]borders{}
	}
	m.rows[row][t] = b
	m.n++
}

// forget drops what is remembered of rows that have changed.
func (m *marks) forget(rows map[int64][]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.n == 0 {
		return
	}
	for id := range rows {
		m.n -= len(m.rows[id])
		delete(m.rows, id)
	}
}
