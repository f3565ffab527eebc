package canary

import (
	"errors"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Test says what is asked of a canary, and how sure the answer has to be.
//
// Confidence is kept so, with α = 1 − Confidence:
//
//   - A test of several objectives fails when one of them does. Each of m is tested
//     with α/m (Bonferroni), so that a canary that is no worse than tolerated anywhere
//     fails with a chance of α at most. What Holm's correction adds never changes
//     whether there is a failure, only how many.
//   - A test that is put Looks times shares α out: a half goes to the last look, the
//     other half in equal parts to those before (alpha spending by sums, which holds
//     however the looks depend on each other). Who does not count looks, Look is 0,
//     gets equal parts of all.
//   - It passes when every objective does, each with α: for all of them to pass wrongly
//     is no more likely than for one (Berger, Technometrics 24, 1982). While looks are
//     counted only the last one passes.
type Test struct {
	Confidence float64 // above a half, below 1
	Tolerance  Tolerance
	MinCalls   int64 // of each side
	Looks      int   // how often the test is put; 1 is once
	Look       int   // which of the looks this is, from 1; 0 does not count them
}

// Defaults of a [Test].
const (
	DefaultConfidence = 0.95
	DefaultMinCalls   = 100
	MaxLooks          = 1000
)

// DefaultTest is a test that is put once.
func DefaultTest() Test {
	return Test{Confidence: DefaultConfidence, Tolerance: DefaultTolerance(), MinCalls: DefaultMinCalls, Looks: 1}
}

// Check refuses what cannot be tested.
func (t Test) Check() error {
	switch {
	case !(t.Confidence > 0.5 && t.Confidence <= 0.9999):
		return errors.New("a confidence lies above 50% and is at most 99.99%, such as 95%")
	case t.MinCalls < 1:
		return errors.New("at least 1 call is needed of each side")
	case t.Looks < 1 || t.Looks > MaxLooks:
		return fmt.Errorf("a test is put from 1 to %d times", MaxLooks)
	case t.Look < 0 || t.Look > t.Looks:
		return fmt.Errorf("look %d is not one of %d", t.Look, t.Looks)
	}
	return nil
}

// final reports whether the test may pass now.
func (t Test) final() bool { return t.Look == 0 || t.Look == t.Looks }

// failAlpha is how often a look may fail one of m objectives wrongly, passAlpha how
// often it may pass one wrongly.
func (t Test) failAlpha(m int) float64 {
	alpha := (1 - t.Confidence) / float64(max(m, 1))
	switch {
	case t.Looks <= 1:
		return alpha
	case t.Look == 0:
		return alpha / float64(t.Looks)
	case t.Look == t.Looks:
		return alpha / 2
	}
	return alpha / 2 / float64(t.Looks-1)
}

func (t Test) passAlpha() float64 {
	if t.Look == 0 {
		return (1 - t.Confidence) / float64(max(t.Looks, 1))
	}
	return 1 - t.Confidence
}

// Side is what one side did while both were there.
type Side struct {
	slo.Counts
	Buckets []slo.Bucket // in seconds, in any order; nil unless calls were timed
	Unknown string       // why nothing can be concluded; empty when it can
}

// Subject is an objective with its two sides.
type Subject struct {
	ID        slo.ID
	Objective slo.Objective
	Bad       string // what a bad call did, for a sentence: "failed"
	MinBad    int64  // fewer bad calls of the canary than that fail nothing
	Canary    Side
	Baseline  Side
	From, To  time.Time // when both sides were counted
}

// Comparison is what a test found of a subject.
type Comparison struct {
	Subject
	Verdict    slo.Verdict
	Reason     string
	Margin     float64     // the tolerated difference of error ratios
	Difference *Difference // nil without calls of both sides
	Latency    *Latency    // nil unless calls of both sides were timed
}

// Difference is the error ratio of the canary minus that of the baseline, with its
// bounds: each holds with its own confidence, and a verdict goes by them.
type Difference struct {
	Ratio                            float64
	Lower, Upper                     float64
	LowerConfidence, UpperConfidence float64
	PWorse                           float64 // see [PWorse]; it fails at or under 1 − LowerConfidence
	PWithin                          float64 // see [PWithin]; it passes at or under 1 − UpperConfidence
}

// Compare puts the test to subjects, in their order.
func (t Test) Compare(subjects []Subject) []Comparison {
	m := 0
	for _, s := range subjects {
		if t.lacks(s) == "" {
			m++
		}
	}
	out := make([]Comparison, len(subjects))
	for i, s := range subjects {
		out[i] = t.compare(s, m)
	}
	return out
}

func (t Test) compare(s Subject, m int) Comparison {
	c := Comparison{Subject: s, Margin: t.Tolerance.Margin(s.Objective)}
	if s.Canary.Total > 0 && s.Baseline.Total > 0 {
		c.Difference = t.difference(c, m)
		c.Latency = compareLatency(s.Canary.Buckets, s.Baseline.Buckets, t.Confidence)
	}
	c.Verdict = t.verdict(s, m)
	c.Reason = t.why(c)
	return c
}

func (t Test) difference(c Comparison, m int) *Difference {
	canary, baseline := c.Canary.Counts, c.Baseline.Counts
	p1, _ := canary.ErrorRatio()
	p0, _ := baseline.ErrorRatio()
	fail, pass := t.failAlpha(m), t.passAlpha()
	return &Difference{
		Ratio: p1 - p0,
		Lower: Lower(canary, baseline, fail), LowerConfidence: 1 - fail,
		Upper: Upper(canary, baseline, pass), UpperConfidence: 1 - pass,
		PWorse: PWorse(canary, baseline, c.Margin), PWithin: PWithin(canary, baseline, c.Margin),
	}
}
