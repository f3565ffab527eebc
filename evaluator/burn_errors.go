package evaluator

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// burnErrors are the kinds of errors in the windows of the tiers that page and are
// at or over their rate now; nil, and free, while none is.
func (e *Evaluator) burnErrors(s subject, a slo.Assessment) map[time.Duration][]slo.ClassCount {
	var out map[time.Duration][]slo.ClassCount
	for _, t := range s.Tiers {
		if !s.Pages(t) || !over(a, t.Long, t.BurnRate) || !over(a, t.Short, t.BurnRate) {
			continue
		}
		for _, length := range []time.Duration{t.Long, t.Short} {
			if _, done := out[length]; done {
				continue
			}
			if out == nil {
				out = map[time.Duration][]slo.ClassCount{}
			}
			out[length] = e.errors(s, a.AsOf.Add(-length), a.AsOf)
		}
	}
	return out
}

// over reports whether a burn window is at or over a rate.
func over(a slo.Assessment, length time.Duration, rate float64) bool {
	have, known := a.BurnRate(length)
	return known && have >= rate
}
