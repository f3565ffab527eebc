package api

import (
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
)

// CanaryVerdict answers whether a canary may go on: a [Verdict] with the numbers of both
// sides.
type CanaryVerdict struct {
	Verdict     string        `json:"verdict"` // pass, fail or inconclusive
	AsOf        *time.Time    `json:"as_of"`   // the oldest reading it stands on; null without any
	Canary      string        `json:"canary"`  // the matchers of either side
	Baseline    string        `json:"baseline"`
	Test        CanaryTest    `json:"test"`
	Checks      []CanaryCheck `json:"checks"`
	NotCompared []NotCompared `json:"not_compared"` // they have no part in the verdict
}

// CanaryTest is what was asked, and how sure the answer had to be.
type CanaryTest struct {
	Confidence float64 `json:"confidence"`
	Tolerance  string  `json:"tolerance"` // "1x" of what the objective lets fail, or "0.1%" of all calls
	MinCalls   int64   `json:"min_calls"`
	Looks      int     `json:"looks"`
	Look       *int    `json:"look"` // null when looks are not counted
}

// NotCompared is an SLO whose sides cannot be counted apart.
type NotCompared struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// CanaryCheck is the verdict on one SLO.
type CanaryCheck struct {
	ID         string            `json:"id"`
	Verdict    string            `json:"verdict"`
	Reason     string            `json:"reason"`
	From       *time.Time        `json:"from"` // both sides were counted from here on
	To         *time.Time        `json:"to"`
	Canary     CanarySide        `json:"canary"`
	Baseline   CanarySide        `json:"baseline"`
	Tolerated  float64           `json:"tolerated"`  // difference of the error ratios
	Difference *CanaryDifference `json:"difference"` // null without calls of both sides
	Slower     *CanaryShift      `json:"slower"`     // null unless calls of both sides were timed alike
}

// CanarySide is what one side did.
type CanarySide struct {
	Calls      int64             `json:"calls"`
	Bad        int64             `json:"bad"`
	ErrorRatio *float64          `json:"error_ratio"` // null without calls
	Latency    []LatencyQuantile `json:"latency"`     // empty unless calls were timed
}

// LatencyQuantile is a latency in seconds that a share of the calls did not exceed, and
// between which bounds of buckets it lies with the confidence of the test.
type LatencyQuantile struct {
	Share float64  `json:"share"`
	Value *float64 `json:"value"` // null above the last bound
	Lower *float64 `json:"lower"`
	Upper *float64 `json:"upper"`
}

// CanaryDifference is the error ratio of the canary minus that of the baseline.
type CanaryDifference struct {
	Ratio           float64 `json:"ratio"`
	Lower           float64 `json:"lower"`
	LowerConfidence float64 `json:"lower_confidence"`
	Upper           float64 `json:"upper"`
	UpperConfidence float64 `json:"upper_confidence"`
	PWorse          float64 `json:"p_worse"`  // of a canary that is no worse than tolerated
	PWithin         float64 `json:"p_within"` // of one that is worse
}

// CanaryShift says whether the canary's calls lie in slower buckets.
type CanaryShift struct {
	Probability float64 `json:"probability"` // that a call of the canary takes longer; 0.5 is alike
	P           float64 `json:"p"`
}

// FromCanary writes an outcome of a test and a split.
func FromCanary(t canary.Test, s canary.Split, o canary.Outcome) CanaryVerdict {
	out := CanaryVerdict{
		Verdict: string(o.Verdict), AsOf: instant(o.AsOf), Canary: canary.Format(s.Canary), Baseline: canary.Format(s.Baseline),
		Test:   CanaryTest{Confidence: t.Confidence, Tolerance: t.Tolerance.String(), MinCalls: t.MinCalls, Looks: t.Looks},
		Checks: make([]CanaryCheck, len(o.Comparisons)), NotCompared: make([]NotCompared, len(o.NotCompared)),
	}
	if t.Look > 0 {
		out.Test.Look = &t.Look
	}
	for i, c := range o.Comparisons {
		out.Checks[i] = fromComparison(c)
	}
	for i, n := range o.NotCompared {
		out.NotCompared[i] = NotCompared{ID: n.ID.String(), Reason: n.Reason}
	}
	return out
}

func fromComparison(c canary.Comparison) CanaryCheck {
	out := CanaryCheck{
		ID: c.ID.String(), Verdict: string(c.Verdict), Reason: c.Reason, From: instant(c.From), To: instant(c.To), Tolerated: c.Margin,
		Canary: fromSide(c.Canary.Counts), Baseline: fromSide(c.Baseline.Counts),
	}
	if d := c.Difference; d != nil {
		out.Difference = &CanaryDifference{
			Ratio: d.Ratio, Lower: d.Lower, LowerConfidence: d.LowerConfidence, Upper: d.Upper, UpperConfidence: d.UpperConfidence,
			PWorse: d.PWorse, PWithin: d.PWithin,
		}
	}
	if l := c.Latency; l != nil {
		out.Canary.Latency, out.Baseline.Latency = fromQuantiles(l.Canary), fromQuantiles(l.Baseline)
		if l.Shift != nil {
			out.Slower = &CanaryShift{Probability: l.Shift.Slower, P: l.Shift.P}
		}
	}
	return out
}

func fromSide(c slo.Counts) CanarySide {
	out := CanarySide{Calls: c.Total, Bad: c.Bad, Latency: []LatencyQuantile{}}
	if ratio, known := c.ErrorRatio(); known {
		out.ErrorRatio = &ratio
	}
	return out
}

func fromQuantiles(quantiles []canary.Quantile) []LatencyQuantile {
	out := make([]LatencyQuantile, len(quantiles))
	for i, q := range quantiles {
		out[i] = LatencyQuantile{Share: q.Share, Value: q.Value, Lower: q.Lower, Upper: q.Upper}
	}
	return out
}
