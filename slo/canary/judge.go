package canary

import (
	"fmt"
	"math"
	"strconv"

	"github.com/slofuse/slofuse/slo"
)

// lacks says why a subject cannot be tested; empty when it can.
func (t Test) lacks(s Subject) string {
	for _, side := range []struct {
		name string
		Side
	}{{"canary", s.Canary}, {"baseline", s.Baseline}} {
		switch {
		case side.Unknown != "":
			return fmt.Sprintf("the %s is not known: %s", side.name, side.Unknown)
		case side.Total == 0:
			return fmt.Sprintf("no calls on the %s", side.name)
		case side.Total < t.MinCalls:
			return fmt.Sprintf("only %s on the %s, %s are needed", calls(side.Total), side.name, slo.FormatCount(t.MinCalls))
		}
	}
	if t.Tolerance.Margin(s.Objective) >= 1 {
		return fmt.Sprintf("a tolerance of %s asks nothing of an objective of %s", t.Tolerance, s.Objective)
	}
	return ""
}

// verdict judges one of m subjects. It asks for no more than the look decides: bounds
// and reasons are for who reads it.
func (t Test) verdict(s Subject, m int) slo.Verdict {
	margin := t.Tolerance.Margin(s.Objective)
	switch {
	case t.lacks(s) != "":
		return slo.VerdictInconclusive
	case s.Canary.Bad >= s.MinBad && PWorse(s.Canary.Counts, s.Baseline.Counts, margin) <= t.failAlpha(m):
		return slo.VerdictFail
	case t.final() && PWithin(s.Canary.Counts, s.Baseline.Counts, margin) <= t.passAlpha():
		return slo.VerdictPass
	}
	return slo.VerdictInconclusive
}

// why says what a verdict stands on.
func (t Test) why(c Comparison) string {
	if lacks := t.lacks(c.Subject); lacks != "" {
		return lacks
	}
	d, seen := c.Difference, c.seen()
	switch {
	case c.Verdict == slo.VerdictFail:
		return fmt.Sprintf("%s: worse by %s, %s", seen, points(d.Ratio), c.bounds())
	case c.Verdict == slo.VerdictPass:
		return fmt.Sprintf("%s: no worse than tolerated, %s", seen, c.bounds())
	case d.PWorse <= 1-d.LowerConfidence:
		return fmt.Sprintf("%s: worse, but fewer than %d bad calls fail nothing", seen, c.MinBad)
	case d.PWithin <= 1-d.UpperConfidence:
		return fmt.Sprintf("%s: no worse than tolerated so far, %s", seen, c.bounds())
	}
	return fmt.Sprintf("%s: cannot be told yet, %s", seen, c.bounds())
}

// seen says what happened on both sides.
func (c Comparison) seen() string {
	return fmt.Sprintf("%s of %s %s on the canary, %s of %s on the baseline", slo.FormatCount(c.Canary.Bad), calls(c.Canary.Total), c.Bad,
		slo.FormatCount(c.Baseline.Bad), slo.FormatCount(c.Baseline.Total))
}

// bounds says how large the difference may be, and what is tolerated.
func (c Comparison) bounds() string {
	d := c.Difference
	text := fmt.Sprintf("%s to %s (%s)", signed(d.Lower), signed(d.Upper), confidence(d.LowerConfidence))
	if d.LowerConfidence != d.UpperConfidence {
		text = fmt.Sprintf("%s (%s) to %s (%s)", signed(d.Lower), confidence(d.LowerConfidence), signed(d.Upper), confidence(d.UpperConfidence))
	}
	return fmt.Sprintf("the difference is %s, %s are tolerated", text, points(c.Margin))
}

func calls(n int64) string {
	if n == 1 {
		return "1 call"
	}
	return slo.FormatCount(n) + " calls"
}

// points writes a difference of ratios in percentage points, with two digits of it.
func points(ratio float64) string { return slo.FormatNumber(math.Abs(ratio)*100, 2) + " points" }

// signed writes a bound in percentage points.
func signed(ratio float64) string {
	if text := slo.FormatNumber(ratio*100, 2); ratio <= 0 {
		return text
	}
	return "+" + slo.FormatNumber(ratio*100, 2)
}

// confidence writes how sure a bound is, with the digits that tell it from certainty.
func confidence(c float64) string {
	decimals := 0
	for rounded(c, decimals) > (1-c)*0.05 {
		decimals++
	}
	return strconv.FormatFloat(c*100, 'f', decimals, 64) + "%"
}

// rounded is by how much a ratio changes as a percentage with so many decimals.
func rounded(ratio float64, decimals int) float64 {
	unit := math.Pow10(decimals + 2)
	return math.Abs(math.Round(ratio*unit)/unit - ratio)
}
