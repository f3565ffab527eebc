package breakdown

import "github.com/slofuse/slofuse/slo"

// Direction is which way a value goes.
type Direction string

// The directions. Steady is within a fifth of what it was.
const (
	Up     Direction = "up"
	Down   Direction = "down"
	Steady Direction = "steady"
)

const steadyWithin = 0.2

// Trend tells which way a value went beside what it was before.
func Trend(now, before float64) Direction {
	margin := steadyWithin * max(before, -before)
	switch {
	case now > before+margin:
		return Up
	case now < before-margin:
		return Down
	}
	return Steady
}

// Mean is the mean of what is known of points; not known without any.
func Mean(points []slo.SignalPoint) (mean float64, known bool) {
	n := 0.0
	for _, p := range points {
		if p.Value != nil {
			mean += *p.Value
			n++
		}
	}
	if n == 0 {
		return 0, false
	}
	return mean / n, true
}
