package fleet

import (
	"context"
	"fmt"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
)

// Of every stretch of time in which a series counted a call it has one exemplar, and as
// a full storage of a real server the fleet remembers the newest only.
const (
	exemplarMillis = 2 * minuteMillis
	exemplarMemory = 2 * hourMillis
)

var _ storage.ExemplarQueryable = (*Fleet)(nil)

// ExemplarQuerier implements [storage.ExemplarQueryable].
func (f *Fleet) ExemplarQuerier(context.Context) (storage.ExemplarQuerier, error) {
	return exemplars{f}, nil
}

type exemplars struct{ fleet *Fleet }

// Select implements [storage.ExemplarQuerier].
func (q exemplars) Select(start, end int64, sets ...[]*labels.Matcher) (out []exemplar.QueryResult, err error) {
	now := q.fleet.now().UnixMilli()
	start, end = max(start, now-exemplarMemory, q.fleet.begin.UnixMilli()), min(end, now)
	if start > end {
		return nil, nil
	}
	courses := seriesSet{span: span{maxt: end}, courses: map[*function]course{}}
	for _, s := range q.matching(start, end, sets) {
		cells := s.cells()
		if len(cells) == 0 {
			continue
		}
		c := newCursor(s, courses.course(s.fn))
		if list := c.exemplars(cells, start, end); len(list) > 0 {
			out = append(out, exemplar.QueryResult{SeriesLabels: s.labels, Exemplars: list})
		}
	}
	return out, nil
}

// matching is the union of what sets of matchers accept, each series once.
func (q exemplars) matching(start, end int64, sets [][]*labels.Matcher) (found []*series) {
	met := map[*series]bool{}
	for _, matchers := range sets {
		for _, s := range q.fleet.index.match(start, end, matchers) {
			if !met[s] {
				met[s] = true
				found = append(found, s)
			}
		}
	}
	return found
}

// cell is the calls of which a series has exemplars: those at the end of one path and,
// of a bucket, not at the end of another.
type cell struct {
	path, below []ref
	lowest      bool    // nothing is below
	over, upTo  float64 // seconds, of a bucket; both 0 where a call counts one
}

// cells of a series: one of a code and of a classic bucket, each bucket of a native
// histogram, and none of what has no exemplars.
func (s *series) cells() []cell {
	le := s.labels.Get(labels.BucketLabel)
	switch {
	case s.reading == readSplits && s.labels.Get(model.MetricNameLabel) == metricCalls:
		return []cell{{path: s.path, lowest: true}}
	case s.reading == readNative:
		return s.fn.splits.cells()
	case s.reading == readBucket || s.reading == readSplits && le != "":
		for i, c := range s.fn.splits.cells() {
			if i == len(s.fn.splits.bounds) || le == labels.FormatOpenMetricsFloat(c.upTo) {
				return []cell{c}
			}
		}
	}
	return nil
}

// cells of the buckets, lowest first. Calls over the highest bound take twice that at
// most.
func (s *splits) cells() []cell {
	var out []cell
	for i, path := range append(slices.Clone(s.buckets), nil) {
		c := cell{path: path, lowest: i == 0}
		if i > 0 {
			c.below, c.over = s.buckets[i-1], s.bounds[i-1]
		}
		c.upTo = 2 * c.over
		if i < len(s.bounds) {
			c.upTo = s.bounds[i]
		}
		out = append(out, c)
	}
	return out
}

// exemplars are those between two instants, oldest first.
func (c *cursor) exemplars(cells []cell, start, end int64) (out []exemplar.Exemplar) {
	luck := newDice(c.fn.seed, c.labels.String())
	for from := start / exemplarMillis * exemplarMillis; from+exemplarMillis <= end; from += exemplarMillis {
		for i, one := range cells {
			before, after := c.count(one, from), c.count(one, from+exemplarMillis)
			at := from + int64(luck.uniform(from+int64(i))*float64(exemplarMillis))
			if after == before || after == 0 || at < start {
				continue
			}
			out = append(out, luck.exemplar(one, at))
		}
	}
	slices.SortStableFunc(out, func(a, b exemplar.Exemplar) int { return int(a.Ts - b.Ts) })
	return out
}

// count is how many calls of a cell the process that runs at an instant has counted;
// 0 where none runs.
func (c *cursor) count(of cell, at int64) int64 {
	s := c.segmentAt(at)
	if s == nil || s.weather.down {
		return 0
	}
	calls := s.callsAt(c.course.traffic.at(at))
	n := s.follow(of.path, calls)
	if !of.lowest {
		n -= s.follow(of.below, calls)
	}
	return n
}

func (d dice) exemplar(of cell, at int64) exemplar.Exemplar {
	value := 1.0
	if of.upTo > 0 {
		value = of.upTo - d.uniform(at)*(of.upTo-of.over)
	}
	trace := fmt.Sprintf("%016x%016x", d.bits(at), d.bits(-at))
	return exemplar.Exemplar{Labels: labels.FromStrings("trace_id", trace), Value: value, Ts: at, HasTs: true}
}
