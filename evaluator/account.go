package evaluator

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
)

// Increments is what the ledger holds of an objective in the slots that end
// between two instants, by time, or the first of it: at least so many slots.
func (e *Evaluator) Increments(s slo.SLO, from, to time.Time, wanted int) []slo.Increment {
	return e.cfg.Ledger.Increments(e.key(s), ledger.Span{From: from.Unix(), To: to.Unix()}, wanted)
}

// Account sums up what the ledger holds of an objective: nothing when a part of it
// cannot be read.
func (e *Evaluator) Account(s slo.SLO) slo.Account {
	key := e.key(s)
	a := slo.Account{Key: key}
	whole := e.cfg.Ledger.Slots(key, allTime, func(inc slo.Increment) {
		end := instant(inc.End)
		if a.First.IsZero() {
			a.First = end
		}
		a.Last, a.Counts = end, a.Counts.Add(inc.Counts)
		a.Resolutions = addSlot(a.Resolutions, inc)
	})
	if !whole {
		a = slo.Account{Key: key}
	}
	slices.SortFunc(a.Resolutions, func(x, y slo.Resolution) int { return cmp.Compare(x.Width, y.Width) })
	e.addReads(&a)
	return a
}

// allTime is all that a ledger may hold.
var allTime = ledger.Span{From: 0, To: 1 << 33} // the year 2242

func instant(t int64) time.Time { return time.Unix(t, 0).UTC() }

func addSlot(list []slo.Resolution, inc slo.Increment) []slo.Resolution {
	width := time.Duration(inc.Width) * time.Second
	i := slices.IndexFunc(list, func(r slo.Resolution) bool { return r.Width == width })
	if i < 0 {
		i, list = len(list), append(list, slo.Resolution{Width: width, From: instant(inc.End - inc.Width)})
	}
	list[i].Slots++
	list[i].To = instant(inc.End)
	return list
}

// addReads fills in what was read. The time before the first read and after the
// last one are the outer two of what is missing in all of time.
func (e *Evaluator) addReads(a *slo.Account) {
	holes := e.cfg.Ledger.Missing(a.Key, allTime)
	if len(holes) < 2 {
		return
	}
	a.ReadFrom, a.ReadTo = instant(holes[0].To), instant(holes[len(holes)-1].From)
	a.Unread = length(holes[1 : len(holes)-1])
}

// verifyPage is how much is read again at once.
const verifyPage = 2 * 3600

// Verify asks the backend again about an objective between two instants, slot by
// slot at the finest resolution, and compares with what the ledger holds. It
// books nothing. It fails when the backend does not answer.
func (e *Evaluator) Verify(ctx context.Context, s slo.SLO, from, to time.Time, report func(done time.Time)) (slo.Comparison, error) {
	src := e.source(s)
	if src == nil {
		return slo.Comparison{}, fmt.Errorf("backend %q is not configured", s.Backend)
	}
	key := e.key(s)
	span := e.wholeSlots(key, ledger.Span{From: ledger.Floor(from.Unix(), e.step), To: ledger.Floor(to.Unix(), e.step)})
	booked := e.cfg.Ledger.Increments(key, span, math.MaxInt)
	v := verification{key: key, span: span, step: e.step, unread: e.cfg.Ledger.Missing(key, span)}
	for at := span.From; at < span.To; at += verifyPage {
		part := ledger.Span{From: at, To: min(at+verifyPage, span.To)}
		if err := v.read(ctx, e.reader(src), plan.SLI{Key: key, SLI: s.SLI}, part); err != nil {
			return slo.Comparison{}, err
		}
		if report != nil {
			report(instant(part.To))
		}
	}
	return v.compare(booked), nil
}

// wholeSlots moves both ends of a span back to where the slots begin that they
// fall into: spans that follow each other still do.
func (e *Evaluator) wholeSlots(key string, span ledger.Span) ledger.Span {
	return ledger.Span{From: e.slotStart(key, span.From), To: e.slotStart(key, span.To)}
}

func (e *Evaluator) slotStart(key string, t int64) int64 {
	for _, inc := range e.cfg.Ledger.Increments(key, ledger.Span{From: t, To: t + widest}, 1) {
		return min(t, inc.End-inc.Width)
	}
	return t
}

// widest is the width of the widest slots there are, in seconds.
const widest = 3600

// verification is one run of [Evaluator.Verify].
type verification struct {
	key    string
	span   ledger.Span
	step   int64
	unread ledger.Spans
	fresh  []slo.Increment
	known  map[int64]bool // slots in which the backend has any data, by end
}

func (v *verification) read(ctx context.Context, r *read.Reader, sli plan.SLI, part ledger.Span) error {
	up, err := r.Presence(ctx, part, v.step)
	if err != nil {
		return err
	}
	got, err := r.Read(ctx, []plan.SLI{sli}, part, v.step)
	if err != nil {
		return err
	}
	if refused := got.Refused[v.key]; refused != nil {
		return refused
	}
	if v.known == nil {
		v.known = map[int64]bool{}
	}
	for _, inc := range withIndicators(up, got) {
		v.known[inc.End] = true
	}
	v.fresh = append(v.fresh, got.Increments[v.key]...)
	return nil
}

// compare goes by the slots of the ledger, which may be wider than those read
// again. What lies in none of them is compared slot by slot.
func (v *verification) compare(booked []slo.Increment) slo.Comparison {
	c := slo.Comparison{From: instant(v.span.From), To: instant(v.span.To)}
	fresh := v.fresh
	for at := v.span.From; at < v.span.To; {
		slot := slo.Increment{End: at + v.step, Width: v.step}
		for len(booked) > 0 && booked[0].End <= at {
			booked = booked[1:]
		}
		if len(booked) > 0 && booked[0].End-booked[0].Width <= at {
			slot = booked[0]
		}
		var again slo.Counts
		for len(fresh) > 0 && fresh[0].End <= slot.End {
			again, fresh = again.Add(fresh[0].Counts), fresh[1:]
		}
		v.add(&c, ledger.Span{From: at, To: slot.End}, slot, again)
		at = slot.End
	}
	return c
}

// add compares one slot, if it was read and the backend knows about it: about all
// of it, unless it counts the same.
func (v *verification) add(c *slo.Comparison, span ledger.Span, slot slo.Increment, again slo.Counts) {
	known := true
	for end := span.From + v.step; end <= span.To; end += v.step {
		known = known && v.known[end]
	}
	same := slot.Counts == again && again != slo.Counts{}
	if len(v.unread.Cut(span)) > 0 || !known && !same {
		c.Unknown += time.Duration(span.To-span.From) * time.Second
		return
	}
	c.Slots++
	c.Ledger, c.Backend = c.Ledger.Add(slot.Counts), c.Backend.Add(again)
	if slot.Counts != again {
		c.Differences = append(c.Differences, slo.SlotDifference{
			End: instant(slot.End), Width: time.Duration(slot.Width) * time.Second, Ledger: slot.Counts, Backend: again,
		})
	}
}
