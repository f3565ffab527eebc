package canary

import (
	"math/rand/v2"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// With as many calls as are said to be needed, about as many of simulated canaries pass
// as were asked for.
func TestSoManyCallsAreNeeded(t *testing.T) {
	const times, power = 1000, 0.8
	for _, ratio := range []float64{0.00025, 0.0005, 0.001} {
		test := DefaultTest()
		n := test.Need(slo.MustObjective("99.9%"), ratio, 0.1, power)
		r, passed := rand.New(rand.NewPCG(11, 11)), 0
		for range times {
			s := subject("99.9%", of(events(r, n, ratio), n), of(events(r, 9*n, ratio), 9*n))
			if test.verdict(s, 1) == slo.VerdictPass {
				passed++
			}
		}
		if got := float64(passed) / times; got < power-0.1 || got > power+0.15 {
			t.Errorf("with a ratio of %v and %d calls %.3f pass, want about %v", ratio, n, got, power)
		}
	}
}
