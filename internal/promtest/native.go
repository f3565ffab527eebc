package promtest

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
)

// How long calls take, in seconds, in turn: those under a second, and errors,
// which are over it. All lie well inside a bucket of any schema.
var (
	fastCalls = []float64{0, 0.003, 0.03, 0.2, 0.2, 0.3, 0.45, 0.45, 0.45, 0.8}
	slowCalls = []float64{1.1, 1.3, 2.7}
)

func (r *recorder) exposeNative(id map[string]string, at time.Time, expose func(labels.Labels, *histogram.FloatHistogram)) {
	for i, f := range r.target.Functions {
		if s := r.states[i]; f.Native != nil && len(s.codes) > 0 && !at.Before(f.Native.Since) {
			expose(named(DurationMetric, id, "function", f.Name), f.Native.of(s.codes["200"], s.seen))
		}
	}
}

// of makes the histogram of a process that made so many fast and slow calls. No
// bucket ever falls while the numbers grow.
func (n *Native) of(fast, slow int64) *histogram.FloatHistogram {
	h := &histogram.FloatHistogram{Schema: n.Schema, Count: float64(fast + slow), Sum: float64(slow)}
	counts := map[int32]float64{}
	add := func(durations []float64, calls int64) {
		for i, d := range durations {
			size := int64(len(durations))
			of := float64((calls + size - 1 - int64(i)) / size)
			if d == 0 && n.Bounds == nil {
				h.ZeroCount += of
				continue
			}
			counts[n.index(d)] += of
		}
	}
	add(fastCalls, fast)
	add(slowCalls, slow)
	if n.Bounds != nil {
		h.Schema, h.CustomValues = histogram.CustomBucketsSchema, n.Bounds
	}
	fill(h, counts)
	return h
}

// index is the bucket of a duration above zero: the number of its upper bound.
func (n *Native) index(d float64) int32 {
	if n.Bounds != nil {
		i, _ := slices.BinarySearch(n.Bounds, d)
		return int32(i)
	}
	return int32(math.Ceil(math.Log2(d) * math.Exp2(float64(n.Schema))))
}

// fill writes one span a bucket.
func fill(h *histogram.FloatHistogram, counts map[int32]float64) {
	next := int32(0)
	var indexes []int32
	for i := range counts {
		indexes = append(indexes, i)
	}
	slices.SortFunc(indexes, cmp.Compare)
	for _, i := range indexes {
		h.PositiveSpans = append(h.PositiveSpans, histogram.Span{Offset: i - next, Length: 1})
		h.PositiveBuckets = append(h.PositiveBuckets, counts[i])
		next = i + 1
	}
}

// asClassic turns a native histogram into the series that a classic one with
// this bound would have been. A bucket counts as under the bound when all of it
// is.
func asClassic(s Series, bound float64, le string) Series {
	name := s.Labels.Get(labels.MetricName) + "_bucket"
	out := Series{Labels: labels.NewBuilder(s.Labels).Set(labels.MetricName, name).Set("le", le).Labels()}
	for _, x := range s.Samples {
		if x.Native != nil {
			x.Value = under(x.Native, bound)
			x.Native = nil
		}
		out.Samples = append(out.Samples, x)
	}
	return out
}

func under(h *histogram.FloatHistogram, bound float64) float64 {
	if math.IsInf(bound, 1) {
		return h.Count
	}
	var n float64
	for it := h.AllBucketIterator(); it.Next(); {
		if b := it.At(); b.Upper <= bound {
			n += b.Count
		}
	}
	return n
}

// merge joins the samples of two series of one process that count the same: a
// time that both have is one sample.
func merge(a, b Series) Series {
	all := slices.Concat(a.Samples, b.Samples)
	slices.SortStableFunc(all, func(x, y Sample) int { return cmp.Compare(x.Time, y.Time) })
	all = slices.CompactFunc(all, func(x, y Sample) bool { return x.Time == y.Time })
	return Series{Labels: a.Labels, Samples: all}
}
