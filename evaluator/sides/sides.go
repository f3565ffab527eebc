// Package sides reads what two versions of the same functions did beside each other.
//
// It reads as the evaluator always does, births, resets and late samples included, but
// for this one question: into a ledger in memory that is dropped afterwards. So it needs
// nobody who has counted the versions before, and disturbs nobody who counts the whole.
package sides

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
)

// Question is what to read: of pairs, the last window before a moment.
type Question struct {
	Pairs  []canary.Pair
	Window time.Duration
	Moment time.Time
}

// Read answers a question. Config says whom to ask; its ledger and horizon are not used. What could not be read is unknown in the readings, one for each
// pair in their order, and the error says why; without any it is nil readings.
func Read(ctx context.Context, cfg evaluator.Config, q Question, report func(evaluator.Progress)) ([]canary.Reading, error) {
	book, err := ledger.Open(ctx, nil)
	if err != nil {
		return nil, err
	}
	cfg.Ledger, cfg.Horizon = book, q.Window
	e, err := evaluator.New(cfg)
	if err != nil {
		return nil, err
	}
	var all slo.Set
	for _, p := range q.Pairs {
		all.SLOs = append(all.SLOs, p.Canary, p.Baseline)
	}
	e.SetSLOs(all)
	err = e.CatchUp(ctx, q.Moment, report)
	out := make([]canary.Reading, len(q.Pairs))
	for i, p := range q.Pairs {
		out[i] = read(e, p, q.Window, e.LastSlot(q.Moment))
	}
	return out, err
}

// read sums up a pair since the window began or the canary appeared.
func read(e *evaluator.Evaluator, p canary.Pair, window time.Duration, to time.Time) canary.Reading {
	from := to.Add(-window)
	if born := firstSlot(e, p.Canary, from, to); born.After(from) {
		from = born
	}
	return canary.Reading{Canary: side(e, p.Canary, from, to), Baseline: side(e, p.Baseline, from, to), From: from, To: to}
}

// firstSlot is when the first slot with samples of an objective began; zero without any.
func firstSlot(e *evaluator.Evaluator, s slo.SLO, from, to time.Time) time.Time {
	for _, slot := range e.Increments(s, from, to, 1) {
		return time.Unix(slot.End-slot.Width, 0).UTC()
	}
	return time.Time{}
}

func side(e *evaluator.Evaluator, s slo.SLO, from, to time.Time) canary.Side {
	length := to.Sub(from)
	assessed := e.Assess(s, to, length)
	sum, _ := assessed.Burn(length)
	out := canary.Side{Counts: sum.Counts}
	switch {
	case !assessed.State.Measured():
		out.Unknown = cmp.Or(assessed.Reason, string(assessed.State))
	case !assessed.AsOf.Equal(to):
		out.Unknown = "it was read up to " + assessed.AsOf.Format(time.RFC3339) + " only"
	case !sum.Decides():
		out.Unknown = fmt.Sprintf("only %s of the last %s was read", slo.FormatShare(sum.Coverage), slo.FormatDuration(length))
	case s.SLI.Latency != nil:
		out.Buckets = buckets(e, s, from, to)
	}
	return out
}

// buckets are the calls of a latency by how long they took, in seconds.
func buckets(e *evaluator.Evaluator, s slo.SLO, from, to time.Time) []slo.Bucket {
	classes := map[string]int64{}
	for _, slot := range e.Increments(s, from, to, math.MaxInt) {
		for class, n := range slot.Classes {
			classes[class] += n
		}
	}
	out := slo.BucketsOf(classes)
	for i, b := range out {
		out[i] = b.Scaled(s.SLI.Latency.Unit.Seconds())
	}
	return out
}
