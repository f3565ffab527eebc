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

// grainSeconds is the width of the slots in which resets and births are told
// apart: narrower than any usual scrape interval, so that at most one sample
// falls into each.
const grainSeconds = 5

// Querier asks a backend. [prom.Client] is one.
type Querier interface {
	QueryRange(ctx context.Context, query string, r prom.Range) (model.Matrix, error)
	Query(ctx context.Context, query string, at time.Time) (model.Vector, error)
}

// Reader asks one backend about spans of time. It remembers nothing: what was read
// before is told by its callbacks. All fields are required but the replica labels.
type Reader struct {
	Querier
	Step int64 // seconds; the slot of the ledger

	// ReplicaLabels tell apart servers that scraped the same; none: there is one.
	ReplicaLabels []string

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

// narrower is the width in which slots of a width are read again where their
// counters were reset or born; the same when there is none.
func (r *Reader) narrower(width int64) int64 {
	switch {
	case width > r.Step:
		return r.Step
	case r.Step%grainSeconds == 0:
		return min(width, grainSeconds)
	}
	return 1
}

// Read asks about indicators over a span of whole slots of a width, which is the
// step or a multiple of it. A query that the backend refuses is split until the indicator at fault stands alone; that one
// is named in refused and takes nobody down with it. Any other failure fails
// the reading.
func (r *Reader) Read(ctx context.Context, slis []plan.SLI, span ledger.Span, width int64) (Reading, error) {
	asked := r.sort(slis, width)
	out, err := r.readCounters(ctx, asked.counters, span, width)
	if err != nil {
		return out, err
	}
	if width == r.Step {
		if err := r.accuse(ctx, asked.counters, out); err != nil {
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
			err = r.readSeams(ctx, g, q)
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
		return r.readFully(ctx, g, q, steady.odd(q.width), steady.byLabels())
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
	each(growth, func(labels map[string]string, end int64, value float64) {
		if !done.has(labels, end) {
			q.tally.Add(g, labels, end, value)
		}
	})
	return err
}

// markUnsteady notes the slots of a group that cannot be trusted.
func (r *Reader) markUnsteady(ctx context.Context, g *plan.Group, q *pass, query string, steps prom.Range) error {
	unsteady, err := r.QueryRange(ctx, query, steps)
	each(unsteady, func(labels map[string]string, end int64, _ float64) { q.unsteady.Add(end, g.KeysOf(labels)) })
	return err
}

// Bounds of one query of a re-reading: how many narrow slots it spans, and how
// many of them times indicators. A few slots too many of those that need it cost
// a backend less than a query for each.
const (
	maxRereadSlots  = 2_880
	maxRereadPoints = 100_000
)

// reread replaces slots in which a counter was reset or born by what their
// narrower slots add up to. Slots near one another are read together, with what
// lies between them.
func (r *Reader) reread(ctx context.Context, slis []plan.SLI, q *pass, into Reading) error {
	unsteady, width := q.unsteady, q.width
	narrow := r.within(into, unsteady)
	if width == r.Step {
		narrow.choice = q.choice
	}
	next := r.narrower(width)
	ends := slices.Sorted(maps.Keys(unsteady))
	for len(ends) > 0 {
		n, keys := unsteady.batch(ends, width, next)
		got, err := narrow.readCounters(ctx, keyed(slis, keys), ledger.Span{From: ends[0] - width, To: ends[n-1]}, next)
		if err != nil {
			return err
		}
		into.splice(got, width)
		ends = ends[n:]
	}
	return nil
}

// within is the reader for a part of a reading: it also knows how busy the
// indicators are in the rest of it, which the ledger may not have yet.
func (r *Reader) within(whole Reading, unsteady Marks) *Reader {
	most := map[string]float64{}
	for key, incs := range whole.Increments {
		for _, inc := range incs {
			if !unsteady[inc.End][key] {
				most[key] = max(most[key], float64(inc.Total)*float64(r.Step)/float64(max(inc.Width, r.Step)))
			}
		}
	}
	part := *r
	part.Busiest = func(key string, end int64) float64 { return max(most[key], r.Busiest(key, end)) }
	return &part
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

// stepsOf evaluates at the end of every slot of a span.
func stepsOf(span ledger.Span, width int64) prom.Range {
	return prom.Range{
		Start: time.Unix(span.From+width, 0), End: time.Unix(span.To, 0), Step: time.Duration(width) * time.Second,
	}
}

// each visits the samples of an answer.
func each(m model.Matrix, visit func(labels map[string]string, end int64, value float64)) {
	for _, stream := range m {
		labels := LabelsOf(stream.Metric)
		for _, sample := range stream.Values {
			visit(labels, sample.Timestamp.Unix(), float64(sample.Value))
		}
	}
}

// LabelsOf are the labels of a series.
func LabelsOf(m model.Metric) map[string]string {
	labels := make(map[string]string, len(m))
	for name, value := range m {
		labels[string(name)] = string(value)
	}
	return labels
}
