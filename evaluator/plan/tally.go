package plan

import (
	"errors"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Tally adds up the answers of a plan's groups, see [Tally.Answer], until
// [Tally.Increments] reads off what each indicator counted.
type Tally struct {
	width int64
	slots map[string]map[int64]*cell                                      // by indicator and slot end
	only  func(sli string, labels map[string]string) func(end int64) bool // nil: everything
}

// cell is one slot of one indicator while it is being added up.
type cell struct {
	total, good, bad int64
	heard            [roleNative + 1]bool // roles that had a series in the slot
	classes          map[string]int64
	classic          map[float64]int64    // buckets of classic histograms: cumulative, by bound
	native           map[slo.Bucket]int64 // buckets of native histograms, by their bounds
	unreal           bool                 // an answer was no number of events
}

// NewTally starts a tally of slots of this width in seconds.
func NewTally(width int64) *Tally {
	return &Tally{width: width, slots: map[string]map[int64]*cell{}}
}

// Only lets answers be booked for an indicator in the slots that takes says yes to,
// given the labels of the series.
func (t *Tally) Only(takes func(sli string, labels map[string]string) func(end int64) bool) {
	t.only = takes
}

// maxRate is how many events a second are believed. The sums of the longest
// window stay whole numbers below it, and a slot exact as a float.
const maxRate = 1 << 37

// most is how many events a slot may hold.
func (t *Tally) most() int64 { return t.width * maxRate }

// slotsOf are the slots of an indicator, by their ends.
func (t *Tally) slotsOf(sli string) map[int64]*cell {
	slots := t.slots[sli]
	if slots == nil {
		slots = map[int64]*cell{}
		t.slots[sli] = slots
	}
	return slots
}

func (c *cell) add(e *entry, events int64) {
	c.heard[e.role] = true
	switch e.role {
	case roleTotal:
		c.total += events
	case roleGood:
		c.good += events
	case roleBad:
		c.bad += events
		c.addClass(e.class, events)
	case roleBucket:
		c.addClassic(e.bound, events)
	}
}

func (c *cell) addClass(class string, events int64) {
	if class == "" || events == 0 {
		return
	}
	if c.classes == nil {
		c.classes = map[string]int64{}
	}
	if c.classes[class] += events; c.classes[class] == 0 {
		delete(c.classes, class)
	}
}

// The reasons why the numbers of a slot cannot be true.
var (
	ErrGoodAboveTotal = errors.New("more good events than events: the good selector counts something the total does not")
	ErrBadAboveTotal  = errors.New("more bad events than events: the bad selector counts something the total does not")
	ErrTooMany        = errors.New("more events in a slot than there can be: this is no counter of events")
	errOneSide        = errors.New("the total has series and the good events have none: bad events cannot be told")
)

// SlotError says of a slot why its numbers cannot be true.
type SlotError struct {
	End int64
	Err error
}

// Error is the reason.
func (e SlotError) Error() string { return e.Err.Error() }

// Unwrap is the reason.
func (e SlotError) Unwrap() error { return e.Err }

// Increments reads off one indicator, oldest slot first. A slot whose numbers
// cannot be true is left out. The error is a [SlotError] when the newest slot with
// samples is such a one.
func (t *Tally) Increments(sli SLI) ([]slo.Increment, error) {
	slots := t.slots[sli.Key]
	out := make([]slo.Increment, 0, len(slots))
	var invalid error
	for _, end := range slices.Sorted(maps.Keys(slots)) {
		inc := slo.Increment{End: end, Width: t.width}
		seen, err := t.settle(sli, &inc)
		if seen && err == nil && inc.Total > t.most() {
			err = ErrTooMany
		}
		switch {
		case err != nil:
			invalid = SlotError{End: end, Err: err}
		case seen:
			out, invalid = append(out, inc), nil
		}
	}
	return out, invalid
}

// Disbelieved is when the answers about an indicator were worth nothing: slots that
// were answered and are not among its increments.
func (t *Tally) Disbelieved(sli string, incs []slo.Increment) (ends []int64) {
	if len(incs) == len(t.slots[sli]) {
		return nil
	}
	for _, end := range slices.Sorted(maps.Keys(t.slots[sli])) {
		if len(incs) > 0 && incs[0].End == end {
			incs = incs[1:]
		} else {
			ends = append(ends, end)
		}
	}
	return ends
}

// GoodMissing lists the slots, by their ends, of an indicator of good and bad
// events in which the bad ones have series and the good ones have none, though
// they are of metrics of their own, which can go missing alone. Good and bad
// events of one metric come with one scrape: there the good ones are missing
// because there were none.
func (t *Tally) GoodMissing(sli SLI) map[int64]bool {
	r := sli.Ratio
	if r == nil || len(r.Total) > 0 || shareMetric(r.Good, r.Bad) {
		return nil
	}
	missing := map[int64]bool{}
	for end, c := range t.slots[sli.Key] {
		if c.heard[roleBad] && !c.heard[roleGood] {
			missing[end] = true
		}
	}
	return missing
}

func shareMetric(a, b []slo.Selector) bool {
	return slices.ContainsFunc(a, func(x slo.Selector) bool {
		return slices.ContainsFunc(b, func(y slo.Selector) bool { return x.Metric == y.Metric })
	})
}

func (c *cell) settle(sli SLI, inc *slo.Increment) (seen bool, err error) {
	if c.unreal || c.belowZero() {
		return false, nil
	}
	if sli.Latency != nil {
		return true, c.settleLatency(*sli.Latency, inc)
	}
	inc.Classes = c.classes
	switch {
	case len(sli.Ratio.Total) == 0: // good and bad
		inc.Counts = slo.Counts{Total: c.good + c.bad, Bad: c.bad}
		return true, nil
	case !c.heard[roleTotal]:
		return false, nil
	case len(sli.Ratio.Good) == 0: // total and bad
		inc.Counts = slo.Counts{Total: c.total, Bad: c.bad}
		return true, check(inc.Counts, ErrBadAboveTotal)
	}
	if !c.heard[roleGood] && sli.Apart() {
		return false, errOneSide
	}
	inc.Counts = slo.Counts{Total: c.total, Bad: c.total - c.good}
	return true, check(inc.Counts, ErrGoodAboveTotal)
}

// belowZero reports whether more was taken back than was booked: a birth arrived
// between two questions, and the next reading knows.
func (c *cell) belowZero() bool {
	if c.total < 0 || c.good < 0 || c.bad < 0 {
		return true
	}
	for _, n := range c.classes {
		if n < 0 {
			return true
		}
	}
	for _, n := range c.classic {
		if n < 0 {
			return true
		}
	}
	for _, n := range c.native {
		if n < 0 {
			return true
		}
	}
	return false
}

func check(c slo.Counts, reason error) error {
	if !c.Valid() {
		return reason
	}
	return nil
}
