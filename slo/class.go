package slo

import (
	"slices"
	"time"
)

// Class says of an SLO that its bad events are worse than failures. Any breach
// of one that has a class and meets the guard pages.
type Class string

// The classes; an ordinary SLO has none.
const (
	ClassNone     Class = ""
	ClassDataLoss Class = "data_loss"
	ClassSecurity Class = "security"
)

// Classes lists the classes that a file may name.
func Classes() []Class { return []Class{ClassDataLoss, ClassSecurity} }

// Valid reports whether the class is none or one of [Classes].
func (c Class) Valid() bool { return c == ClassNone || slices.Contains(Classes(), c) }

// Absence is what is known about data that is not there.
type Absence struct {
	// Since is the end of the last slot that held a sample; zero when none is known.
	Since time.Time
	// LongestGap is the longest time without a sample in the last 14 days that
	// ended by itself.
	LongestGap time.Duration
}

// Traffic compares the calls of the last [TrafficWindow] with what the same time
// of the last three weeks had.
type Traffic struct {
	Calls    int64   // in events
	Expected float64 // in events; the mean of the weeks that are known
	Weeks    int     // how many of the three weeks are known
}

// TrafficWindow is over what a loss of traffic is judged.
const TrafficWindow = 10 * time.Minute
