package lint

import (
	"slices"
	"time"
)

// Traffic is how often something was called over the longest window, hour by hour.
type Traffic struct {
	At     time.Time     // the end of the window
	Every  time.Duration // an hour was read each so often; an hour: all were
	Asked  int           // hours that were read
	Points []Point       // by time, those in which there was a series
}

// Point is the calls in the hour before an instant.
type Point struct {
	End   time.Time
	Calls float64
}

// Known is the part of a window since the first hour that was read with a series in
// it: nobody knows of calls before.
func (t Traffic) Known(window time.Duration) time.Duration {
	if len(t.Points) == 0 {
		return 0
	}
	return min(t.At.Sub(t.Points[0].End)+t.Every, window)
}

// Calls estimates the calls of a window of a length, as if all of it was like what
// was read. The first hour with a series is left out where the window is longer: who
// comes new to the backend brings a whole life of calls.
func (t Traffic) Calls(window time.Duration) float64 {
	from := t.At.Add(-window)
	points := t.Points[t.after(from):]
	if len(points) == 0 {
		return 0
	}
	since := t.At.Sub(points[0].End) + t.Every
	if points[0].End.Sub(from) > t.Every && len(points) > 1 {
		since, points = since-t.Every, points[1:]
	}
	var sum float64
	for _, p := range points {
		sum += p.Calls
	}
	hours := max(float64(min(since, window))/float64(t.Every), 1) // that were read
	return sum / hours * window.Hours()
}

// after is the first point later than an instant.
func (t Traffic) after(from time.Time) int {
	i := slices.IndexFunc(t.Points, func(p Point) bool { return p.End.After(from) })
	if i < 0 {
		return len(t.Points)
	}
	return i
}

// Busiest is the most calls of hours that follow one another, so many that a span of
// the length lies within them wherever it begins; false unless every hour was read.
func (t Traffic) Busiest(span time.Duration) (calls float64, known bool) {
	if t.Every > time.Hour || len(t.Points) == 0 {
		return 0, false
	}
	width := hoursAround(span)
	var sum float64
	first := 0
	for _, p := range t.Points {
		sum += p.Calls
		for ; p.End.Sub(t.Points[first].End) >= width; first++ {
			sum -= t.Points[first].Calls
		}
		calls = max(calls, sum)
	}
	return calls, true
}

// hoursAround is how many whole hours hold a span wherever it begins.
func hoursAround(span time.Duration) time.Duration {
	return (span+time.Hour-1)/time.Hour*time.Hour + time.Hour
}
