package read

import (
	"context"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// maxNativeCells is how many slots of functions one query of native histograms
// asks for. Each may hold a hundred buckets.
const maxNativeCells = 10_000

// readNative asks one group of native histograms, once it is known in which
// slots there are any: in most backends there are none.
func (r *Reader) readNative(ctx context.Context, g *plan.Group, q *pass) error {
	gr := g.Grain(q.grain())
	present, err := r.presentIn(ctx, g.Present(gr), q)
	if err != nil {
		return err
	}
	for _, steps := range chunks(present, gr.Width, max(maxNativeCells/g.Functions(), 1)) {
		if err := r.readNativeSteps(ctx, g, q, steps); err != nil {
			return err
		}
	}
	return nil
}

// presentIn asks a question once for all the groups of a pass that have it.
func (r *Reader) presentIn(ctx context.Context, query string, q *pass) (model.Matrix, error) {
	if answer, ok := q.present[query]; ok {
		return answer, nil
	}
	answer, err := r.QueryRange(ctx, query, stepsOf(q.span, q.width))
	if err == nil {
		q.present[query] = answer
	}
	return answer, err
}

// chunks covers the steps that have a value with ranges of at most so many
// steps.
func chunks(m model.Matrix, width time.Duration, most int) []prom.Range {
	var out []prom.Range
	each(m, func(_ map[string]string, end int64, _ float64) {
		at := time.Unix(end, 0)
		if n := len(out); n > 0 && at.Sub(out[n-1].Start) < time.Duration(most)*width {
			out[n-1].End = at
			return
		}
		out = append(out, prom.Range{Start: at, End: at, Step: width})
	})
	return out
}

// readNativeSteps is [Reader.readGroup] for native histograms: growth, then what
// makes it doubtful.
func (r *Reader) readNativeSteps(ctx context.Context, g *plan.Group, q *pass, steps prom.Range) error {
	gr := g.Grain(q.grain())
	growth, err := r.QueryRange(ctx, g.Growth(gr), steps)
	if err != nil {
		return err
	}
	q.bookNative(g, growth)
	if r.narrower(q.width) < q.width {
		return r.markUnsteady(ctx, g, q, g.Unsteady(gr), steps)
	}
	answer, err := r.QueryRange(ctx, g.Births(gr), steps)
	if err != nil {
		return err
	}
	return r.correctBirths(ctx, g, q, nativeBirthsOf(answer))
}

// bookNative is [pass.book] for native histograms.
func (q *pass) bookNative(g *plan.Group, growth model.Matrix) {
	for _, stream := range growth {
		answer := q.tally.Answer(g, LabelsOf(stream.Metric))
		for _, sample := range stream.Histograms {
			answer.AddNative(sample.Timestamp.Unix(), histogramOf(sample.Histogram), 1)
		}
	}
}

func nativeBirthsOf(m model.Matrix) []plan.Birth {
	var births []plan.Birth
	eachHistogram(m, func(labels map[string]string, end int64, h plan.Histogram) {
		births = append(births, plan.Birth{Labels: labels, End: end, Value: h.Count, Native: &h})
	})
	return births
}

// eachHistogram visits the native histograms of an answer.
func eachHistogram(m model.Matrix, visit func(labels map[string]string, end int64, h plan.Histogram)) {
	for _, stream := range m {
		labels := LabelsOf(stream.Metric)
		for _, sample := range stream.Histograms {
			visit(labels, sample.Timestamp.Unix(), histogramOf(sample.Histogram))
		}
	}
}

func histogramOf(h *model.SampleHistogram) plan.Histogram {
	out := plan.Histogram{Count: float64(h.Count), Buckets: make([]plan.NativeBucket, len(h.Buckets))}
	for i, b := range h.Buckets {
		out.Buckets[i] = plan.NativeBucket{Lower: float64(b.Lower), Upper: float64(b.Upper), Count: float64(b.Count)}
	}
	return out
}
