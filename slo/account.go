package slo

import (
	"math"
	"slices"
	"time"
)

// Account is what a ledger holds for an SLO, in short.
type Account struct {
	Key string // of the indicator, see [SLI.Key]
	Counts
	First, Last      time.Time     // ends of the first and the last slot with samples; zero without any
	ReadFrom, ReadTo time.Time     // what was read lies between; zero when nothing was
	Unread           time.Duration // between the two, and never read
	Resolutions      []Resolution  // narrowest slots first
}

// Resolution is the part of an account that is kept in slots of one width.
type Resolution struct {
	Width    time.Duration
	Slots    int       // with samples
	From, To time.Time // start of the first and end of the last slot
}

// Comparison is what a ledger counted in a span of time beside what a backend
// says about it when it is asked again.
type Comparison struct {
	From, To        time.Time
	Ledger, Backend Counts // of what could be compared
	Slots           int    // that were compared
	// Unknown is how much of the span could not be compared: it was never read, or
	// the backend has no data of that time any more.
	Unknown     time.Duration
	Differences []SlotDifference // by time
}

// SlotDifference is a slot in which ledger and backend do not agree.
type SlotDifference struct {
	End             time.Time
	Width           time.Duration
	Ledger, Backend Counts
}

// MaxDeviation is how far counts may lie apart and still be called equal: 0.01 %.
const MaxDeviation = 0.0001

// Deviation is the larger of the differences of the totals and of the bad events,
// as a share of what the backend says.
func (c Comparison) Deviation() float64 {
	return max(deviation(c.Ledger.Total, c.Backend.Total), deviation(c.Ledger.Bad, c.Backend.Bad))
}

func deviation(have, want int64) float64 {
	if have == want {
		return 0
	}
	return math.Abs(float64(have-want)) / max(math.Abs(float64(want)), 1)
}

// Verdict is pass when both agree within [MaxDeviation], and inconclusive when
// too little could be compared to say so.
func (c Comparison) Verdict() Verdict {
	known := c.To.Sub(c.From) - c.Unknown
	switch {
	case c.Deviation() > MaxDeviation:
		return VerdictFail
	case c.To.Equal(c.From) || float64(known) < MinCoverage*float64(c.To.Sub(c.From)):
		return VerdictInconclusive
	}
	return VerdictPass
}

// Add is the comparison of two spans that follow each other.
func (c Comparison) Add(next Comparison) Comparison {
	if c.From.IsZero() {
		return next
	}
	c.To = next.To
	c.Ledger, c.Backend = c.Ledger.Add(next.Ledger), c.Backend.Add(next.Backend)
	c.Slots += next.Slots
	c.Unknown += next.Unknown
	c.Differences = slices.Concat(c.Differences, next.Differences)
	return c
}
