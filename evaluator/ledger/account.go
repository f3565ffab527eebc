package ledger

import (
	"encoding/binary"
	"math"
	"slices"
	"sort"

	"github.com/slofuse/slofuse/slo"
)

// account is one indicator in memory: the sums of its volumes, and the cells that
// are not sealed yet.
type account struct {
	id  int64
	key string
	cut int64 // the open cells end after it, the sealed ones do not
	knowledge
	notes []slo.Annotation // by end and kind

	vols    []volume // by range; the ranges are apart
	open    []cell
	classOf []uint32 // of each open cell: where its classes are in arena, or 0; nil when none has any
	arena   []byte   // packed classes, each with its length before it; begins with a byte that is not used
	stale   bool     // more is known than its row on disk says
}

func newAccount(id int64, key string, cut int64) *account {
	return &account{id: id, key: key, cut: cut, knowledge: knowledge{apart: !slo.Bridges(key)}}
}

// after is the index of the first open cell that ends after t.
func (a *account) after(t int64) int {
	return sort.Search(len(a.open), func(i int) bool { return a.open[i].end > t })
}

// volumeAfter is the index of the first volume with a cell that ends after t.
func (a *account) volumeAfter(t int64) int {
	return sort.Search(len(a.vols), func(i int) bool { return a.vols[i].end > t })
}

// sealedTo is the sum over the first n volumes.
func (a *account) sealedTo(n int) sums {
	if n == 0 {
		return sums{}
	}
	return a.vols[n-1].upTo
}

// endBefore is where the last cell before the open ones ended.
func (a *account) endBefore() (end int64, isFirst bool) {
	if len(a.vols) == 0 {
		return 0, true
	}
	return a.vols[len(a.vols)-1].end, false
}

func (a *account) empty() bool { return len(a.vols) == 0 && len(a.open) == 0 }

// firstStart is where the first cell starts, of which there is one.
func (a *account) firstStart() int64 {
	if len(a.vols) > 0 {
		return a.vols[0].start
	}
	return a.open[0].start()
}

// firstEnd is where the first cell ends, of which there is one.
func (a *account) firstEnd() int64 {
	if len(a.vols) > 0 {
		return a.vols[0].firstEnd
	}
	return a.open[0].end
}

// lastEnd is where the last cell ends; before all time without one.
func (a *account) lastEnd() int64 {
	if n := len(a.open); n > 0 {
		return a.open[n-1].end
	}
	if end, isFirst := a.endBefore(); !isFirst {
		return end
	}
	return math.MinInt64
}

// openClasses are the classes of an open cell.
func (a *account) openClasses(i int) packed {
	if a.classOf == nil || a.classOf[i] == 0 {
		return nil
	}
	at := a.arena[a.classOf[i]:]
	length, n := binary.Uvarint(at)
	return packed(at[n : n+int(length)])
}

// openEntries appends the open cells of a range of indexes.
func (a *account) openEntries(out []entry, lo, hi int) []entry {
	for i := lo; i < hi; i++ {
		out = append(out, entry{cell: a.open[i], classes: a.openClasses(i)})
	}
	return out
}

// setOpen puts entries in the place of open cells.
func (a *account) setOpen(lo, hi int, with []entry) {
	cells := make([]cell, len(with))
	classed := a.classOf != nil
	for i, e := range with {
		cells[i] = e.cell
		classed = classed || len(e.classes) > 0
	}
	if classed && a.classOf == nil {
		a.classOf = make([]uint32, len(a.open), max(cap(a.open), 1))
	}
	a.open = slices.Replace(a.open, lo, hi, cells...)
	if !classed {
		return
	}
	refs := make([]uint32, len(with))
	for i, e := range with {
		refs[i] = a.keepClasses(e.classes)
	}
	a.classOf = slices.Replace(a.classOf, lo, hi, refs...)
}

func (a *account) keepClasses(classes packed) uint32 {
	if len(classes) == 0 {
		return 0
	}
	if len(a.arena) == 0 {
		a.arena = append(a.arena, 0)
	}
	at := len(a.arena)
	a.arena = binary.AppendUvarint(a.arena, uint64(len(classes)))
	a.arena = append(a.arena, classes...)
	return uint32(at)
}

// openRoom is how many cells an account has room for after sealing: what comes
// until the next time in slots of 30 seconds.
const openRoom = 130

// dropOpen forgets the first n open cells and gives their memory back.
func (a *account) dropOpen(n int) {
	rest := a.openEntries(nil, n, len(a.open))
	fresh := account{open: make([]cell, 0, len(rest)+openRoom)}
	if a.classOf != nil && n < len(a.open) {
		fresh.classOf = make([]uint32, 0, len(rest)+openRoom)
		fresh.arena = make([]byte, 0, (len(a.arena)-len(a.arena)*n/len(a.open))*3/2)
	}
	if len(rest) == 0 {
		fresh.open = nil
	}
	fresh.setOpen(0, 0, rest)
	a.open, a.classOf, a.arena = fresh.open, fresh.classOf, fresh.arena
}

// bridge finds anew where the growth of open cells began, from index lo up to and
// with the one at hi.
func (a *account) bridge(lo, hi int) {
	before, isFirst := a.endBefore()
	if lo > 0 {
		before, isFirst = a.open[lo-1].end, false
	}
	for i := lo; i <= hi && i < len(a.open); i++ {
		a.open[i].gap = a.gap(a.open[i], before, isFirst)
		before, isFirst = a.open[i].end, false
	}
}
