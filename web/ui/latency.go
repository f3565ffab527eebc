package ui

import (
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
)

// p99 writes the slow end of the latency.
func p99(q *slo.Quantiles) string {
	if q == nil {
		return ""
	}
	return Quantile(q.P99, q.Above)
}

// Quantile writes a quantile, which may be known only to be above a bound.
func Quantile(value, above *float64) string {
	if value == nil && above != nil {
		return "> " + format.Latency(above)
	}
	return format.Latency(value)
}

// AverageText is an average in a few words.
func AverageText(t slo.Took) string {
	average, known := t.Average()
	if !known {
		return format.Unknown
	}
	if !average.Bounded() {
		return format.Average(&average.Estimate, nil)
	}
	return format.Average(&average.Estimate, &average.High)
}

// AverageBounds says how far the estimate of an average can be off; empty when there is
// none.
func AverageBounds(t slo.Took) string {
	average, known := t.Average()
	switch {
	case !known:
		return ""
	case average.Bounded():
		return "between " + format.Latency(&average.Low) + " and " + format.Latency(&average.High)
	}
	return "no less than " + format.Latency(&average.Low) + " for certain; nobody knows how long the slowest took"
}
