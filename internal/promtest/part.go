package promtest

import (
	"math"
	"slices"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/slo"
)

// part is one selector of an SLI and what it counts as.
type part struct {
	role    role
	metric  string
	holds   []predicate
	bounded bool
	bound   float64 // of the bucket, for histograms
}

// predicate is a matcher ready for use.
type predicate struct {
	label string
	holds func(value string) bool
}

func partsOf(sli slo.SLI) []part {
	if l := sli.Latency; l != nil {
		total := partOf(asTotal, slo.Selector{Metric: l.Histogram.Metric + "_bucket", Matchers: l.Histogram.Matchers})
		total.bounded, total.bound = true, math.Inf(1)
		fast := total
		fast.role, fast.bound = asGood, l.Bound()
		return []part{total, fast}
	}
	return slices.Concat(partsAs(asTotal, sli.Ratio.Total), partsAs(asGood, sli.Ratio.Good), partsAs(asBad, sli.Ratio.Bad))
}

func partsAs(r role, selectors []slo.Selector) []part {
	out := make([]part, len(selectors))
	for i, s := range selectors {
		out[i] = partOf(r, s)
	}
	return out
}

// partOf panics on a regular expression that does not compile.
func partOf(r role, s slo.Selector) part {
	p := part{role: r, metric: s.Metric}
	for _, m := range s.Matchers {
		holds, err := m.Predicate()
		if err != nil {
			panic("promtest: " + err.Error())
		}
		p.holds = append(p.holds, predicate{label: m.Label, holds: holds})
	}
	return p
}

func (p part) selects(ls labels.Labels) bool {
	return ls.Get(labels.MetricName) == p.metric && p.holdsBound(ls) && p.holdsAll(ls)
}

// selectsNative reports whether the part reads a series as a native histogram.
func (p part) selectsNative(ls labels.Labels) bool {
	return p.bounded && ls.Get(labels.MetricName)+"_bucket" == p.metric && p.holdsAll(ls)
}

// boundLabel writes a bound as the recorded buckets do.
func boundLabel(bound float64) string { return strconv.FormatFloat(bound, 'f', 1, 64) }

func (p part) holdsAll(ls labels.Labels) bool {
	for _, m := range p.holds {
		if !m.holds(ls.Get(m.label)) {
			return false
		}
	}
	return true
}

func (p part) holdsBound(ls labels.Labels) bool {
	if !p.bounded {
		return true
	}
	le, err := strconv.ParseFloat(ls.Get("le"), 64)
	return err == nil && le == p.bound
}
