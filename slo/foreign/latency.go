package foreign

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// latency writes a latency where all events are the calls of a histogram and the
// good ones those of one bucket of it.
func (b Builder) latency(at strictyaml.Value, r roles) (*yaml.Node, bool) {
	if len(r.total) != 1 || len(r.good) != 1 {
		return nil, false
	}
	histogram, ok := histogramOf(r.total[0])
	bucket, bound, also := bucketOf(r.good[0])
	if !ok || !also || !equal([]slo.Selector{histogram}, []slo.Selector{bucket}) {
		return nil, false
	}
	unit, named := unitOf(histogram.Metric)
	threshold, ok := thresholdOf(bound, unit)
	if !ok {
		return nil, false
	}
	m := b.Map(at)
	Put(m, "histogram", b.Text(at, histogram.String()))
	Put(m, "threshold", b.Text(at, threshold))
	if !named {
		Put(m, "unit", b.Text(at, "s"))
		Changed(at, "the name of %s ends in no unit, so its bounds are taken for seconds: what is counted is the same, only the threshold may read wrong", histogram.Metric)
	}
	return m, true
}

// histogramOf is the histogram whose calls a selector counts, by the name of its
// count or by its last bucket.
func histogramOf(s slo.Selector) (slo.Selector, bool) {
	if name, ok := strings.CutSuffix(s.Metric, "_count"); ok {
		return slo.Selector{Metric: name, Matchers: s.Matchers}, true
	}
	h, bound, ok := bucketOf(s)
	return h, ok && bound == "+Inf"
}

// bucketOf is the histogram that a selector counts one bucket of, and the
// bucket's bound as written.
func bucketOf(s slo.Selector) (histogram slo.Selector, bound string, ok bool) {
	name, ok := strings.CutSuffix(s.Metric, "_bucket")
	i := slices.IndexFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == "le" })
	if !ok || i < 0 || s.Matchers[i].Op != slo.MatchEqual {
		return slo.Selector{}, "", false
	}
	rest := slices.Delete(slices.Clone(s.Matchers), i, i+1)
	return slo.Selector{Metric: name, Matchers: rest}, s.Matchers[i].Value, true
}

// unitOf is what 1 means in the bounds of a histogram, by the end of its name;
// seconds and false where the name does not say.
func unitOf(metric string) (time.Duration, bool) {
	for suffix, unit := range map[string]time.Duration{
		"_seconds": time.Second, "_milliseconds": time.Millisecond, "_microseconds": time.Microsecond,
		"_nanoseconds": time.Nanosecond, "_minutes": time.Minute,
	} {
		if strings.HasSuffix(metric, suffix) {
			return unit, true
		}
	}
	return time.Second, false
}

// thresholdOf writes a bound as the duration it stands for, if it is one between
// a nanosecond and a day.
func thresholdOf(bound string, unit time.Duration) (string, bool) {
	number, err := strconv.ParseFloat(bound, 64)
	d := number * float64(unit)
	if err != nil || !(d >= 1) || d > float64(24*time.Hour) {
		return "", false
	}
	threshold := time.Duration(d + 0.5)
	if float64(threshold)/float64(unit) != number { // no whole number of nanoseconds
		return "", false
	}
	return threshold.String(), true
}
