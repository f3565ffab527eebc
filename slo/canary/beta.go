package canary

import "math"

// logAtMost is the logarithm of the chance of k or fewer events among n, each with
// probability p: the binomial distribution function, by way of the incomplete beta
// function (NIST Digital Library of Mathematical Functions, 8.17.5).
func logAtMost(k, n int64, p float64) float64 {
	switch {
	case k < 0:
		return math.Inf(-1)
	case k >= n:
		return 0
	}
	return logIncompleteBeta(float64(n-k), float64(k+1), 1-p, p)
}

// logAtLeast is the logarithm of the chance of k or more events.
func logAtLeast(k, n int64, p float64) float64 {
	switch {
	case k <= 0:
		return 0
	case k > n:
		return math.Inf(-1)
	}
	return logIncompleteBeta(float64(k), float64(n-k+1), p, 1-p)
}

// logIncompleteBeta is the logarithm of the regularized incomplete beta function
// I_x(a,b); y is 1 − x, given apart because the difference loses what is small. It is a
// logarithm because a chance may be smaller than any float.
func logIncompleteBeta(a, b, x, y float64) float64 {
	switch {
	case x <= 0:
		return math.Inf(-1)
	case y <= 0:
		return 0
	case x > (a+1)/(a+b+2): // where the fraction converges slowly
		return math.Log1p(-math.Exp(logIncompleteBeta(b, a, y, x)))
	}
	return a*logOf(x, y) + b*logOf(y, x) - logBeta(a, b) - math.Log(a) + math.Log(betaFraction(a, b, x))
}

// logOf is log(x), exact also where x = 1 − y is so near to 1 that it has lost what y is.
func logOf(x, y float64) float64 {
	if y < 0.5 {
		return math.Log1p(-y)
	}
	return math.Log(x)
}

// logBeta is the logarithm of the beta function.
func logBeta(a, b float64) float64 {
	if small, large := min(a, b), max(a, b); large > stirlingFrom {
		return logGamma(small) + logGammaRatio(large, small)
	}
	return logGamma(a) + logGamma(b) - logGamma(a+b)
}

func logGamma(a float64) float64 {
	v, _ := math.Lgamma(a)
	return v
}

// stirlingFrom is from where on Stirling's series below is exact to the last digits.
const stirlingFrom = 100

// logGammaRatio is log Γ(a) − log Γ(a+b) for a large a. Both are huge beside their
// difference, so it is taken term by term of Stirling's series (same library, 5.11.1).
func logGammaRatio(a, b float64) float64 {
	return b - (a+b-0.5)*math.Log1p(b/a) - b*math.Log(a) + stirlingTail(a) - stirlingTail(a+b)
}

func stirlingTail(a float64) float64 {
	q := 1 / (a * a)
	return (1.0/12 - q*(1.0/360-q*(1.0/1260-q/1680))) / a
}

// betaFraction is the continued fraction 8.17.22 of the same library, by the method
// of Lentz. It takes some times the root of the larger of a and b·x steps.
func betaFraction(a, b, x float64) float64 {
	const tiny, precise, most = 1e-300, 1e-15, 1_000_000
	c, d := 1.0, 1/notZero(1-(a+b)*x/(a+1), tiny)
	h := d
	for m := 1.0; m < most; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / notZero(1+even*d, tiny)
		c = notZero(1+even/c, tiny)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / notZero(1+odd*d, tiny)
		c = notZero(1+odd/c, tiny)
		h *= d * c
		if math.Abs(d*c-1) < precise {
			break
		}
	}
	return h
}

func notZero(v, tiny float64) float64 {
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}
