package canary

import (
	"math"
	"math/big"
	"testing"
)

// exactTail is the chance of k or more events among n by adding up the terms of the
// binomial distribution in 400 bits.
func exactTail(k, n int64, p *big.Rat) float64 {
	const bits = 400
	newFloat := func() *big.Float { return new(big.Float).SetPrec(bits) }
	yes := newFloat().SetRat(p)
	no := newFloat().SetRat(new(big.Rat).Sub(big.NewRat(1, 1), p))
	term, sum := newFloat().SetInt64(1), newFloat()
	for range n {
		term.Mul(term, no)
	}
	for i := int64(0); i <= n; i++ {
		if i >= k {
			sum.Add(sum, term)
		}
		term.Mul(term, newFloat().SetRat(big.NewRat(n-i, i+1)))
		term.Mul(term, yes)
		term.Quo(term, no)
	}
	f, _ := sum.Float64()
	return f
}

func atLeast(k, n int64, p float64) float64 { return math.Exp(logAtLeast(k, n, p)) }

func atMost(k, n int64, p float64) float64 { return math.Exp(logAtMost(k, n, p)) }

func TestTailsAgreeWithExactSums(t *testing.T) {
	for _, c := range []struct {
		k, n  int64
		share *big.Rat
	}{
		{1, 1, big.NewRat(1, 2)},
		{3, 10, big.NewRat(1, 10)},
		{10, 10, big.NewRat(9, 10)},
		{1, 3000, big.NewRat(1, 1000)},
		{12, 1040, big.NewRat(31, 9800)},
		{31, 9800, big.NewRat(1, 1000)},
		{5, 20_000, big.NewRat(1, 100_000)},
		{990, 1000, big.NewRat(99, 100)},
		{520, 1000, big.NewRat(1, 2)},
	} {
		share, _ := c.share.Float64()
		want := exactTail(c.k, c.n, c.share)
		if got := atLeast(c.k, c.n, share); math.Abs(got-want) > 1e-11*want {
			t.Errorf("%d or more of %d at %v: %v, exactly %v", c.k, c.n, c.share, got, want)
		}
		if got := atMost(c.k-1, c.n, share); math.Abs(got-(1-want)) > 1e-11 {
			t.Errorf("less than %d of %d at %v: %v, exactly %v", c.k, c.n, c.share, got, 1-want)
		}
	}
}

func TestTailsOfManyCallsAgreeWithTheirNeighbours(t *testing.T) {
	for _, n := range []int64{1_000_000, 1_000_000_000, 1_000_000_000_000} {
		share := 1000 / float64(n)
		at := atLeast(1000, n, share)
		if math.Abs(at-0.5) > 0.01 {
			t.Errorf("as many as expected or more of %d: %v, which is about a half", n, at)
		}
		// Both tails hold the term of 1000 events, which is about 1/√(2π·variance).
		term := at + atMost(1000, n, share) - 1
		if want := 1 / math.Sqrt(2*math.Pi*1000*(1-share)); math.Abs(term-want) > 2e-4*want {
			t.Errorf("exactly 1000 of %d: %v, want about %v", n, term, want)
		}
	}
}

func TestScoresAreNormalQuantilesAtAnyDistance(t *testing.T) {
	for _, c := range []struct{ logChance, want float64 }{
		{math.Log(0.5), 0},
		{math.Log(0.9), 0},
		{0, 0},
		{math.Log(0.05), 1.6448536269514722},
		{math.Log(0.001), 3.090232306167813},
		{math.Log(2.8665157187919333e-7), 5},
		{math.Log(7.619853024160527e-24), 10},
		{-203.91715537109724, 20},
		{-5005.524208672868, 100},
	} {
		if got := score(c.logChance); math.Abs(got-c.want) > 1e-6*max(c.want, 1) {
			t.Errorf("score of exp(%v): %v, want %v", c.logChance, got, c.want)
		}
	}
}
