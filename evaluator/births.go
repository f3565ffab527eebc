package evaluator

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// Bounds on what is asked about births. Over them the births are judged without
// their past, which can only turn a return after a long gap into a baseline.
const (
	previousBatch = 50                  // series in one query
	pastQueries   = 200                 // queries in one reading
	longestPast   = 30 * 24 * time.Hour // how far back a series is looked for
)

func birthsOf(m model.Matrix) []plan.Birth {
	var births []plan.Birth
	each(m, func(labels map[string]string, end int64, value float64) {
		births = append(births, plan.Birth{Labels: labels, End: end, Value: value})
	})
	return births
}

// correctBirths takes back from the tally what new series did not count in
// their first slot.
func (r *reader) correctBirths(ctx context.Context, g *plan.Group, grain plan.Grain, births []plan.Birth, tally *plan.Tally) error {
	width := int64(grain.Width / time.Second)
	evidence, err := r.gather(ctx, g, grain, births)
	if err != nil {
		return err
	}
	for _, b := range births {
		evidence.Busiest = 0
		for _, key := range g.KeysOf(b.Labels) {
			evidence.Busiest = max(evidence.Busiest, r.busiest(key, b.End))
		}
		if takeBack := evidence.Judge(b, width); takeBack != 0 {
			tally.Add(g, b.Labels, b.End, -takeBack)
		}
	}
	return nil
}

// gather asks what there is to know about the births: nothing more when all
// their processes are young.
func (r *reader) gather(ctx context.Context, g *plan.Group, grain plan.Grain, births []plan.Birth) (plan.Evidence, error) {
	steps, targets := around(births, grain)
	var e plan.Evidence
	var err error
	if e.Started, err = r.byTarget(ctx, plan.StartedQuery(targets), steps); err != nil {
		return e, err
	}
	width := int64(grain.Width / time.Second)
	old := slices.DeleteFunc(slices.Clone(births), func(b plan.Birth) bool { return e.Young(b, width) })
	if len(old) == 0 {
		return e, nil
	}
	steps, targets = around(old, grain)
	if e.Continuing, err = r.byTarget(ctx, g.ContinuingQuery(targets, grain), steps); err != nil {
		return e, err
	}
	if e.Born, err = r.byTarget(ctx, g.BornQuery(targets, grain), steps); err != nil {
		return e, err
	}
	budget := pastQueries
	if e.Previous, err = r.previous(ctx, lives(e, old, grain), grain, &budget); err != nil {
		return e, err
	}
	return e, r.gatherPast(ctx, g, &e, grain, old, &budget)
}

// around spans the slots of births and lists their targets.
func around(births []plan.Birth, grain plan.Grain) (prom.Range, []plan.Target) {
	first, last := births[0].End, births[0].End
	seen := map[plan.Target]bool{}
	var targets []plan.Target
	for _, b := range births {
		first, last = min(first, b.End), max(last, b.End)
		if t := plan.TargetOf(b.Labels); !seen[t] {
			seen[t] = true
			targets = append(targets, t)
		}
	}
	return prom.Range{Start: time.Unix(first, 0), End: time.Unix(last, 0), Step: grain.Width}, targets
}

func (r *reader) byTarget(ctx context.Context, query string, steps prom.Range) (map[plan.TargetSlot]float64, error) {
	answer, err := r.QueryRange(ctx, query, steps)
	out := map[plan.TargetSlot]float64{}
	each(answer, func(labels map[string]string, end int64, value float64) {
		out[plan.TargetSlot{Target: plan.TargetOf(labels), End: end}] = value
	})
	return out, err
}

// past is one question about previous values: a slot and how far before it a
// series is looked for.
type past struct {
	end  int64
	span time.Duration
}

// lives sorts births by how far back their past is to be looked for: where the
// start of a process is known, only its life counts, since a counter of a dead
// process is not continued. A life shorter than the look-back holds nothing the
// look-back would not have found.
func lives(e plan.Evidence, births []plan.Birth, grain plan.Grain) map[past][]plan.Birth {
	asks := map[past][]plan.Birth{}
	for _, b := range births {
		if span := life(e, b, grain); span > grain.Lookback {
			at := past{end: b.End, span: span}
			asks[at] = append(asks[at], b)
		}
	}
	return asks
}

// life is how long before its slot the process of a birth started, at most
// longestPast, which is also the answer when nobody knows.
func life(e plan.Evidence, b plan.Birth, grain plan.Grain) time.Duration {
	started, known := e.Started[plan.TargetSlot{Target: plan.TargetOf(b.Labels), End: b.End}]
	if !known {
		return longestPast
	}
	return min(longestPast, time.Duration(float64(b.End)-started)*time.Second-grain.Width)
}

// previous finds the last values of series within their pasts.
func (r *reader) previous(ctx context.Context, asks map[past][]plan.Birth, grain plan.Grain, budget *int) (map[string]float64, error) {
	found := map[string]float64{}
	for at, list := range asks {
		for batch := range slices.Chunk(list, previousBatch) {
			if *budget--; *budget < 0 {
				return found, nil
			}
			answer, err := r.Query(ctx, plan.PreviousQuery(batch, at.span, grain.Width), time.Unix(at.end, 0))
			if err != nil {
				return found, err
			}
			for _, sample := range answer {
				b := plan.Birth{Labels: labelsOf(sample.Metric), End: at.end}
				found[b.SeriesSlot()] = float64(sample.Value)
			}
		}
	}
	return found, nil
}

// gatherPast looks at what came before the life of the process, for births that
// nothing has explained so far.
func (r *reader) gatherPast(ctx context.Context, g *plan.Group, e *plan.Evidence, grain plan.Grain, births []plan.Birth, budget *int) error {
	e.Outlived, e.Unwatched = map[string]bool{}, map[string]bool{}
	asks := map[past][]plan.Birth{}
	for _, b := range births {
		_, returned := e.Previous[b.SeriesSlot()]
		if !returned && !e.Sibling(b) && life(*e, b, grain) < longestPast {
			at := past{end: b.End, span: longestPast}
			asks[at] = append(asks[at], b)
		}
	}
	before, err := r.previous(ctx, asks, grain, budget)
	if err != nil {
		return err
	}
	watched := map[string]bool{} // by the query, since births of one function ask the same
	for _, list := range asks {
		for _, b := range list {
			if _, ok := before[b.SeriesSlot()]; ok {
				e.Outlived[b.SeriesSlot()] = true
			} else if e.Unwatched[b.SeriesSlot()], err = r.unwatched(ctx, g, life(*e, b, grain), grain, b, watched); err != nil {
				return err
			}
		}
	}
	return nil
}

// unwatched reports whether the indicator of a birth had series before the life
// of its process and none during it.
func (r *reader) unwatched(ctx context.Context, g *plan.Group, span time.Duration, grain plan.Grain, b plan.Birth, known map[string]bool) (bool, error) {
	seen := func(span time.Duration) (bool, error) {
		query := g.SeenQuery(b, span, grain.Width)
		id := time.Unix(b.End, 0).String() + query
		if seen, ok := known[id]; ok {
			return seen, nil
		}
		answer, err := r.Query(ctx, query, time.Unix(b.End, 0))
		known[id] = len(answer) > 0
		return known[id], err
	}
	inLife, err := seen(max(span, time.Second))
	if err != nil || inLife {
		return false, err
	}
	return seen(longestPast)
}
