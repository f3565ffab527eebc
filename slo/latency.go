package slo

import (
	"fmt"
	"math"
	"time"
)

// Count says how many of the calls in buckets took longer than the threshold.
// Bounds are in the unit of the histogram; end and width are those of the slot,
// in seconds.
//
// A bucket that holds the threshold between its bounds is a [BoundError], unless
// the indicator interpolates: then its calls are taken to be spread evenly. The
// estimate is a whole number: of a fraction, as many slots in a row are rounded
// up as the fraction says, by a fixed sequence of the slot's number. So the same
// slot always gives the same count, and the sum over slots stays near the sum of
// the fractions.
func (l Latency) Count(buckets []Bucket, end, width int64) (Counts, error) {
	var c Counts
	var estimate float64
	for _, b := range buckets {
		c.Total += b.Count
		switch {
		case b.UpperBound <= l.Bound():
		case b.LowerBound >= l.Bound():
			c.Bad += b.Count
		case !l.Interpolate || math.IsInf(b.UpperBound, 1):
			return Counts{}, BoundError{Latency: l, Lower: b.LowerBound, Upper: b.UpperBound}
		default:
			estimate += l.shareAbove(b) * float64(b.Count)
		}
	}
	estimate = math.Round(estimate*1e6) / 1e6 // a whole number that a float missed is one
	c.Bad += int64(estimate + dither(end/max(width, 1)))
	return c, nil
}

// shareAbove is the part of a bucket's width above the threshold. Durations
// begin at zero where the bucket has no lower bound.
func (l Latency) shareAbove(b Bucket) float64 {
	lower := max(b.LowerBound, 0)
	return (b.UpperBound - l.Bound()) / (b.UpperBound - lower)
}

// dither is the n-th member of a sequence that fills [0, 1) evenly from its
// beginning and from anywhere else: the multiples of the golden ratio.
func dither(n int64) float64 {
	_, fraction := math.Modf(float64(n) * (math.Phi - 1))
	return fraction
}

// Between finds the narrowest bucket that holds the threshold between its bounds, so that
// what is counted of it is an estimate.
func (l Latency) Between(buckets []Bucket) (holds Bucket, found bool) {
	for _, b := range buckets {
		narrower := !found || b.UpperBound-b.LowerBound < holds.UpperBound-holds.LowerBound
		if b.LowerBound < l.Bound() && l.Bound() < b.UpperBound && narrower {
			holds, found = b, true
		}
	}
	return holds, found
}

// Caveat says of an estimate what it stands on.
func (l Latency) Caveat(between Bucket) string {
	return fmt.Sprintf("Estimated: the threshold %s lies between the buckets %s and %s.",
		FormatLatency(l.Threshold), l.say(max(between.LowerBound, 0)), l.say(between.UpperBound))
}

// BoundError says that a threshold is no bound of the histogram's buckets.
type BoundError struct {
	Latency      Latency
	Lower, Upper float64 // the nearest bounds, in the unit of the histogram
}

// Error names the bounds next to the threshold, as thresholds are written.
func (e BoundError) Error() string {
	l := e.Latency
	text := fmt.Sprintf("the histogram has no bucket at %s; ", FormatLatency(l.Threshold))
	switch {
	case math.IsInf(e.Upper, 1) && e.Lower <= 0:
		return text + "it has no bounds at all"
	case math.IsInf(e.Upper, 1):
		return text + fmt.Sprintf("the highest is %s: choose that or a lower one", l.say(e.Lower))
	case e.Lower <= 0:
		return text + fmt.Sprintf("the nearest is %s: choose it or say interpolate: true", l.say(e.Upper))
	}
	return text + fmt.Sprintf("the nearest are %s and %s: choose one or say interpolate: true", l.say(e.Lower), l.say(e.Upper))
}

// say writes a bound as a threshold is written.
func (l Latency) say(bound float64) string {
	return FormatLatency(time.Duration(math.Round(bound * float64(l.Unit))))
}

// FormatLatency writes a latency as thresholds are written, "250ms" or "2.5s",
// with four digits.
func FormatLatency(d time.Duration) string {
	unit := time.Duration(1)
	for d/unit >= 10_000 {
		unit *= 10
	}
	d = d.Round(unit)
	if d >= time.Minute && d%time.Second == 0 {
		return FormatDuration(d)
	}
	return d.String()
}
