package slo

import "math"

// Took is how long events took together, as far as buckets of their durations tell. Each
// event took at least the lower bound of its bucket and at most the upper one, so the truth
// lies between Low and High. All are in the unit of the bounds, times events. The sums of
// two sets of events add up.
type Took struct {
	Events int64
	Low    float64
	// Estimate is what they took if those of each bucket are spread evenly over it, as for
	// [Quantiles]. Those of a bucket without an upper bound count at its lower one.
	Estimate float64
	High     float64 // infinite when a bucket with events has no upper bound
}

// TookOf adds up buckets, in any order. Durations are not negative.
func TookOf(buckets []Bucket) Took {
	var t Took
	for _, b := range buckets {
		if b.Count > 0 {
			t = t.Add(b.took())
		}
	}
	return t
}

func (b Bucket) took() Took {
	n := float64(b.Count)
	t := Took{Events: b.Count, Low: max(0, b.begin()) * n, High: math.Inf(1)}
	t.Estimate = t.Low
	if !math.IsInf(b.UpperBound, 1) {
		t.Estimate, t.High = max(0, b.at(0.5))*n, max(0, b.UpperBound)*n
	}
	return t
}

// Add is what both took.
func (t Took) Add(o Took) Took {
	return Took{Events: t.Events + o.Events, Low: t.Low + o.Low, Estimate: t.Estimate + o.Estimate, High: t.High + o.High}
}

// Average is how long an event took on average: the sum of the durations over the number
// of events, known as well as the sum is.
type Average struct {
	Low      float64
	Estimate float64
	High     float64 // infinite when nothing says how long the slowest took
}

// Bounded reports whether both bounds are known. Without the upper one no more can be said
// than that the average is at least the lower.
func (a Average) Bounded() bool { return !math.IsInf(a.High, 1) }

// Average is unknown without events.
func (t Took) Average() (average Average, known bool) {
	if t.Events <= 0 {
		return Average{}, false
	}
	n := float64(t.Events)
	return Average{Low: t.Low / n, Estimate: t.Estimate / n, High: t.High / n}, true
}
