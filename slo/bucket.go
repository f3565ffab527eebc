package slo

import (
	"math"
	"strconv"
)

// Bucket is how many events of a span were above one bound and at or under
// another: not cumulative. The lowest bucket of a classic histogram has no lower
// bound, the highest of any no upper one: they are infinite. Whoever makes one
// says the unit of the bounds.
type Bucket struct {
	LowerBound float64
	UpperBound float64
	Count      int64
}

// ClassKey is the class of [Increment.Classes] that the events of the bucket
// are counted in. It names both bounds, so that it says by itself what it holds, as
// [ClassKey] does: a bucket in a slot is asked for it too often to make a map of it.
func (b Bucket) ClassKey() string {
	return `{"gt":"` + formatBound(b.LowerBound) + `","le":"` + formatBound(b.UpperBound) + `"}`
}

// BucketOf reads a class of events back as the bucket it was made of.
func BucketOf(class string, events int64) (b Bucket, ok bool) {
	labels := ParseClassKey(class)
	lower, lowerErr := strconv.ParseFloat(labels["gt"], 64)
	upper, upperErr := strconv.ParseFloat(labels["le"], 64)
	b = Bucket{LowerBound: lower, UpperBound: upper, Count: events}
	return b, lowerErr == nil && upperErr == nil && lower < upper
}

// BucketsOf reads the classes of a histogram as buckets, in no order. Classes
// that are no buckets are left out.
func BucketsOf(classes map[string]int64) []Bucket {
	out := make([]Bucket, 0, len(classes))
	for class, n := range classes {
		if b, ok := BucketOf(class, n); ok {
			out = append(out, b)
		}
	}
	return out
}

// Scaled is the bucket with its bounds in another unit.
func (b Bucket) Scaled(unit float64) Bucket {
	return Bucket{LowerBound: b.LowerBound * unit, UpperBound: b.UpperBound * unit, Count: b.Count}
}

func formatBound(bound float64) string {
	switch {
	case math.IsInf(bound, 1):
		return "+Inf"
	case math.IsInf(bound, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(bound, 'g', -1, 64)
}
