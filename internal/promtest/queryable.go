package promtest

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// At is the store as a query finds it at the instant that now returns. Now is
// asked once for each query.
func (s *Samples) At(now func() time.Time) storage.Queryable {
	return storage.QueryableFunc(func(mint, maxt int64) (storage.Querier, error) {
		return &querier{samples: s, epoch: s.readable(now().UnixMilli()), mint: mint, maxt: maxt}, nil
	})
}

// querier reads one span of the store at one instant.
type querier struct {
	samples    *Samples
	epoch      epoch
	mint, maxt int64
}

func (q *querier) Select(_ context.Context, sorted bool, hints *storage.SelectHints, ms ...*labels.Matcher) storage.SeriesSet {
	mint, maxt := q.mint, q.maxt
	if hints != nil {
		mint, maxt = max(mint, hints.Start), min(maxt, hints.End)
	}
	set := &seriesSet{at: -1}
	for _, series := range q.samples.series {
		if !matches(series.Labels, ms) {
			continue
		}
		if part := q.epoch.visible(series, mint, maxt); len(part) > 0 {
			set.series = append(set.series, entry(series.Labels, part))
		}
	}
	if sorted {
		slices.SortFunc(set.series, func(a, b storage.Series) int { return labels.Compare(a.Labels(), b.Labels()) })
	}
	return set
}

func matches(ls labels.Labels, ms []*labels.Matcher) bool {
	for _, m := range ms {
		if !m.Matches(ls.Get(m.Name)) {
			return false
		}
	}
	return true
}

func (q *querier) LabelValues(_ context.Context, name string, _ *storage.LabelHints, ms ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return q.collect(ms, func(ls labels.Labels) []string {
		if v := ls.Get(name); v != "" {
			return []string{v}
		}
		return nil
	}), nil, nil
}

func (q *querier) LabelNames(_ context.Context, _ *storage.LabelHints, ms ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return q.collect(ms, func(ls labels.Labels) []string {
		var names []string
		ls.Range(func(l labels.Label) { names = append(names, l.Name) })
		return names
	}), nil, nil
}

// collect gathers, sorted and each once, what pick finds in the visible series.
func (q *querier) collect(ms []*labels.Matcher, pick func(labels.Labels) []string) []string {
	var out []string
	for _, series := range q.samples.series {
		if matches(series.Labels, ms) && len(q.epoch.visible(series, q.mint, q.maxt)) > 0 {
			out = append(out, pick(series.Labels)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (q *querier) Close() error { return nil }

// seriesSet iterates over series that are all there already.
type seriesSet struct {
	series []storage.Series
	at     int
}

func (s *seriesSet) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.at] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// view hands samples to the engine without copying them.
type view []Sample

func (v view) Get(i int) chunks.Sample { return &v[i] }
func (v view) Len() int                { return len(v) }

func entry(ls labels.Labels, part []Sample) storage.Series {
	return &storage.SeriesEntry{Lset: ls, SampleIteratorFn: func(chunkenc.Iterator) chunkenc.Iterator {
		return storage.NewListSeriesIterator(view(part))
	}}
}
