package ledger

import (
	"slices"
	"sort"

	"github.com/slofuse/slofuse/slo"
)

// bridgeTolerance is the longest gap, in seconds, that is no hole in what is
// known: two scrapes of a target that is scraped once a minute.
const bridgeTolerance = 120

// series is the account of one indicator in memory: its cells with running
// sums, so that the sum of any window is the difference of two of them.
type series struct {
	apart bool // cells tell about their slots only, see [slo.Bridges]
	cells []cell
	reads Spans
	notes []slo.Annotation // by end and kind
}

// cell is one seen slot.
type cell struct {
	inc   slo.Increment
	start int64 // where its growth began: before the slot when it bridges a gap

	// Running sums over this and all earlier cells.
	total, bad int64
	known      int64 // seconds
	badSlots   int64
}

func (c cell) bridged() bool { return c.start < c.inc.End-c.inc.Width }

// share is how much of a quantity spread evenly over the cell falls before t:
// integers that add up to the whole wherever it is cut.
func (c cell) share(quantity, t int64) int64 {
	return quantity * (t - c.start) / (c.inc.End - c.start)
}

// knownBefore is how many seconds of the cell before t the backend answered
// for.
func (c cell) knownBefore(t int64) int64 {
	slot := c.inc.End - c.inc.Width
	if slot-c.start <= bridgeTolerance {
		return t - c.start
	}
	return max(0, t-slot)
}

// replace puts new increments in the place of the cells they cover and marks the
// page's span as read. Cells that nothing covers stay: samples come late but do
// not go away, and a backend that lost them does not undo what was counted.
func (s *series) replace(page Page, incs []slo.Increment) {
	if !page.merging {
		s.reads = s.reads.Add(page.Span)
	}
	lo, hi := s.after(page.Span.From), s.after(page.Span.To)
	incs = overlay(s.in(page.Span), incs)
	fresh := make([]cell, len(incs))
	for i, inc := range incs {
		fresh[i].inc = inc
	}
	s.cells = slices.Replace(s.cells, lo, hi, fresh...)
	s.sumFrom(lo)
}

// overlay lays new increments over old ones, both sorted by end.
func overlay(old, with []slo.Increment) []slo.Increment {
	out := make([]slo.Increment, 0, max(len(old), len(with)))
	for _, inc := range old {
		for len(with) > 0 && with[0].End <= inc.End-inc.Width {
			out, with = append(out, with[0]), with[1:]
		}
		covered := len(out) > 0 && out[len(out)-1].End > inc.End-inc.Width || len(with) > 0 && with[0].End-with[0].Width < inc.End
		if !covered {
			out = append(out, inc)
		}
	}
	return append(out, with...)
}

// after is the index of the first cell that ends after t.
func (s *series) after(t int64) int {
	return sort.Search(len(s.cells), func(i int) bool { return s.cells[i].inc.End > t })
}

// sumFrom recomputes where cells start and the running sums from one index on.
func (s *series) sumFrom(i int) {
	var prev cell
	if i > 0 {
		prev = s.cells[i-1]
	}
	for ; i < len(s.cells); i++ {
		c := &s.cells[i]
		c.start = s.startOf(i)
		c.total = prev.total + c.inc.Total
		c.bad = prev.bad + c.inc.Bad
		c.known = prev.known + c.knownBefore(c.inc.End)
		c.badSlots = prev.badSlots
		if c.inc.Bad > 0 {
			c.badSlots++
		}
		prev = *c
	}
}

// startOf finds where the growth of a cell began: at its slot, or at the end of
// the cell before when the slots between were read and had no samples. Slots
// that were not read are not a gap: what happened in them is not in the cell.
func (s *series) startOf(i int) int64 {
	slot := s.cells[i].inc.End - s.cells[i].inc.Width
	if i == 0 || s.apart {
		return slot
	}
	read, ok := s.reads.startOf(s.cells[i].inc.End)
	if !ok {
		return slot
	}
	return min(slot, max(s.cells[i-1].inc.End, read))
}

// at is the running sum at an instant, which is moved back to the start of the
// cell it falls into unless that cell can be cut.
func (s *series) at(t int64) (aligned int64, sum cell) {
	i := s.after(t)
	if i > 0 {
		sum = s.cells[i-1]
	}
	if i == len(s.cells) || t <= s.cells[i].start {
		return t, sum
	}
	next := s.cells[i]
	if !next.bridged() {
		return next.start, sum
	}
	sum.total += next.share(next.inc.Total, t)
	sum.bad += next.share(next.inc.Bad, t)
	sum.known += next.knownBefore(t)
	return t, sum
}

// classes adds up the classes of the cells between two aligned instants.
func (s *series) classes(from, to int64) map[string]int64 {
	sums := map[string]int64{}
	for i := s.after(from); i < len(s.cells) && s.cells[i].start < to; i++ {
		c := s.cells[i]
		for class, n := range c.inc.Classes {
			part := c.share(n, min(to, c.inc.End)) - c.share(n, max(from, c.start))
			if part != 0 {
				sums[class] += part
			}
		}
	}
	return sums
}

// in returns the increments that end within a span.
func (s *series) in(span Span) []slo.Increment {
	cells := s.cells[s.after(span.From):s.after(span.To)]
	out := make([]slo.Increment, len(cells))
	for i, c := range cells {
		out[i] = c.inc
	}
	return out
}
