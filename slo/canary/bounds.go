package canary

import (
	"math"

	"github.com/slofuse/slofuse/slo"
)

// PWorse is the p-value of the canary being no worse than a margin, p₁ − p₀ ≤ margin,
// where p₁ and p₀ are the true error ratios of canary and baseline: how surprising so
// many bad calls of the canary beside so few of the baseline are then. Both totals are
// above 0. It is 1 where it is a half or more, and [leastP] where it is less than that.
//
// Each side by itself is judged as Clopper and Pearson do (Biometrika 26, 1934): with
// what chance so many bad calls or more are seen when p₁ is true, and so few or fewer
// when p₀ is. The two chances are written as normal scores z and put together as two
// independent deviations, for the most lenient pair on the line p₁ = p₀ + margin:
//
//	z₁(p) = Φ⁻¹(1 − P(bad₁ or more | p))      z₀(p) = Φ⁻¹(1 − P(bad₀ or fewer | p))
//	p-value = 1 − Φ( min over p of √( z₁(p+margin)² + z₀(p)² ) ),  negative z as 0
//
// Zou and Donner (Statistics in Medicine 27, 2008) put the limits of two sides together
// so, with the distances to the limits in place of the scores; where a side has few
// errors its distances are lopsided and the scores still hold. Beside a baseline that
// never fails all of it is the rule of three: no error among n calls leaves 3/n possible.
// The tests of this package add up over all outcomes what it errs.
func PWorse(canary, baseline slo.Counts, margin float64) float64 {
	r := deviation(canary, baseline, margin)
	if r <= 0 {
		return 1
	}
	return max(math.Erfc(r/math.Sqrt2)/2, leastP)
}

// PWithin is the p-value of the canary being worse than a margin or just as bad,
// p₁ − p₀ ≥ margin: [PWorse] with the sides exchanged.
func PWithin(canary, baseline slo.Counts, margin float64) float64 {
	return PWorse(baseline, canary, -margin)
}

// leastP is the smallest p-value that is told: below it, it says "at most".
const leastP = 1e-12

// deviation is the least √(z₁² + z₀²) on the line p₁ = p₀ + margin. It is 0 where the
// observed ratios lie on the line or on its harmless side.
func deviation(canary, baseline slo.Counts, margin float64) float64 {
	p1, _ := canary.ErrorRatio()
	p0, _ := baseline.ErrorRatio()
	low, high := max(p0, -margin), min(p1-margin, 1) // at one end one score is 0, at the other the other
	if low > high || p1-p0 <= margin {
		return 0
	}
	return math.Sqrt(least(low, high, func(p float64) float64 {
		z1 := score(logAtLeast(canary.Bad, canary.Total, min(p+margin, 1)))
		z0 := score(logAtMost(baseline.Bad, baseline.Total, p))
		return z1*z1 + z0*z0
	}))
}

// score is how many standard deviations out a normal variable lies that is exceeded
// with a chance, given as its logarithm; 0 for a half and more.
func score(logChance float64) float64 {
	const far = -30
	switch {
	case logChance >= -math.Ln2:
		return 0
	case math.IsInf(logChance, -1):
		return math.Inf(1)
	case logChance > far:
		return math.Sqrt2 * math.Erfcinv(2*math.Exp(logChance))
	}
	z := math.Sqrt(-2 * logChance) // far out the chance is e^(−z²/2)/(z√(2π)) · (1 − 1/z² + 3/z⁴ − …)
	for range 6 {
		q := 1 / (z * z)
		z = math.Sqrt(-2 * (logChance + math.Log(z*math.Sqrt(2*math.Pi)) - math.Log1p(-q+3*q*q-15*q*q*q)))
	}
	return z
}

// least is the minimum between two points of a function that falls and then rises, by
// golden sections.
func least(low, high float64, f func(float64) float64) float64 {
	const sections = 48
	ratio := 1 / math.Phi
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	fa, fb := f(a), f(b)
	best := min(f(low), f(high), fa, fb)
	for range sections {
		if fa <= fb {
			high, b, fb = b, a, fa
			a = high - ratio*(high-low)
			fa = f(a)
			best = min(best, fa)
			continue
		}
		low, a, fa = a, b, fb
		b = low + ratio*(high-low)
		fb = f(b)
		best = min(best, fb)
	}
	return best
}

// Lower is the lower bound of p₁ − p₀, that holds with a confidence of 1 − alpha: the
// largest margin that [PWorse] refuses. Alpha is below a half.
func Lower(canary, baseline slo.Counts, alpha float64) float64 {
	p1, _ := canary.ErrorRatio()
	p0, _ := baseline.ErrorRatio()
	low, high := -1.0, p1-p0
	for high-low > 1e-6*max(math.Abs(high), math.Abs(low), 1e-9) {
		middle := low + (high-low)/2
		if PWorse(canary, baseline, middle) <= alpha {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// Upper is the upper bound of p₁ − p₀, that holds with a confidence of 1 − alpha: the
// smallest margin that [PWithin] refuses. Alpha is below a half.
func Upper(canary, baseline slo.Counts, alpha float64) float64 {
	return -Lower(baseline, canary, alpha)
}
