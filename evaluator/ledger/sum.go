package ledger

import (
	"fmt"
	"sync"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Sum adds up a key over a window. The window's ends are moved to the start of
// the slot they fall into, and the result says where they are then. Coverage
// counts, before the key's first sample, the time that the backend, booked
// under its own key, had data: a function that did not exist yet was not
// unknown. When a part of the book cannot be read nothing is known of the window,
// and the next [Ledger.Compact] returns the reason.
func (l *Ledger) Sum(key, backend string, from, to time.Time) slo.WindowSum {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		a = &account{}
	}
	sum, err := l.sum(a, backend, from.Unix(), to.Unix())
	if err != nil {
		l.failed(a, err)
		sum = slo.WindowSum{From: from.UTC(), To: to.UTC()}
	}
	sum.Length = to.Sub(from)
	return sum
}

func (l *Ledger) sum(a *account, backend string, from, to int64) (slo.WindowSum, error) {
	start, before, err := l.sumAt(a, from)
	if err != nil {
		return slo.WindowSum{}, err
	}
	end, upTo, err := l.sumAt(a, to)
	if err != nil {
		return slo.WindowSum{}, err
	}
	unborn, err := l.knownBeforeBirth(a, backend, Span{From: start, To: end})
	sum := slo.WindowSum{
		From: time.Unix(start, 0).UTC(), To: time.Unix(end, 0).UTC(),
		Counts:   slo.Counts{Total: upTo.total - before.total, Bad: upTo.bad - before.bad},
		BadSlots: int(upTo.badSlots - before.badSlots),
	}
	if length := to - start; length > 0 {
		sum.Coverage = float64(upTo.known-before.known+unborn) / float64(length)
	}
	return sum, err
}

// sumAt is the running sum at an instant, which is moved back to the start of the
// cell it falls into unless that cell can be cut.
func (l *Ledger) sumAt(a *account, t int64) (aligned int64, sum sums, err error) {
	i := a.volumeAfter(t)
	sum = a.sealedTo(i)
	if i == len(a.vols) {
		aligned, sum = sumTo(a.open, t, sum)
		return aligned, sum, nil
	}
	if t <= a.vols[i].start {
		return t, sum, nil
	}
	err = l.inVolume(a, i, func(room *lent) { aligned, sum = room.sumTo(t, sum) })
	return aligned, sum, err
}

// scratch lends room for cells.
var scratch = sync.Pool{New: func() any { return new(lent) }}

// inVolume shows the cells of a volume, which are only lent.
func (l *Ledger) inVolume(a *account, i int, look func(*lent)) error {
	id := a.vols[i].rowID(a.id)
	body, err := l.body(id)
	if err != nil {
		return err
	}
	room := scratch.Get().(*lent)
	defer scratch.Put(room)
	if err := room.read(body); err != nil {
		return fmt.Errorf("volume %d of the ledger: %w", id, err)
	}
	look(room)
	return nil
}

// Classes adds up the classes of a key over a window. Ends that fall into a slot
// are moved to its start, and where classes are kept in wider slots than counts
// to the start of those: five minutes once the last hours are over, an hour
// after two days and a day after 40. It is nil for a key that was never recorded and
// when a part of the book cannot be read.
func (l *Ledger) Classes(key string, from, to time.Time) map[string]int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		return nil
	}
	t, err := l.classesIn(a, from.Unix(), to.Unix())
	if err != nil {
		l.failed(a, err)
		return nil
	}
	return l.named(t)
}

func (l *Ledger) classesIn(a *account, from, to int64) (tally, error) {
	sum := make(tally, 0, 16)
	first, last := a.volumeAfter(from), a.volumeAfter(to)
	for _, v := range a.vols[first:max(first, last)] {
		sum.addPacked(v.classes, 1)
	}
	base := 0
	if first == len(a.vols) {
		base = a.after(from)
	}
	if err := l.addClasses(&sum, a, edge{first, from, base}, -1); err != nil {
		return nil, err
	}
	return sum, l.addClasses(&sum, a, edge{last, to, base}, 1)
}

// edge is an instant, the volume it falls into - past the last one are the open
// cells - and the first of the open cells that counts.
type edge struct {
	volume int
	t      int64
	base   int
}

// addClasses adds what of the volume or the open cells at an edge lies before it.
func (l *Ledger) addClasses(sum *tally, a *account, e edge, factor int64) error {
	i, t := e.volume, e.t
	if i == len(a.vols) {
		a.addOpenClasses(sum, t, e.base, factor)
		return nil
	}
	v := a.vols[i]
	if !v.classed || t <= v.start {
		return nil
	}
	body, err := l.body(v.rowID(a.id) + 1)
	if err != nil {
		return err
	}
	at := 0
	return classesOf(body, func(ends []int64) int {
		n := 0
		for n < len(ends) && ends[n] <= t {
			n++
		}
		return n
	}, func(id int64, counts []int64) {
		var n int64
		for _, c := range counts {
			n += c
		}
		at = sum.addFrom(at, id, n*factor)
	})
}

func (a *account) addOpenClasses(sum *tally, t int64, base int, factor int64) {
	if a.classOf == nil {
		return
	}
	for i := base; i < len(a.open); i++ {
		c := a.open[i]
		if c.end > t {
			if c.bridged() && t > c.start() {
				at := 0
				a.openClasses(i).each(func(id, n int64) { at = sum.addFrom(at, id, c.share(n, t)*factor) })
			}
			return
		}
		sum.addPacked(a.openClasses(i), factor)
	}
}
