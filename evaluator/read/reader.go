package read

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

// Lookback bounds the gaps that a slot bridges by itself; longer ones are found
// as births and asked about.
const Lookback = time.Hour

// Querier asks a backend. [prom.Client] is one.
type Querier interface {
	QueryRange(ctx context.Context, query string, r prom.Range) (model.Matrix, error)
	Query(ctx context.Context, query string, at time.Time) (model.Vector, error)
}

// Reader asks one backend about spans of time. It remembers nothing: what was read
// before is told by its callbacks. All fields are required but the replica labels
// and the patience.
type Reader struct {
	Querier
	Step int64 // seconds; the slot of the ledger

	// ReplicaLabels tell apart servers that scraped the same; none: there is one.
	ReplicaLabels []string

	// Patience is how long free queries may take in a reading; 0 is as long as the
	// backend lets them.
	Patience time.Duration

	// Busiest is the most events that an indicator had in a slot of the step, of the
	// day before the slot with an end.
	Busiest func(key string, end int64) float64
	// HadGood reports whether an indicator had good events in (from, to].
	HadGood func(key string, from, to int64) bool
	// Invalid is why the numbers of an indicator could not be true when it was read
	// last, as [Reading] said it; nil if they could.
	Invalid func(key string) error

	choice *choice // of replicas, in the reading that this is a part of
}

// Read asks about indicators over a span of whole slots of a width, which is the
// step or a multiple of it. A query that the backend refuses is split until the
// indicator at fault stands alone; that one is named as refused and takes nobody
// down with it. Any other failure fails the reading.
func (r *Reader) Read(ctx context.Context, slis []plan.SLI, span ledger.Span, width int64) (Reading, error) {
	asked := r.sort(slis, width)
	out, err := r.readCounters(ctx, asked.counters, span, width)
	if err != nil {
		return out, err
	}
	if err := r.readApart(ctx, asked.apart, span, width, out); err != nil {
		return out, err
	}
	if width == r.Step {
		if err := r.accuse(ctx, slices.Concat(asked.counters, asked.apart), out); err != nil {
			return out, err
		}
	}
	if err := r.readWeights(ctx, asked.weights, span, out); err != nil {
		return out, err
	}
	return out, r.readProbes(ctx, asked, span, out)
}

// readCounters asks about indicators that count by counters.
func (r *Reader) readCounters(ctx context.Context, slis []plan.SLI, span ledger.Span, width int64) (Reading, error) {
	out := newReading(span)
	p, failed := plan.New(slis, r.ReplicaLabels...)
	maps.Copy(out.Refused, failed)
	q := newPass(span, width)
	suspect, err := r.readGroups(ctx, p, q)
	switch {
	case err == nil:
	case !Splittable(err):
		return out, err
	case len(p.SLIs) == 1:
		out.Refused[p.SLIs[0].Key] = err
		return out, nil
	default:
		return out, r.readParts(ctx, parts(p.SLIs, suspect), q, out)
	}
	for _, sli := range p.SLIs {
		incs, err := q.tally.Increments(sli)
		if width == r.Step {
			incs, err = r.withoutOneSided(sli, incs, q.tally.GoodMissing(sli), err)
		}
		if err != nil {
			out.Invalid[sli.Key] = err
		}
		out.Increments[sli.Key] = incs
		for _, end := range q.tally.Disbelieved(sli.Key, incs) {
			out.disbelieve(sli.Key, ledger.Span{From: end - width, To: end})
		}
	}
	maps.Copy(out.baselines, q.baselines)
	for _, keys := range q.unsteady {
		maps.Copy(out.unsteady, keys)
	}
	return out, r.reread(ctx, p.SLIs, q, out)
}

// readGroups asks all groups of a plan. After an error, suspect are the indicators
// at fault.
func (r *Reader) readGroups(ctx context.Context, p *plan.Plan, q *pass) (suspect []string, err error) {
	if len(r.ReplicaLabels) > 0 {
		if suspect, err = r.chooseFor(ctx, p, q); err != nil {
			return suspect, err
		}
	}
	for _, g := range p.Groups {
		err := r.readGroup(ctx, g, q)
		if err == nil {
			err = r.readTakeovers(ctx, g, q)
		}
		if err != nil {
			return g.Keys(), err
		}
	}
	return nil, nil
}

// Splittable reports whether an error says that a part of what was asked together
// may get an answer.
func Splittable(err error) bool {
	kind := prom.KindOf(err)
	return kind == prom.BadQuery || kind == prom.TooMuch
}

// parts cuts indicators, of which those with certain keys are suspect, into the
// others and two halves of the suspects; it always cuts.
func parts(slis []plan.SLI, suspect []string) [][]plan.SLI {
	var rest, suspects []plan.SLI
	for _, sli := range slis {
		if slices.Contains(suspect, sli.Key) {
			suspects = append(suspects, sli)
		} else {
			rest = append(rest, sli)
		}
	}
	half := len(suspects) / 2
	return slices.DeleteFunc([][]plan.SLI{rest, suspects[:half], suspects[half:]}, func(part []plan.SLI) bool { return len(part) == 0 })
}

// readParts reads what was refused together part by part.
func (r *Reader) readParts(ctx context.Context, parts [][]plan.SLI, q *pass, into Reading) error {
	for _, part := range parts {
		got, err := r.readCounters(ctx, part, q.span, q.width)
		if err != nil {
			return err
		}
		into.Merge(got)
	}
	return nil
}

// Presence asks in which slots of a span the backend had any data of its own. The
// increments count nothing.
func (r *Reader) Presence(ctx context.Context, span ledger.Span, width int64) ([]slo.Increment, error) {
	query := fmt.Sprintf("count(last_over_time(up[%ds]))", width)
	answer, err := r.QueryRange(ctx, query, stepsOf(span, width))
	var out []slo.Increment
	each(answer, func(_ map[string]string, end int64, _ float64) {
		out = append(out, slo.Increment{End: end, Width: width})
	})
	return out, err
}
