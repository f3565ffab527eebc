package ledger

import (
	"github.com/slofuse/slofuse/slo"
)

// bridgeTolerance is the longest gap, in seconds, that is no hole in what is
// known: two scrapes of a target that is scraped once a minute.
const bridgeTolerance = 120

// cell is one seen slot.
type cell struct {
	end        int64
	total, bad int64
	width      int32 // seconds
	// gap is how many seconds before its slot the growth of the cell began, because
	// they were read and had no samples. Negative when they count as not known.
	gap int32
}

func (c cell) slot() int64 { return c.end - int64(c.width) }

// start is where the growth of the cell began.
func (c cell) start() int64 { return c.slot() - int64(max(c.gap, -c.gap)) }

func (c cell) bridged() bool { return c.gap != 0 }

// share is how much of a quantity spread evenly over the cell falls before t:
// integers that add up to the whole wherever it is cut.
func (c cell) share(quantity, t int64) int64 {
	return portion(quantity, t-c.start(), c.end-c.start())
}

// knownBefore is how many seconds of the cell before t the backend answered
// for.
func (c cell) knownBefore(t int64) int64 {
	if c.gap >= 0 {
		return t - c.start()
	}
	return max(0, t-c.slot())
}

// equalCounts reports whether two cells say the same.
func (c cell) equalCounts(d cell) bool {
	return c.end == d.end && c.width == d.width && c.total == d.total && c.bad == d.bad
}

// sums are running sums over cells.
type sums struct{ total, bad, known, badSlots int64 }

func (s sums) add(d sums) sums {
	return sums{total: s.total + d.total, bad: s.bad + d.bad, known: s.known + d.known, badSlots: s.badSlots + d.badSlots}
}

func (s sums) sub(d sums) sums {
	return sums{total: s.total - d.total, bad: s.bad - d.bad, known: s.known - d.known, badSlots: s.badSlots - d.badSlots}
}

func (s *sums) addCell(c *cell) {
	s.total += c.total
	s.bad += c.bad
	s.known += c.knownBefore(c.end)
	if c.bad > 0 {
		s.badSlots++
	}
}

// sumTo adds cells up to an instant, which is moved back to the start of the cell
// it falls into unless that cell can be cut.
func sumTo(cells []cell, t int64, sum sums) (aligned int64, _ sums) {
	n := 0
	for n < len(cells) && cells[n].end <= t {
		sum.addCell(&cells[n])
		n++
	}
	if n == len(cells) || t <= cells[n].start() {
		return t, sum
	}
	next := cells[n]
	if !next.bridged() {
		return next.start(), sum
	}
	sum.total += next.share(next.total, t)
	sum.bad += next.share(next.bad, t)
	sum.known += next.knownBefore(t)
	return t, sum
}

// knowledge is what was read of an account, with or without samples.
type knowledge struct {
	reads  Spans
	doubts Spans // read, and what was answered cannot be believed
	apart  bool  // cells tell about their slots only, see [slo.Bridges]
}

// gap finds how far before its slot the growth of a cell began: the cell before
// ended, or reading began. Slots that were not read are not a gap: what happened
// in them is not in the cell.
func (k knowledge) gap(c cell, before int64, isFirst bool) int32 {
	if isFirst || k.apart || before >= c.slot() {
		return 0
	}
	read, ok := k.reads.startOf(c.end)
	start := max(before, read)
	if !ok || start >= c.slot() {
		return 0
	}
	gap := int32(c.slot() - start)
	if gap > bridgeTolerance || len(k.doubts.Cut(Span{From: start, To: c.slot()})) > 0 {
		return -gap
	}
	return gap
}

// entry is a cell on its way into the book.
type entry struct {
	cell
	classes packed
	filed   bool // stands in a volume, which keeps its classes
	same    bool // replaces a cell of the same counts
}

func (l *Ledger) entryOf(inc slo.Increment) entry {
	return entry{cell: cell{end: inc.End, width: int32(inc.Width), total: inc.Total, bad: inc.Bad}, classes: l.packClasses(inc)}
}

// overlay lays new entries over old ones, both sorted by end. An old one that
// nothing covers stays: samples come late but do not go away, and a backend that
// lost them does not undo what was counted.
func overlay(out, old, with []entry) []entry {
	base := len(out)
	for _, e := range old {
		for len(with) > 0 && with[0].end <= e.slot() {
			out, with = append(out, with[0]), with[1:]
		}
		if len(with) > 0 && with[0].equalCounts(e.cell) {
			with[0].same = true
		}
		covered := len(out) > base && out[len(out)-1].end > e.slot() || len(with) > 0 && with[0].slot() < e.end
		if !covered {
			out = append(out, e)
		}
	}
	return append(out, with...)
}
