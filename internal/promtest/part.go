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
	role     role
	metric   string
	matchers []slo.Matcher
	bound    *float64 // of the bucket, for histograms
}

func partsOf(sli slo.SLI) []part {
	if l := sli.Latency; l != nil {
		all, good := math.Inf(1), l.Bound()
		bucket := part{metric: l.Histogram.Metric + "_bucket", matchers: l.Histogram.Matchers}
		total, fast := bucket, bucket
		total.role, total.bound = asTotal, &all
		fast.role, fast.bound = asGood, &good
		return []part{total, fast}
	}
	return slices.Concat(partsAs(asTotal, sli.Ratio.Total), partsAs(asGood, sli.Ratio.Good), partsAs(asBad, sli.Ratio.Bad))
}

func partsAs(r role, selectors []slo.Selector) []part {
	out := make([]part, len(selectors))
	for i, s := range selectors {
		out[i] = part{role: r, metric: s.Metric, matchers: s.Matchers}
	}
	return out
}

func (p part) selects(ls labels.Labels) bool {
	if ls.Get(labels.MetricName) != p.metric || !p.holdsBound(ls) {
		return false
	}
	for _, m := range p.matchers {
		holds, err := m.Predicate()
		if err != nil {
			panic("promtest: " + err.Error())
		}
		if !holds(ls.Get(m.Label)) {
			return false
		}
	}
	return true
}

func (p part) holdsBound(ls labels.Labels) bool {
	if p.bound == nil {
		return true
	}
	le, err := strconv.ParseFloat(ls.Get("le"), 64)
	return err == nil && le == *p.bound
}
