package fleet

import (
	"context"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/annotations"

	"github.com/slofuse/slofuse/examples/fleet/promapi"
)

// Querier implements [storage.Queryable]. Nothing newer than now is visible.
func (f *Fleet) Querier(mint, maxt int64) (storage.Querier, error) {
	return &querier{fleet: f, mint: max(mint, f.begin.UnixMilli()), maxt: min(maxt, f.now().UnixMilli())}, nil
}

type querier struct {
	fleet      *Fleet
	mint, maxt int64
}

// Select implements [storage.Querier]. It honours the bounds of the hints.
func (q *querier) Select(ctx context.Context, sorted bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	if hints == nil {
		hints = &storage.SelectHints{Start: q.mint, End: q.maxt}
	}
	span := span{mint: max(q.mint, hints.Start), maxt: min(q.maxt, hints.End)}
	if span.mint > span.maxt {
		return storage.EmptySeriesSet()
	}
	if q.fleet.skipUnread && hints.Range > 0 && promapi.ReadsAtSteps(ctx) {
		span.first, span.step = hints.Start+hints.Range-1, max(hints.Step, 1)
		span.sparse, span.lives = hints.Func == "last_over_time", hints.Func == "resets"
	}
	found := q.fleet.index.match(span.mint, span.maxt, matchers)
	if sorted {
		slices.SortFunc(found, func(a, b *series) int { return labels.Compare(a.labels, b.labels) })
	}
	set := &seriesSet{series: found, span: span, courses: map[*function]course{}}
	if hints.Func == "series" {
		set.withSamples()
	}
	return set
}

// LabelValues implements [storage.LabelQuerier].
func (q *querier) LabelValues(_ context.Context, name string, hints *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return q.collect(hints, matchers, func(ls labels.Labels, add func(string)) {
		if value := ls.Get(name); value != "" {
			add(value)
		}
	}), nil, nil
}

// LabelNames implements [storage.LabelQuerier].
func (q *querier) LabelNames(_ context.Context, hints *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return q.collect(hints, matchers, func(ls labels.Labels, add func(string)) {
		ls.Range(func(l labels.Label) { add(l.Name) })
	}), nil, nil
}

// collect gathers distinct strings of the matching series, sorted.
func (q *querier) collect(hints *storage.LabelHints, matchers []*labels.Matcher, visit func(labels.Labels, func(string))) []string {
	seen := map[string]bool{}
	var all []string
	for _, s := range q.fleet.index.match(q.mint, q.maxt, matchers) {
		visit(s.labels, func(text string) {
			if !seen[text] {
				seen[text] = true
				all = append(all, text)
			}
		})
	}
	slices.Sort(all)
	if hints != nil && hints.Limit > 0 && len(all) > hints.Limit {
		all = all[:hints.Limit]
	}
	return all
}

// Close implements [storage.LabelQuerier].
func (q *querier) Close() error { return nil }

// span is what a selection may show, and for those that leave something out when it
// is read.
type span struct {
	mint, maxt  int64
	sparse      bool // the newest at each instant
	lives       bool // of counters the same, and the first and last of each process
	first, step int64
}

// seriesSet lists series; courses are taken once per function, so all series of
// one selection agree on what happened.
type seriesSet struct {
	series  []*series
	at      *series
	span    span
	courses map[*function]course
}

// Next implements [storage.SeriesSet].
func (s *seriesSet) Next() bool {
	if len(s.series) == 0 {
		return false
	}
	s.at, s.series = s.series[0], s.series[1:]
	return true
}

// At implements [storage.SeriesSet].
func (s *seriesSet) At() storage.Series { return &view{s.at, s.course(s.at.fn), s.span} }

// Err implements [storage.SeriesSet].
func (s *seriesSet) Err() error { return nil }

// Warnings implements [storage.SeriesSet].
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

func (s *seriesSet) course(fn *function) course {
	c, known := s.courses[fn]
	if !known {
		c = fn.upTo(s.span.maxt)
		s.courses[fn] = c
	}
	return c
}

// withSamples drops the series without any sample in the span.
func (s *seriesSet) withSamples() {
	s.series = slices.DeleteFunc(s.series, func(one *series) bool {
		var it iterator
		it.reset(newCursor(one, s.course(one.fn)), s.span.mint, s.span.maxt)
		return it.Next() == chunkenc.ValNone
	})
}

// view is a series in a span.
type view struct {
	series *series
	course course
	span   span
}

// Labels implements [storage.Series].
func (v *view) Labels() labels.Labels { return v.series.labels }

// Iterator implements [storage.Series]; it reuses an iterator of this package.
func (v *view) Iterator(old chunkenc.Iterator) chunkenc.Iterator {
	c := newCursor(v.series, v.course)
	if v.span.sparse || v.span.lives && v.series.reading.counts() {
		it := &sparse{first: v.span.first, step: v.span.step, lives: v.span.lives}
		it.reset(c, v.span.mint, v.span.maxt)
		return it
	}
	it, reusable := old.(*iterator)
	if !reusable {
		it = &iterator{}
	}
	it.reset(c, v.span.mint, v.span.maxt)
	return it
}
