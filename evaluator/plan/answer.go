package plan

import (
	"math"

	"github.com/slofuse/slofuse/slo"
)

// Answer is one series of an answer, and where its values are booked. What the
// labels of a series say is looked up once, not for every value.
type Answer struct {
	most    int64 // events that a slot may hold
	entries []entry
}

// entry is where the values of a series go for one indicator.
type entry struct {
	slots map[int64]*cell      // of the indicator, by their ends
	takes func(end int64) bool // nil: every slot
	role  role

	class     string  // of a bad event; empty: none
	bound     float64 // of a bucket of a classic histogram
	threshold float64 // of a native histogram
}

// Answer makes ready to book the values of a group's series with these labels.
func (t *Tally) Answer(g *Group, labels map[string]string) Answer {
	a := Answer{most: t.most()}
	for _, p := range g.match(labels) {
		e := entry{slots: t.slotsOf(p.sli), role: p.role, threshold: p.threshold}
		if t.only != nil {
			e.takes = t.only(p.sli, labels)
		}
		switch p.role {
		case roleBad:
			e.class = classOf(p.class, labels)
		case roleBucket:
			e.bound = boundOf(labels["le"])
		}
		a.entries = append(a.entries, e)
	}
	return a
}

// classOf is the class of an event by the labels that split an indicator's
// events; empty when nothing splits them.
func classOf(names []string, labels map[string]string) string {
	if len(names) == 0 {
		return ""
	}
	class := make(map[string]string, len(names))
	for _, name := range names {
		class[name] = labels[name]
	}
	return slo.ClassKey(class)
}

// cell is the slot that a value is booked in, nil where the series does not count.
func (e *entry) cell(end int64) *cell {
	if e.takes != nil && !e.takes(end) {
		return nil
	}
	c := e.slots[end]
	if c == nil {
		c = &cell{}
		e.slots[end] = c
	}
	return c
}

// Add books the value of the series in one slot. A negative value takes back what
// was booked too much. A value that is no number of events, such as NaN or more
// than there can be, makes the slot one that was not seen.
func (a Answer) Add(end int64, value float64) {
	isCount := math.Abs(value) <= float64(a.most) // which NaN is not
	for i := range a.entries {
		switch c := a.entries[i].cell(end); {
		case c == nil:
		case isCount:
			c.add(&a.entries[i], int64(math.Round(value)))
		default:
			c.unreal = true
		}
	}
}

// AddNative books what the series, a native histogram, holds in one slot, as
// [Answer.Add] does a value; times is 1, or -1 to take it back.
func (a Answer) AddNative(end int64, h Histogram, times int64) {
	for i := range a.entries {
		if c := a.entries[i].cell(end); c != nil {
			c.heard[a.entries[i].role] = true
			c.addHistogram(h, a.entries[i].threshold, times, a.most)
		}
	}
}
