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
//
// The slots of the window that excluded spans touch are left out, and counted apart;
// the order and overlaps of these spans mean nothing. A gap that is bridged is cut
// where they are.
func (l *Ledger) Sum(key, backend string, from, to time.Time, excluded ...Span) slo.WindowSum {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		a = &account{}
	}
	sum, err := l.sum(a, backend, Span{From: from.Unix(), To: to.Unix()}, excluded)
	if err != nil {
		l.failed(a, err)
		sum = slo.WindowSum{From: from.UTC(), To: to.UTC()}
	}
	sum.Length = to.Sub(from)
	return sum
}

func (l *Ledger) sum(a *account, backend string, span Span, excluded []Span) (slo.WindowSum, error) {
	all, err := l.stretch(a, backend, span)
	if err != nil {
		return slo.WindowSum{}, err
	}
	asked := Span{From: all.From, To: span.To}
	var out exclusion
	if len(excluded) > 0 {
		if out, err = l.excluded(a, backend, asked, excluded); err != nil {
			return slo.WindowSum{}, err
		}
	}
	left := all.sub(out.sums)
	sum := slo.WindowSum{
		From: time.Unix(all.From, 0).UTC(), To: time.Unix(all.To, 0).UTC(),
		Counts: left.counts(), BadSlots: int(left.badSlots), Excluded: out.of(asked),
	}
	if length := asked.length() - out.length; length > 0 {
		sum.Coverage = min(1, max(0, float64(left.known)/float64(length)))
	}
	return sum, nil
}

// stretch is what is known of a span that begins and ends where cells do.
type stretch struct {
	Span
	sums
}

func (s Span) length() int64 { return s.To - s.From }

func (s sums) counts() slo.Counts { return slo.Counts{Total: s.total, Bad: s.bad} }

// stretch adds up a span, the ends of which are moved back to the start of the cell
// they fall into.
func (l *Ledger) stretch(a *account, backend string, span Span) (out stretch, err error) {
	var before, upTo sums
	if out.From, before, err = l.sumAt(a, span.From); err != nil {
		return out, err
	}
	if out.To, upTo, err = l.sumAt(a, span.To); err != nil {
		return out, err
	}
	out.sums = upTo.sub(before)
	unborn, err := l.knownBeforeBirth(a, backend, out.Span)
	out.known += unborn
	return out, err
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
// when a part of the book cannot be read. The slots that excluded spans touch are left
// out; of classes that are kept in wider slots a part goes, in proportion to the bad
// events, or the events, that do.
func (l *Ledger) Classes(key string, from, to time.Time, excluded ...Span) map[string]int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	a := l.accounts[key]
	if a == nil {
		return nil
	}
	window := Span{From: from.Unix(), To: to.Unix()}
	t, err := l.classesIn(a, window.From, window.To)
	if err == nil && len(excluded) > 0 {
		t, err = l.withoutClasses(a, t, window, excluded)
	}
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
