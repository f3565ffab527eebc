package read

import (
	"context"
	"maps"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
)

// sorted is what a reading asks, by how it is asked.
type sorted struct {
	width    int64
	counters []plan.SLI // in slots of the width
	apart    []plan.SLI // counters that are scraped at different times
	weights  []plan.SLI // in slots of the step, which is narrower
	probes   []plan.SLI
}

// sort tells indicators of counters from free queries. The weights of error
// ratios are counters like others where the width is the step.
func (r *Reader) sort(slis []plan.SLI, width int64) sorted {
	out := sorted{width: width}
	for _, sli := range slis {
		weight, weighted := sli.Weight()
		switch {
		case sli.Apart():
			out.apart = append(out.apart, sli)
			continue
		case !sli.IsProbe():
			out.counters = append(out.counters, sli)
			continue
		case weighted && width == r.Step:
			out.counters = append(out.counters, weight)
		case weighted:
			out.weights = append(out.weights, weight)
		}
		out.probes = append(out.probes, sli)
	}
	return out
}

// readWeights reads what wider slots cannot be read for: a ratio and its calls
// belong together slot by slot.
func (r *Reader) readWeights(ctx context.Context, weights []plan.SLI, span ledger.Span, into Reading) error {
	if len(weights) == 0 {
		return nil
	}
	got, err := r.readCounters(ctx, weights, span, r.Step)
	into.Merge(got)
	return err
}

// readProbes asks the free queries and puts what they say in the place of their
// weights.
func (r *Reader) readProbes(ctx context.Context, asked sorted, span ledger.Span, into Reading) error {
	byWidth := map[int64][]plan.Probe{}
	for _, sli := range asked.probes {
		width := asked.width
		if _, weighted := sli.Weight(); weighted {
			width = r.Step
		}
		into.Free[sli.Key] = true
		if into.Refused[sli.Key] == nil {
			byWidth[width] = append(byWidth[width], plan.Probe{SLI: sli, Step: time.Duration(r.Step) * time.Second})
		}
	}
	for width, probes := range byWidth {
		if err := r.readProbesAt(ctx, probes, span, width, into); err != nil {
			return err
		}
	}
	for _, sli := range asked.probes {
		if incs, ok := into.Increments[sli.Key]; ok {
			into.Increments[sli.Key] = ledger.Widen(incs, asked.width)
		}
	}
	return nil
}

func (r *Reader) readProbesAt(ctx context.Context, probes []plan.Probe, span ledger.Span, width int64, into Reading) error {
	questions := make([]Question, len(probes))
	for i, p := range probes {
		questions[i] = Question{Key: p.Key, Query: p.Query(time.Duration(width) * time.Second)}
	}
	answers, err := r.Ask(ctx, questions, span, width)
	if err != nil {
		return err
	}
	maps.Copy(into.Refused, answers.Refused)
	for _, p := range probes {
		weight := into.Increments[p.Key]
		delete(into.Increments, p.Key)
		values, answered := answers.Values[p.Key]
		if !answered {
			continue
		}
		incs, err := p.Increments(values, width, weight)
		if err != nil {
			into.Invalid[p.Key] = err
		}
		into.Increments[p.Key] = incs
	}
	return nil
}
