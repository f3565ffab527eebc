package read

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// Question is one free query, under a key.
type Question struct{ Key, Query string }

func texts(questions []Question) []string {
	out := make([]string, len(questions))
	for i, q := range questions {
		out[i] = q.Query
	}
	return out
}

// Answers are what free queries gave, by key. Those that there was no time for are
// in neither.
type Answers struct {
	Values  map[string]plan.Answers
	Refused map[string]error // why there is no answer
}

// ErrSlow is why free queries are refused that took more than half of the patience
// of a [Reader]: one of those that were asked together did.
var ErrSlow = errors.New("it takes too long, or another one that was asked with it does")

// Ask asks free queries at the ends of the slots of a span, several in one request.
// A query at fault is found by halves and named. When the patience of the reader is
// at its end, what was not asked is left for another time: batches take turns to be
// asked first.
func (r *Reader) Ask(ctx context.Context, questions []Question, span ledger.Span, width int64) (Answers, error) {
	out := Answers{Values: map[string]plan.Answers{}, Refused: map[string]error{}}
	within, cancel := atMost(ctx, r.Patience)
	defer cancel()
	for _, batch := range inTurn(batches(questions), span.To/r.Step) {
		err := r.askBatch(within, batch, stepsOf(span, width), out)
		if err != nil && within.Err() != nil && ctx.Err() == nil {
			break
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// atMost bounds a context; 0 does not.
func atMost(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

// batches puts questions together that one request asks.
func batches(questions []Question) [][]Question {
	var out [][]Question
	for _, batch := range plan.Batches(texts(questions)) {
		out = append(out, questions[:len(batch)])
		questions = questions[len(batch):]
	}
	return out
}

// inTurn begins with another one of a list in each slot.
func inTurn[T any](list []T, slot int64) []T {
	if len(list) == 0 {
		return nil
	}
	first := slot % int64(len(list))
	return slices.Concat(list[first:], list[:first])
}

// askBatch names all of a batch that got no answer in its share of the time: one of
// them is to blame, and which one is found when each is asked alone.
func (r *Reader) askBatch(ctx context.Context, batch []Question, steps prom.Range, into Answers) error {
	within, cancel := atMost(ctx, r.Patience/2)
	defer cancel()
	err := r.askTogether(within, batch, steps, into)
	if err == nil || within.Err() == nil || ctx.Err() != nil {
		return err
	}
	for _, q := range batch {
		if _, answered := into.Values[q.Key]; !answered && into.Refused[q.Key] == nil {
			into.Refused[q.Key] = ErrSlow
		}
	}
	return nil
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
