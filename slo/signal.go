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
// their Total. Each value is counted in the finest of these units in which it is
// mostOfValue at most, under the class of the unit: times/per is what one is worth.
var signalUnits = []struct {
	class      string
	times, per float64
}{
	{class: SignalClass, times: 1, per: 1e6},
	{class: "thousandths", times: 1, per: 1e3},
	{class: "whole", times: 1, per: 1},
	{class: "thousands", times: 1e3, per: 1},
	{class: "millions", times: 1e6, per: 1},
	{class: "billions", times: 1e9, per: 1},
}

// SignalClass is the class of small values, in millionths.
const SignalClass = "value"

// mostOfValue keeps every sum within 64 bits: a slot is a second at least, and no
// time is longer than math.MaxInt64 nanoseconds.
const mostOfValue = 1e9

// MostSignal is how large the value of a signal may be.
const MostSignal = 1e18

// ValueIncrement is the increment of a slot in which a signal had a value, which is
// right to a millionth of it or, if it is small, to a millionth; none for what is no
// number or beyond MostSignal.
func ValueIncrement(end, width int64, value float64) (inc Increment, ok bool) {
	for _, unit := range signalUnits {
		counts := math.Round(value * unit.per / unit.times)
		if !(math.Abs(counts) <= mostOfValue) { // NaN too
			continue
		}
		inc = Increment{End: end, Width: width, Counts: Counts{Total: 1}}
		if counts != 0 {
			inc.Classes = map[string]int64{unit.class: int64(counts)}
		}
		return inc, true
	}
	return Increment{}, false
}

// MeanValue is the mean of the values that increments of a signal hold; unknown
// without any.
func MeanValue(values int64, classes map[string]int64) (mean float64, known bool) {
	if values <= 0 {
		return 0, false
	}
	var sum float64
	for _, unit := range signalUnits {
		sum += float64(classes[unit.class]) * unit.times / unit.per
	}
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
