package slo

import (
	"fmt"
	"math"
	"time"
)

// Signal is a named query about a function that is kept and charted beside its
// objectives and promises nothing: retries, cold starts, the length of a queue.
type Signal struct {
	Service     string
	Function    string
	Name        string
	Query       string // PromQL that gives one value
	Unit        string // for people: "retries/s", "€"; may be empty
	Description string
	Backend     string // empty: the first one configured
	Source      Source
}

// ID names the signal like an SLO of its function.
func (s Signal) ID() ID { return ID{Service: s.Service, Function: s.Function, Name: s.Name} }

// Increments of a signal hold the sum of its values, and how many there were as
// their Total. Values below wholeFrom are kept in millionths under SignalClass,
// larger ones as whole numbers under WholeClass.
const (
	SignalUnit  = 1_000_000
	SignalClass = "value"
	WholeClass  = "whole"
)

const (
	wholeFrom   = 1e6
	mostOfValue = 1e13 // so that the sum of a window stays a whole number
)

// ValueIncrement is the increment of a slot in which a signal had a value; none
// for what is no number or none that can be added up.
func ValueIncrement(end, width int64, value float64) (inc Increment, ok bool) {
	class, unit := SignalClass, float64(SignalUnit)
	if math.Abs(value) >= wholeFrom {
		class, unit = WholeClass, 1
	}
	if !(math.Abs(value) <= mostOfValue) { // NaN too
		return Increment{}, false
	}
	inc = Increment{End: end, Width: width, Counts: Counts{Total: 1}}
	if n := int64(math.Round(value * unit)); n != 0 {
		inc.Classes = map[string]int64{class: n}
	}
	return inc, true
}

// MeanValue is the mean of the values that increments of a signal hold; unknown
// without any.
func MeanValue(values int64, classes map[string]int64) (mean float64, known bool) {
	if values <= 0 {
		return 0, false
	}
	sum := float64(classes[SignalClass])/SignalUnit + float64(classes[WholeClass])
	return sum / float64(values), true
}

// SignalPoint is one step of a signal's history.
type SignalPoint struct {
	Time  time.Time // the end of the step
	Value *float64  // the mean over the step; nil when unknown
}

// Key identifies what is read on a backend, like [SLI.Key].
func (s Signal) Key(backend string) string {
	return seenPrefix + accountKey(backend, fmt.Sprintf("signal %q", s.Query))
}
