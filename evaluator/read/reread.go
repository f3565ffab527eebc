package read

import (
	"context"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
)

// grainSeconds is the width of the slots in which resets and births are told
// apart: narrower than any usual scrape interval, so that at most one sample
// falls into each.
const grainSeconds = 5

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

// Bounds of one query of a re-reading: how many narrow slots it spans, and how
// many of them times indicators, which are points.
const (
	maxRereadSlots  = 2_880
	maxRereadPoints = 100_000
)

// queryPoints is about how many points cost a backend as much as one more query.
const queryPoints = 400

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

// batch says how many of the first slots are read by one query in narrower ones,
// and for whom: as long as what is read in vain, in a gap or for others, costs less
// than one more query.
func (m Marks) batch(ends []int64, width, next int64) (n int, keys map[string]bool) {
	keys = maps.Clone(m[ends[0]])
	apart := int64(len(keys)) * width / next
	for n = 1; n < len(ends); n++ {
		more := maps.Clone(keys)
		maps.Copy(more, m[ends[n]])
		slots := (ends[n] - ends[0] + width) / next
		together := slots * int64(len(more))
		apart += int64(len(m[ends[n]])) * width / next
		if slots > maxRereadSlots || together > maxRereadPoints || together > apart+queryPoints {
			break
		}
		if keys = more; ends[n]-ends[n-1] > width {
			apart = together // the gap has saved a query
		}
	}
	return n, keys
}
