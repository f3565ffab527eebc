package evaluator

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// sorted is what a reading asks, by how it is asked.
type sorted struct {
	width    int64
	counters []plan.SLI // in slots of the width
	weights  []plan.SLI // in slots of the step, which is narrower
	probes   []plan.SLI
}

// sort tells indicators of counters from free queries. The weights of error
// ratios are counters like others where the width is the step.
func (r *reader) sort(slis []plan.SLI, width int64) sorted {
	out := sorted{width: width}
	for _, sli := range slis {
		weight, weighted := sli.Weight()
		switch {
		case !sli.IsProbe():
			out.counters = append(out.counters, sli)
			continue
		case weighted && width == r.step:
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
func (r *reader) readWeights(ctx context.Context, weights []plan.SLI, span ledger.Span, into reading) error {
	if len(weights) == 0 {
		return nil
	}
	got, err := r.readCounters(ctx, weights, span, r.step)
	into.merge(got)
	return err
}

// readProbes asks the free queries and puts what they say in the place of their
// weights.
func (r *reader) readProbes(ctx context.Context, asked sorted, span ledger.Span, into reading) error {
	byWidth := map[int64][]plan.Probe{}
	for _, sli := range asked.probes {
		width := asked.width
		if _, weighted := sli.Weight(); weighted {
			width = r.step
		}
		into.free[sli.Key] = true
		if into.refused[sli.Key] == nil {
			byWidth[width] = append(byWidth[width], plan.Probe{SLI: sli, Step: time.Duration(r.step) * time.Second})
		}
	}
	for width, probes := range byWidth {
		if err := r.readProbesAt(ctx, probes, span, width, into); err != nil {
			return err
		}
	}
	for _, sli := range asked.probes {
		if incs, ok := into.increments[sli.Key]; ok {
			into.increments[sli.Key] = ledger.Widen(incs, asked.width)
		}
	}
	return nil
}

func (r *reader) readProbesAt(ctx context.Context, probes []plan.Probe, span ledger.Span, width int64, into reading) error {
	questions := make([]question, len(probes))
	for i, p := range probes {
		questions[i] = question{key: p.Key, query: p.Query(time.Duration(width) * time.Second)}
	}
	answers, err := r.askAll(ctx, questions, stepsOf(span, width))
	if err != nil {
		return err
	}
	maps.Copy(into.refused, answers.refused)
	for _, p := range probes {
		weight := into.increments[p.Key]
		delete(into.increments, p.Key)
		if answers.refused[p.Key] != nil {
			continue
		}
		incs, err := p.Increments(answers.values[p.Key], width, weight)
		if err != nil {
			into.invalid[p.Key] = err
		}
		into.increments[p.Key] = incs
	}
	return nil
}

// question is one free query, under a key.
type question struct{ key, query string }

func texts(questions []question) []string {
	out := make([]string, len(questions))
	for i, q := range questions {
		out[i] = q.query
	}
	return out
}

// answers are what free queries gave, by key.
type answers struct {
	values  map[string]plan.Answers
	refused map[string]error
}

// askAll asks free queries, several in one request. A query at fault is found by
// halves and named.
func (r *reader) askAll(ctx context.Context, questions []question, steps prom.Range) (answers, error) {
	out := answers{values: map[string]plan.Answers{}, refused: map[string]error{}}
	for _, batch := range plan.Batches(texts(questions)) {
		if err := r.askTogether(ctx, questions[:len(batch)], steps, out); err != nil {
			return out, err
		}
		questions = questions[len(batch):]
	}
	return out, nil
}

// next is the first batch of questions that got no answer.
func (a answers) next(questions []question) []question {
	open := slices.DeleteFunc(slices.Clone(questions), func(q question) bool {
		_, answered := a.values[q.key]
		return answered || a.refused[q.key] != nil
	})
	if len(open) == 0 {
		return nil
	}
	return open[:len(plan.Batches(texts(open))[0])]
}

func (r *reader) askTogether(ctx context.Context, questions []question, steps prom.Range, into answers) error {
	answer, err := r.QueryRange(ctx, plan.Together(texts(questions)), steps)
	switch {
	case err == nil:
		into.take(questions, answer)
		return nil
	case !r.atFault(ctx, err, steps):
		return err
	case len(questions) == 1:
		into.refused[questions[0].key] = err
		return nil
	}
	for half := range slices.Chunk(questions, (len(questions)+1)/2) {
		if err := r.askTogether(ctx, half, steps, into); err != nil {
			return err
		}
	}
	return nil
}

// atFault reports whether a query failed by itself: the backend refused it, or
// gave no answer to it in time and does answer a small question.
func (r *reader) atFault(ctx context.Context, err error, steps prom.Range) bool {
	switch prom.KindOf(err) {
	case prom.BadQuery, prom.TooMuch, prom.Partial:
		return true
	case prom.Unavailable, prom.TooSlow:
	default:
		return false
	}
	if ctx.Err() != nil {
		return false
	}
	end := steps.End.Unix()
	_, err = r.presence(ctx, ledger.Span{From: end - r.step, To: end}, r.step)
	return err == nil
}

// take sorts the series of an answer by the question they answer.
func (a answers) take(questions []question, answer model.Matrix) {
	for _, q := range questions {
		a.values[q.key] = plan.Answers{}
	}
	each(answer, func(labels map[string]string, end int64, value float64) {
		if n, ok := plan.AnswerTo(labels); ok && n < len(questions) {
			at := a.values[questions[n].key]
			at[end] = append(at[end], value)
		}
	})
}
