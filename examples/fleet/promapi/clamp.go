package promapi

import (
	"context"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"
)

// clamped hides what is newer than max, in milliseconds, by lowering the
// bounds that next is asked for. Next has to honour them.
type clamped struct {
	next storage.Queryable
	max  int64
}

// Querier implements [storage.Queryable].
func (c clamped) Querier(mint, maxt int64) (storage.Querier, error) {
	if mint > c.max {
		return storage.NoopQuerier(), nil
	}
	next, err := c.next.Querier(mint, min(maxt, c.max))
	if err != nil {
		return nil, err
	}
	return clampedQuerier{Querier: next, max: c.max}, nil
}

type clampedQuerier struct {
	storage.Querier
	max int64
}

// Select implements [storage.Querier]. The hints are what a storage trims by,
// so they are lowered as well.
func (q clampedQuerier) Select(ctx context.Context, sorted bool, hints *storage.SelectHints, ms ...*labels.Matcher) storage.SeriesSet {
	if hints != nil {
		if hints.Start > q.max {
			return storage.EmptySeriesSet()
		}
		lowered := *hints
		lowered.End = min(hints.End, q.max)
		hints = &lowered
	}
	return q.Querier.Select(ctx, sorted, hints, ms...)
}

// collect gathers strings from one call per matcher set, or from one call
// without matchers when there is none.
func collect(sets [][]*labels.Matcher, call func(...*labels.Matcher) ([]string, annotations.Annotations, error)) (map[string]struct{}, annotations.Annotations, error) {
	if len(sets) == 0 {
		sets = [][]*labels.Matcher{nil}
	}
	found := map[string]struct{}{}
	var notes annotations.Annotations
	for _, set := range sets {
		values, more, err := call(set...)
		notes.Merge(more)
		if err != nil {
			return nil, notes, err
		}
		for _, v := range values {
			found[v] = struct{}{}
		}
	}
	return found, notes, nil
}
