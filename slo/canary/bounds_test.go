package canary

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func of(bad, total int64) slo.Counts { return slo.Counts{Bad: bad, Total: total} }

// Where a side cannot be worse than it is, or better, its score is 0 at the end of the
// line and the other side alone decides: (1 − share)^n that none of n calls fails,
// share^n that all do.
func TestPValuesOfHandComputedCases(t *testing.T) {
	for _, c := range []struct {
		name             string
		canary, baseline slo.Counts
		margin           float64
		worse, within    float64
	}{
		{"no error, none beside it", of(0, 3000), of(0, 10_000), 0.001, 1, math.Pow(0.999, 3000)},
		{"the same and no margin", of(5, 1000), of(5, 1000), 0, 1, 1},
		{"all fail, all fail beside it", of(10, 10), of(20, 20), 0, 1, 1},
		{"none fails, all do beside it", of(0, 4), of(9, 9), 0, 1, leastEven(4, 9)},
		{"all fail, none beside it", of(4, 4), of(0, 9), 0, leastEven(4, 9), 1},
	} {
		if got := PWorse(c.canary, c.baseline, c.margin); !(math.Abs(got-c.worse) <= 1e-6*c.worse) {
			t.Errorf("%s: worse with %v, want %v", c.name, got, c.worse)
		}
		if got := PWithin(c.canary, c.baseline, c.margin); !(math.Abs(got-c.within) <= 1e-6*c.within) {
			t.Errorf("%s: within the margin with %v, want %v", c.name, got, c.within)
		}
	}
}

// leastEven looks at every thousandth of a share for the most lenient one at which m
// calls all fail and n all succeed.
func leastEven(m, n float64) float64 {
	z := func(p float64) float64 { return math.Sqrt2 * math.Erfinv(1-2*min(p, 0.5)) }
	best := math.Inf(1)
	for i := 1.0; i < 100_000; i++ {
		p := i / 100_000
		best = min(best, math.Hypot(z(math.Pow(p, m)), z(math.Pow(1-p, n))))
	}
	return math.Erfc(best/math.Sqrt2) / 2
}

// The tails are exact here: sums of the terms in 400 bits, on every thousandth of the
// line between the two ratios.
func TestPWorseAgreesWithExactTailsOnAGrid(t *testing.T) {
	for _, c := range []struct {
		canary, baseline slo.Counts
		margin           *big.Rat
	}{
		{of(12, 400), of(10, 900), big.NewRat(1, 1000)},
		{of(3, 100), of(0, 300), big.NewRat(0, 1)},
		{of(7, 60), of(1, 40), big.NewRat(1, 50)},
	} {
		margin, _ := c.margin.Float64()
		low, high := big.NewRat(c.baseline.Bad, c.baseline.Total), big.NewRat(c.canary.Bad, c.canary.Total)
		high.Sub(high, c.margin)
		step := new(big.Rat).Quo(new(big.Rat).Sub(high, low), big.NewRat(200, 1))
		best := math.Inf(1)
		for p := new(big.Rat).Set(low); p.Cmp(high) <= 0; p.Add(p, step) {
			z1 := score(math.Log(exactTail(c.canary.Bad, c.canary.Total, new(big.Rat).Add(p, c.margin))))
			z0 := score(math.Log(1 - exactTail(c.baseline.Bad+1, c.baseline.Total, p)))
			best = min(best, math.Hypot(z1, z0))
		}
		want := math.Erfc(best/math.Sqrt2) / 2
		if got := PWorse(c.canary, c.baseline, margin); !(got >= want*0.9999 && got <= want*1.003) {
			t.Errorf("%+v beside %+v with %v: %v, on the grid %v", c.canary, c.baseline, c.margin, got, want)
		}
	}
}

func anyCounts(r *rand.Rand) slo.Counts {
	total := 1 + r.Int64N(1<<r.IntN(20))
	return slo.Counts{Total: total, Bad: int64(float64(total+1) * math.Pow(r.Float64(), 6))}
}

func TestSwappedSidesHaveMirroredBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 100 {
		a, b := anyCounts(r), anyCounts(r)
		if lower, upper := Lower(a, b, 0.05), Upper(b, a, 0.05); lower != -upper {
			t.Errorf("%+v and %+v: at least %v, swapped at most %v", a, b, lower, upper)
		}
		if there, back := PWorse(a, b, 0.001), PWithin(b, a, -0.001); there != back {
			t.Errorf("%+v and %+v: p %v, swapped %v", a, b, there, back)
		}
	}
}

func TestBoundsHoldTheDifferenceAndWidenWithConfidence(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 100 {
		a, b := anyCounts(r), anyCounts(r)
		p1, _ := a.ErrorRatio()
		p0, _ := b.ErrorRatio()
		lower, upper := Lower(a, b, 0.05), Upper(a, b, 0.05)
		wideLower, wideUpper := Lower(a, b, 0.01), Upper(a, b, 0.01)
		if d := p1 - p0; !(wideLower <= lower && lower <= d && d <= upper && upper <= wideUpper) {
			t.Errorf("%+v and %+v differ by %v: %v to %v, and %v to %v with 99 %%", a, b, d, lower, upper, wideLower, wideUpper)
		}
	}
}

func TestMoreErrorsOfTheCanaryMakeItWorse(t *testing.T) {
	for _, total := range []int64{1, 7, 120, 4000, 1_000_000} {
		for _, baseline := range []slo.Counts{of(0, 40), of(3, 1000), of(400, 1000), of(50, 2_000_000)} {
			worse, within := 1.0, 0.0
			for bad := int64(0); bad <= min(total, 300); bad++ {
				w, i := PWorse(of(bad, total), baseline, 0.002), PWithin(of(bad, total), baseline, 0.002)
				if !(w <= worse*(1+1e-9) && i >= within*(1-1e-9)) {
					t.Fatalf("%d of %d beside %+v: %v and %v after %v and %v", bad, total, baseline, w, i, worse, within)
				}
				worse, within = w, i
			}
		}
	}
}

func TestABoundIsWhereThePValueIsAlpha(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 60 {
		a, b := anyCounts(r), anyCounts(r)
		lower := Lower(a, b, 0.05)
		if lower == -1 {
			continue
		}
		width := Upper(a, b, 0.05) - lower
		if below, above := PWorse(a, b, lower-width/1000), PWorse(a, b, lower+width/1000); !(below <= 0.05 && above >= 0.05) {
			t.Errorf("%+v and %+v: p %v below the bound %v and %v above it", a, b, below, lower, above)
		}
	}
}

// Golden sections find the minimum of what falls and then rises: so the line is walked
// in small steps, even and by equal factors, and no step may lie lower.
func TestTheMostLenientPairOfRatiosIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 150 {
		a, b, margin := anyCounts(r), anyCounts(r), 0.001
		p1, _ := a.ErrorRatio()
		p0, _ := b.ErrorRatio()
		found := deviation(a, b, margin)
		for i := range 400 {
			share := float64(i) / 400
			for _, p := range []float64{p0 + share*(p1-margin-p0), p0 + (p1-margin-p0)*math.Exp(-30*share)} {
				if p1-p0 <= margin {
					continue
				}
				z1, z0 := score(logAtLeast(a.Bad, a.Total, p+margin)), score(logAtMost(b.Bad, b.Total, p))
				if at := math.Hypot(z1, z0); !(at >= found*(1-1e-6)) {
					t.Fatalf("%+v beside %+v: %v at %v, found %v", a, b, at, p, found)
				}
			}
		}
	}
}
