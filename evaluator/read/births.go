package read

import (
	"cmp"
	"context"
	"fmt"
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
	nativePast    = 24 * time.Hour      // the same of a native histogram, whose samples are large
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
func (r *Reader) correctBirths(ctx context.Context, g *plan.Group, q *pass, births []plan.Birth) error {
	births = slices.DeleteFunc(births, func(b plan.Birth) bool { return !q.counts(g.KeysOf(b.Labels), b) })
	if len(births) == 0 {
		return nil
	}
	inquiry := &inquiry{
		Querier:  r.Querier,
		Evidence: plan.Evidence{ReplicaLabels: r.ReplicaLabels},
		group:    g,
		grain:    g.Grain(q.grain()),
		longest:  longestPast,
		budget:   pastQueries,
		watched:  map[string]bool{},
		natives:  map[string]plan.Histogram{},
	}
	if g.Native() {
		inquiry.longest = nativePast
	}
	if err := inquiry.gather(ctx, births); err != nil {
		return err
	}
	for _, b := range births {
		inquiry.Busiest = 0
		for _, key := range g.KeysOf(b.Labels) {
			inquiry.Busiest = max(inquiry.Busiest, r.Busiest(key, b.End))
		}
		takeBack := inquiry.Judge(b, q.width)
		if takeBack == 0 {
			continue
		}
		if answer := q.tally.Answer(g, b.Labels); b.Native != nil {
			answer.AddNative(b.End, inquiry.takeBack(b, takeBack), -1)
		} else {
			answer.Add(b.End, -takeBack)
		}
		_, returned := inquiry.Previous[b.SeriesSlot()]
		q.noteBirth(g.KeysOf(b.Labels), b, takeBack, returned)
	}
	return nil
}

// counts reports whether a birth was seen by a replica that counts for one of the
// indicators.
func (q *pass) counts(keys []string, b plan.Birth) bool {
	return q.choice == nil || q.choice.takesAny(keys, b.Labels, b.End)
}

// takeBack is the histogram of so many events of a birth that did not happen in
// its slot: that of before the gap, or its own.
func (i *inquiry) takeBack(b plan.Birth, events float64) plan.Histogram {
	if events == b.Value {
		return *b.Native
	}
	return i.natives[b.SeriesSlot()]
}

// inquiry gathers evidence about births: as little as settles them.
type inquiry struct {
	Querier
	plan.Evidence
	group   *plan.Group
	grain   plan.Grain
	longest time.Duration             // how far back a series is looked for
	budget  int                       // questions about the past that may still be asked
	watched map[string]bool           // answers, since births of one function ask the same
	natives map[string]plan.Histogram // that are behind Previous, by SeriesSlot
}

// gather asks what there is to know: nothing more when all processes are young.
func (i *inquiry) gather(ctx context.Context, births []plan.Birth) error {
	steps, targets := i.around(births)
	var err error
	if i.Started, err = i.byTarget(ctx, plan.StartedQuery(targets), steps); err != nil {
		return err
	}
	width := int64(i.grain.Width / time.Second)
	old := slices.DeleteFunc(slices.Clone(births), func(b plan.Birth) bool { return i.Young(b, width) })
	if len(old) == 0 {
		return nil
	}
	steps, targets = i.around(old)
	if i.Continuing, err = i.byTarget(ctx, i.group.ContinuingQuery(targets, i.grain), steps, i.ReplicaLabels...); err != nil {
		return err
	}
	if i.Born, err = i.byTarget(ctx, i.group.BornQuery(targets, i.grain), steps, i.ReplicaLabels...); err != nil {
		return err
	}
	if i.Previous, err = i.previous(ctx, i.lives(old)); err != nil {
		return err
	}
	return i.gatherPast(ctx, old)
}

// around spans the slots of births and lists their targets.
func (i *inquiry) around(births []plan.Birth) (prom.Range, []plan.Target) {
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
	return prom.Range{Start: time.Unix(first, 0), End: time.Unix(last, 0), Step: i.grain.Width}, targets
}

func (i *inquiry) byTarget(ctx context.Context, query string, steps prom.Range, replicaLabels ...string) (map[plan.TargetSlot]float64, error) {
	answer, err := i.QueryRange(ctx, query, steps)
	out := map[plan.TargetSlot]float64{}
	each(answer, func(labels map[string]string, end int64, value float64) {
		out[plan.TargetSlot{Target: plan.TargetOf(labels), End: end, Replica: plan.ReplicaOf(labels, replicaLabels)}] = value
	})
	return out, err
}

// lives says how far back the past of births is to be looked for: where the
// start of a process is known, only its life counts, since a counter of a dead
// process is not continued. A life shorter than the look-back holds nothing the
// look-back would not have found.
func (i *inquiry) lives(births []plan.Birth) []plan.Past {
	var asks []plan.Past
	for _, b := range births {
		if span := i.life(b); span > i.grain.Lookback {
			asks = append(asks, plan.Past{Birth: b, Span: span})
		}
	}
	return asks
}

// life is how long before its slot the process of a birth started, at most
// the longest past, which is also the answer when nobody knows.
func (i *inquiry) life(b plan.Birth) time.Duration {
	started, known := i.StartOf(b)
	if !known {
		return i.longest
	}
	return min(i.longest, time.Duration(float64(b.End)-started)*time.Second-i.grain.Width)
}

// previous finds the last values of series within their pasts.
func (i *inquiry) previous(ctx context.Context, asks []plan.Past) (map[string]float64, error) {
	found := map[string]float64{}
	for batch := range slices.Chunk(asks, previousBatch) {
		if i.budget--; i.budget < 0 {
			return found, nil
		}
		at := slices.MaxFunc(batch, func(a, b plan.Past) int { return cmp.Compare(a.End, b.End) }).End
		answer, err := i.Query(ctx, plan.PreviousQuery(batch, at, i.grain.Width), time.Unix(at, 0))
		if err != nil {
			return found, err
		}
		for _, sample := range answer {
			slot := plan.PreviousOf(LabelsOf(sample.Metric)).SeriesSlot()
			found[slot] = float64(sample.Value)
			if sample.Histogram != nil {
				i.natives[slot] = histogramOf(sample.Histogram)
				found[slot] = float64(sample.Histogram.Count)
			}
		}
	}
	return found, nil
}

// gatherPast looks at what came before the life of the process, for births that
// nothing has explained so far.
func (i *inquiry) gatherPast(ctx context.Context, births []plan.Birth) error {
	i.Outlived, i.Unwatched = map[string]bool{}, map[string]bool{}
	var asks []plan.Past
	for _, b := range births {
		_, returned := i.Previous[b.SeriesSlot()]
		if !returned && !i.Sibling(b) && i.life(b) < i.longest {
			asks = append(asks, plan.Past{Birth: b, Span: i.longest})
		}
	}
	before, err := i.previous(ctx, asks)
	if err != nil {
		return err
	}
	for _, ask := range asks {
		slot := ask.SeriesSlot()
		if _, ok := before[slot]; ok {
			i.Outlived[slot] = true
		} else if i.Unwatched[slot], err = i.unwatched(ctx, ask.Birth); err != nil {
			return err
		}
	}
	return nil
}

// unwatched reports whether the indicator of a birth had series before the life
// of its process and none during it.
func (i *inquiry) unwatched(ctx context.Context, b plan.Birth) (bool, error) {
	inLife, err := i.seen(ctx, b, max(i.life(b), time.Second))
	if err != nil || inLife {
		return false, err
	}
	return i.seen(ctx, b, i.longest)
}

// seen reports whether the indicator of a birth had series within a span before
// its slot.
func (i *inquiry) seen(ctx context.Context, b plan.Birth, span time.Duration) (bool, error) {
	query := i.group.SeenQuery(b, span, i.grain.Width)
	id := fmt.Sprintf("%d %s", b.End, query)
	if seen, ok := i.watched[id]; ok {
		return seen, nil
	}
	answer, err := i.Query(ctx, query, time.Unix(b.End, 0))
	i.watched[id] = len(answer) > 0
	return i.watched[id], err
}
