package plan

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// ByHand is one query for the events of a selector between two instants: the
// growth of all slots of the grain, added up by a subquery. It is there to be
// pasted by people who check a sum, and gives one number. Both instants lie on
// borders of slots. It takes every birth in full and does not look into slots in
// which a counter was reset. With replica labels it gives a number for each
// replica: all of them count the same events.
func ByHand(s slo.Selector, gr Grain, from, to time.Time, replicaLabels ...string) string {
	sum := "sum"
	if len(replicaLabels) > 0 {
		sum = fmt.Sprintf("sum by (%s) ", joinNames(replicaLabels))
	}
	now, before := last(s, gr.Width, 0), last(s, gr.Lookback, gr.Width)
	span := to.Sub(from) - time.Second // the slot that ends at from is not part of it
	return fmt.Sprintf("sum_over_time(%s((%s - %s) >= 0 or %s)[%s:%s] @ %d)", sum, now, before, now, seconds(span), seconds(gr.Width), to.Unix())
}

// ByHand are queries for how many slots a probe without a weight knows between
// two instants, and how many of them are bad. They evaluate every single slot.
func (p Probe) ByHand(from, to time.Time) (total, bad string) {
	var counted string
	if p.Threshold != nil {
		counted = p.isBad()
	} else {
		counted = fmt.Sprintf("vector(scalar(%s)) >= 0 <= 1", p.ErrorRatio.Query)
	}
	slots := fmt.Sprintf("(%s)[%s:%s] @ %d", counted, seconds(to.Sub(from)-time.Second), seconds(p.Step), to.Unix())
	return "count_over_time(" + slots + ")", "sum_over_time(" + slots + ")"
}

// Part is one selector of an indicator and what its events are.
type Part struct {
	Name     string // "total", "good" or "bad"
	Selector slo.Selector
}

// PartsByHand are the selectors whose events a person adds up to check an
// indicator: those of a ratio, and the buckets of all and of the good calls of a
// histogram. An indicator that is estimated, or that a free query answers, has
// none.
func PartsByHand(sli slo.SLI) []Part {
	var out []Part
	add := func(name string, list []slo.Selector) {
		for _, s := range list {
			out = append(out, Part{Name: name, Selector: s})
		}
	}
	switch {
	case sli.Latency != nil && !sli.Latency.Interpolate:
		add("total", []slo.Selector{bucketOf(*sli.Latency, "+Inf")})
		add("good", []slo.Selector{bucketOf(*sli.Latency, spellings(sli.Latency.Bound())...)})
	case sli.Ratio != nil:
		add("total", sli.Ratio.Total)
		add("good", sli.Ratio.Good)
		add("bad", sli.Ratio.Bad)
	}
	return out
}

// bucketOf selects one bucket of a histogram.
func bucketOf(l slo.Latency, bounds ...string) slo.Selector {
	s := bucketsOf(l.Histogram)
	s.Matchers = append(slices.Clip(s.Matchers), slo.AnyOf("le", bounds...))
	return s
}

// spellings are how a bound may be written: Prometheus 3 writes 1 as 1.0.
func spellings(bound float64) []string {
	text := strconv.FormatFloat(bound, 'g', -1, 64)
	if bound == float64(int64(bound)) {
		return []string{text, text + ".0"}
	}
	return []string{text}
}
