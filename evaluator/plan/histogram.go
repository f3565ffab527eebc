package plan

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/slofuse/slofuse/slo"
)

// The reasons why a histogram's numbers cannot be true.
var (
	errNotCumulative = errors.New("a bucket holds more than a wider one: this is no cumulative histogram")
	errNoInf         = errors.New(`the histogram has no le="+Inf" bucket`)
)

// addClassic books growth of one bucket of a classic histogram.
func (c *cell) addClassic(bound float64, events int64) {
	if math.IsNaN(bound) {
		return
	}
	if c.classic == nil {
		c.classic = map[float64]int64{}
	}
	c.classic[bound] += events
}

// boundOf is the bound of a bucket as its label writes it, NaN for what is none.
// Bounds are numbers: "1" and "1.0" are one.
func boundOf(le string) float64 {
	bound, err := strconv.ParseFloat(le, 64)
	if err != nil {
		return math.NaN()
	}
	return bound
}

// Histogram is what a native histogram holds, or by how much it grew.
type Histogram struct {
	Count   float64
	Buckets []NativeBucket // not cumulative
}

// NativeBucket is one bucket of a [Histogram].
type NativeBucket struct{ Lower, Upper, Count float64 }

// addHistogram books all calls of a native histogram.
func (c *cell) addHistogram(h Histogram, threshold float64, times, most int64) {
	rest := h.Count
	for _, b := range h.Buckets {
		rest -= b.Count
		c.addNative(b, threshold, times, most)
	}
	if math.Round(rest) > 0 { // durations that are no numbers: in a classic histogram only +Inf counts them
		c.addNative(NativeBucket{Lower: math.MaxFloat64, Upper: math.Inf(1), Count: rest}, threshold, times, most)
	}
}

func (c *cell) addNative(b NativeBucket, threshold float64, times, most int64) {
	if !(math.Abs(b.Count) <= float64(most)) || !(b.Lower <= b.Upper) { // a zero bucket may have no width
		c.unreal = true
		return
	}
	if c.native == nil {
		c.native = map[slo.Bucket]int64{}
	}
	bounds := fold(slo.Bucket{LowerBound: b.Lower, UpperBound: b.Upper}, threshold)
	c.native[bounds] += times * int64(math.Round(b.Count))
}

// settleLatency counts calls above the threshold as bad and keeps the buckets
// as classes.
func (c *cell) settleLatency(l slo.Latency, inc *slo.Increment) error {
	buckets, err := c.histogram()
	if err != nil {
		return err
	}
	if inc.Counts, err = l.Count(buckets, inc.End, inc.Width); err != nil {
		return err
	}
	inc.Classes = map[string]int64{}
	for _, b := range buckets {
		if b.Count > 0 {
			inc.Classes[b.ClassKey()] += b.Count
		}
	}
	return nil
}

// histogram is what was booked as buckets, empty ones of classic histograms
// included: their bounds are there, whether or not a call was between them.
func (c *cell) histogram() ([]slo.Bucket, error) {
	out := make([]slo.Bucket, 0, len(c.classic)+len(c.native))
	for b, n := range c.native {
		b.Count = n
		out = append(out, b)
	}
	if _, ok := c.classic[math.Inf(1)]; !ok && c.heard[roleBucket] {
		return nil, errNoInf
	}
	lower, below := math.Inf(-1), int64(0)
	for _, bound := range slices.Sorted(maps.Keys(c.classic)) {
		n := c.classic[bound] - below
		if n < 0 {
			return nil, errNotCumulative
		}
		out = append(out, slo.Bucket{LowerBound: lower, UpperBound: bound, Count: n})
		lower, below = bound, c.classic[bound]
	}
	return out, nil
}

// Recount counts increments of a histogram anew against another threshold, from
// the buckets they are split into. It answers false where they do not tell: the
// threshold lies within a bucket that holds calls and the indicator does not
// interpolate, or not all calls are in buckets. The histogram and its unit have
// to be the ones the increments were counted from.
func Recount(l slo.Latency) func(slo.Increment) (slo.Increment, bool) {
	return func(inc slo.Increment) (slo.Increment, bool) {
		counts, err := l.Count(slo.BucketsOf(inc.Classes), inc.End, inc.Width)
		if err != nil || counts.Total != inc.Total {
			return slo.Increment{}, false
		}
		inc.Counts, inc.Classes = counts, maps.Clone(inc.Classes)
		return inc, true
	}
}
