package canary

import (
	"math"

	"github.com/slofuse/slofuse/slo"
)

// Need is how many calls a canary must get for a test of one objective to pass with a
// chance of power, when both sides fail with the same ratio and the canary gets a share
// of all calls. The counts are then about normal around what is expected; the result is
// where the test passes for a canary as bad as the power asks for.
func (t Test) Need(o slo.Objective, ratio, share, power float64) int64 {
	margin, out := t.Tolerance.Margin(o), math.Sqrt2*math.Erfinv(2*power-1)
	return smallestCount(func(n int64) bool {
		baseline := slo.Counts{Total: int64(float64(n) * (1 - share) / share)}
		if baseline.Total < 1 {
			return false
		}
		baseline.Bad = int64(math.Round(float64(baseline.Total) * ratio))
		spread := math.Sqrt(ratio * (1 - ratio) * (1/float64(n) + 1/float64(baseline.Total)))
		canary := slo.Counts{Total: n, Bad: int64(math.Ceil(float64(n) * (ratio + out*spread)))}
		return n >= t.MinCalls && canary.Valid() && PWithin(canary, baseline, margin) <= t.passAlpha()
	})
}

// smallestCount is where a condition becomes true that stays so but for small steps.
func smallestCount(holds func(int64) bool) int64 {
	high := int64(1)
	for !holds(high) && high < 1<<40 {
		high *= 2
	}
	low := high / 2
	for high-low > max(1, high/1000) {
		if middle := low + (high-low)/2; holds(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
