package read

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
func (r *Reader) sort(slis []plan.SLI, width int64) sorted {
	out := sorted{width: width}
	for _, sli := range slis {
		weight, weighted := sli.Weight()
		switch {
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
		if answers.Refused[p.Key] != nil {
			continue
		}
		incs, err := p.Increments(answers.Values[p.Key], width, weight)
		if err != nil {
			into.Invalid[p.Key] = err
		}
		into.Increments[p.Key] = incs
	}
	return nil
}

// Question is one free query, under a key.
type Question struct{ Key, Query string }

func texts(questions []Question) []string {
	out := make([]string, len(questions))
	for i, q := range questions {
		out[i] = q.Query
	}
	return out
}

// Answers are what free queries gave, by key.
type Answers struct {
	Values  map[string]plan.Answers
	Refused map[string]error // why there is no answer
}

// Ask asks free queries at the ends of the slots of a span, several in one request.
// A query at fault is found by halves and named.
func (r *Reader) Ask(ctx context.Context, questions []Question, span ledger.Span, width int64) (Answers, error) {
	out := Answers{Values: map[string]plan.Answers{}, Refused: map[string]error{}}
	for _, batch := range plan.Batches(texts(questions)) {
		if err := r.askTogether(ctx, questions[:len(batch)], stepsOf(span, width), out); err != nil {
			return out, err
		}
		questions = questions[len(batch):]
	}
	return out, nil
}

// Next is the first batch of questions that got no answer: where an error ended the
// asking, those that it was about.
func (a Answers) Next(questions []Question) []Question {
	open := slices.DeleteFunc(slices.Clone(questions), func(q Question) bool {
		_, answered := a.Values[q.Key]
		return answered || a.Refused[q.Key] != nil
	})
	if len(open) == 0 {
		return nil
	}
	return open[:len(plan.Batches(texts(open))[0])]
}

func (r *Reader) askTogether(ctx context.Context, questions []Question, steps prom.Range, into Answers) error {
	answer, err := r.QueryRange(ctx, plan.Together(texts(questions)), steps)
	switch {
	case err == nil:
		into.take(questions, answer)
		return nil
	case !r.AtFault(ctx, err, steps.End.Unix()):
		return err
	case len(questions) == 1:
		into.Refused[questions[0].Key] = err
		return nil
	}
	for half := range slices.Chunk(questions, (len(questions)+1)/2) {
		if err := r.askTogether(ctx, half, steps, into); err != nil {
			return err
		}
	}
	return nil
}

// AtFault reports whether a query failed by itself: the backend refused it, or
// gave no answer to it in time and does answer a small question about the slot with
// an end.
func (r *Reader) AtFault(ctx context.Context, err error, end int64) bool {
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
	_, err = r.Presence(ctx, ledger.Span{From: end - r.Step, To: end}, r.Step)
	return err == nil
}

// take sorts the series of an answer by the question they answer.
func (a Answers) take(questions []Question, answer model.Matrix) {
	for _, q := range questions {
		a.Values[q.Key] = plan.Answers{}
	}
	each(answer, func(labels map[string]string, end int64, value float64) {
		if n, ok := plan.AnswerTo(labels); ok && n < len(questions) {
			at := a.Values[questions[n].Key]
			at[end] = append(at[end], value)
		}
	})
}
