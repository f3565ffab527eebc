package slo

import (
	"fmt"
	"time"
)

// Correction is time that maintenance takes out of the error budget of an SLO, with
// the reason that people gave for it.
type Correction struct {
	ID       string // of the maintenance
	Reason   string
	From, To time.Time // half open
	// Excluded is what it takes out of the SLO window by itself: what corrections
	// that overlap share, each of them counts.
	Excluded Exclusion
}

// Annotation is the remark that the correction makes about its time.
func (c Correction) Annotation() Annotation {
	text := c.Excluded.Phrase() + " " + c.ID
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	return Annotation{End: c.To.Unix(), Width: int64(c.To.Sub(c.From) / time.Second), Kind: Excluded, Text: text}
}

// Exclusion is what corrections take out of a window. What is left of the window
// and what was excluded add up to what was measured.
type Exclusion struct {
	Slots int // of the evaluation
	Counts
	BadSlots int           // slots with at least one bad event
	Time     time.Duration // how much of the window the slots are
	Share    float64       // of the time of the window, 0 to 1
}

// MaxExcluded is the share of a window that may be excluded before it decides
// nothing.
const MaxExcluded = 0.5

// Any reports whether anything is excluded.
func (x Exclusion) Any() bool { return x.Time > 0 }

// Measured is what was counted before anything was excluded: the counts of the
// window together with those excluded.
func (w WindowSum) Measured() Counts { return w.Counts.Add(w.Excluded.Counts) }

// AsMeasured is the window with what is excluded from it. Its coverage is not known.
func (w WindowSum) AsMeasured() WindowSum {
	w.Counts, w.BadSlots = w.Measured(), w.BadSlots+w.Excluded.BadSlots
	w.Excluded, w.Coverage = Exclusion{}, 0
	return w
}

// Mostly reports whether so much of the window is excluded that it decides nothing.
func (x Exclusion) Mostly() bool { return x.Share > MaxExcluded }

// WhyTooMuch says why a window decides nothing of which [Exclusion.Mostly] holds.
func (w WindowSum) WhyTooMuch() string {
	return fmt.Sprintf("%s of %s is excluded by maintenance, more than half", FormatAgainst(w.Excluded.Share*100, MaxExcluded*100)+"%", w.Phrase())
}

// Phrase is how much is excluded: "14 slots are excluded by maintenance". It is empty
// when nothing is.
func (x Exclusion) Phrase() string {
	switch {
	case !x.Any():
		return ""
	case x.Slots == 1:
		return "1 slot is excluded by maintenance"
	}
	return FormatCount(int64(x.Slots)) + " slots are excluded by maintenance"
}
