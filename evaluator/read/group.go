package read

import (
	"context"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// pass is one reading of a span while it is going on.
type pass struct {
	span      ledger.Span
	width     int64
	tally     *plan.Tally
	unsteady  Marks                   // slots whose growth cannot be trusted
	baselines map[string][]baseline   // births that were not counted in full
	present   map[string]model.Matrix // where there are native histograms, by query
	choice    *choice                 // of replicas; nil when there is one
}

func newPass(span ledger.Span, width int64) *pass {
	return &pass{
		span:      span,
		width:     width,
		tally:     plan.NewTally(width),
		unsteady:  Marks{},
		baselines: map[string][]baseline{},
		present:   map[string]model.Matrix{},
	}
}

func (q *pass) grain() plan.Grain {
	return plan.Grain{Width: time.Duration(q.width) * time.Second, Lookback: Lookback}
}

// readGroup asks one group and adds its answers to the tally. What simply went on
// is read cheaply. Other slots are noted, to be read again in narrower ones; the
// narrowest are read in full and corrected for births.
func (r *Reader) readGroup(ctx context.Context, g *plan.Group, q *pass) error {
	if g.Native() {
		return r.readNative(ctx, g, q)
	}
	steps := stepsOf(q.span, q.width)
	answer, err := r.QueryRange(ctx, g.Steady(q.grain()), steps)
	if err != nil {
		return err
	}
	steady, err := splitSteady(answer)
	switch {
	case r.narrower(q.width) == q.width && err != nil:
		return r.readFully(ctx, g, q, []prom.Range{steps}, nil)
	case r.narrower(q.width) == q.width:
		steady.book(g, q.tally)
		return r.readFully(ctx, g, q, steady.odd(q.width, queryPoints/int64(g.Functions())), steady.byLabels())
	case err != nil:
		if err := r.readGrowth(ctx, g, q, steps, nil); err != nil {
			return err
		}
		return r.markUnsteady(ctx, g, q, g.Unsteady(q.grain()), steps)
	}
	steady.book(g, q.tally)
	steady.mark(g, q.unsteady)
	return r.markUnsteady(ctx, g, q, g.Resets(q.grain()), steps)
}

// readFully reads the slots of some ranges, but for what is booked already, and
// corrects them for births.
func (r *Reader) readFully(ctx context.Context, g *plan.Group, q *pass, ranges []prom.Range, done booked) error {
	var births []plan.Birth
	for _, steps := range ranges {
		if err := r.readGrowth(ctx, g, q, steps, done); err != nil {
			return err
		}
		answer, err := r.QueryRange(ctx, g.Births(q.grain()), steps)
		if err != nil {
			return err
		}
		births = append(births, birthsOf(answer)...)
	}
	return r.correctBirths(ctx, g, q, births)
}

func (r *Reader) readGrowth(ctx context.Context, g *plan.Group, q *pass, steps prom.Range, done booked) error {
	growth, err := r.QueryRange(ctx, g.Growth(q.grain()), steps)
	if err != nil {
		return err
	}
	q.book(g, growth, done)
	return nil
}

// book adds growth to the tally, but for what is booked already.
func (q *pass) book(g *plan.Group, growth model.Matrix, done booked) {
	for _, stream := range growth {
		labels := LabelsOf(stream.Metric)
		answer, told := q.tally.Answer(g, labels), done.of(labels)
		for _, sample := range stream.Values {
			if end := sample.Timestamp.Unix(); !told.has(end) {
				answer.Add(end, float64(sample.Value))
			}
		}
	}
}

// markUnsteady notes the slots of a group that cannot be trusted.
func (r *Reader) markUnsteady(ctx context.Context, g *plan.Group, q *pass, query string, steps prom.Range) error {
	unsteady, err := r.QueryRange(ctx, query, steps)
	each(unsteady, func(labels map[string]string, end int64, _ float64) { q.unsteady.Add(end, g.KeysOf(labels)) })
	return err
}
