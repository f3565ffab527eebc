package fleet

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
)

// histogram lists the series of a function's durations: one native histogram, or
// the buckets, count and sum of a classic one.
func (s *splits) histogram(add func(suffix string, r reading, path []ref, bucket ...string)) {
	if s.native {
		add("", readNative, nil)
		return
	}
	for i, bound := range s.bounds {
		add("_bucket", readBucket, s.buckets[i], labels.BucketLabel, labels.FormatOpenMetricsFloat(bound))
	}
	add("_bucket", readSplits, nil, labels.BucketLabel, "+Inf")
	add("_count", readSplits, nil)
	add("_sum", readSeconds, nil)
}

// native is the native histogram scraped at an instant that has a sample.
func (c *cursor) native(at int64) *histogram.FloatHistogram {
	s, all := c.segmentAt(at), c.fn.splits
	calls := s.callsAt(c.course.traffic.at(at))
	h := &histogram.FloatHistogram{Count: float64(calls), Sum: float64(s.microsAt(calls)) / 1e6}
	for _, n := range s.doubling(all, calls) {
		h.PositiveBuckets = append(h.PositiveBuckets, float64(n))
	}
	h.PositiveSpans = []histogram.Span{{Offset: int32(all.firstIndex()), Length: uint32(len(h.PositiveBuckets))}}
	return h
}

// firstIndex is the number of the lowest native bucket: number i ends at 2^i
// seconds.
func (s *splits) firstIndex() int { return int(math.Log2(s.bounds[0])) }

// doubling counts calls by native bucket. Those over the highest bound are in
// one that ends at twice that.
func (s *segment) doubling(all *splits, calls int64) []int64 {
	var out []int64
	below := int64(0)
	for _, path := range append(slices.Clone(all.buckets), nil) {
		n := s.follow(path, calls)
		out = append(out, n-below)
		below = n
	}
	return out
}
