package foreign

import (
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// Events are the queries that count events: two of the three are set.
type Events struct {
	Total, Good, Bad *Query
	// Counters says that selectors in the queries stand for counters, whose growth
	// is meant, and not for what they hold at the moment.
	Counters bool
}

// Indicator is what became of the indicator of an SLO.
type Indicator struct {
	SLI *yaml.Node // the value of the key sli
	// SplitBy are the labels that the queries tell apart: the other tool has an
	// SLO for every combination of their values. Nil if there are none.
	SplitBy []string
}

// Events makes an indicator of two queries that count events: a ratio or a
// latency where they are growth of counters, else an error_ratio, of which it
// says that it is an estimate. It reports what cannot be counted at all.
func (b Builder) Events(at strictyaml.Value, e Events) (Indicator, bool) {
	if r, ok := e.roles(); ok {
		return b.indicator(at, r), true
	}
	if e.Counters && e.readsLevels() {
		at.Errorf("slofuse cannot tell which counters these queries count with: write sums of plain selectors of counters, or of rate() or increase() of them")
		return Indicator{}, false
	}
	return b.estimate(at, e), true
}

// roles are the growth of counters by what it counts, with two of the three.
type roles struct {
	total, good, bad []slo.Selector
	growth           // of all of them
}

// roles recognises what the queries count.
func (e Events) roles() (roles, bool) {
	total, ok := e.growth(e.Total)
	good, alsoGood := e.growth(e.Good)
	bad, alsoBad := e.growth(e.Bad)
	if !ok || !alsoGood || !alsoBad {
		return roles{}, false
	}
	if e.Total == nil {
		return join(good, bad, func(r *roles) { r.good, r.bad = good.plus, bad.plus })
	}
	if e.Good == nil {
		return part(bad, total, func(r *roles, same, rest []slo.Selector) { r.bad, r.good = same, rest })
	}
	return part(good, total, func(r *roles, same, rest []slo.Selector) { r.good, r.bad = same, rest })
}

// growth is that of a query; without a query there is none.
func (e Events) growth(q *Query) (growth, bool) {
	if q == nil {
		return growth{}, true
	}
	return growthOf(q.expr, e.Counters)
}

// join are two roles whose events are told apart.
func join(a, b growth, set func(*roles)) (roles, bool) {
	if !a.comparable(b) || len(a.minus)+len(b.minus) > 0 {
		return roles{}, false
	}
	r := roles{growth: a}
	set(&r)
	return r, true
}

// part is a role that is a part of all events. Written as all events but others,
// it stands for those others.
func part(share, total growth, set func(r *roles, same, rest []slo.Selector)) (roles, bool) {
	r := roles{growth: total, total: total.plus}
	if !share.comparable(total) || len(total.minus) > 0 {
		return roles{}, false
	}
	switch {
	case len(share.minus) == 0:
		set(&r, share.plus, nil)
		return r, true
	case equal(share.plus, total.plus):
		set(&r, nil, share.minus)
		return r, true
	}
	return roles{}, false
}

// equal reports whether two lists select the same.
func equal(a, b []slo.Selector) bool {
	return slices.Equal(texts(a), texts(b))
}

func texts(list []slo.Selector) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.Canonical().String()
	}
	slices.Sort(out)
	return out
}

// indicator writes a ratio, or a latency where the good events are a bucket.
func (b Builder) indicator(at strictyaml.Value, r roles) Indicator {
	if r.apart {
		Lost(at, "the queries have a value for every series: slofuse counts all series together; split_by makes an SLO of each value of a label")
	}
	sli := b.Map(at)
	if node, ok := b.latency(at, r); ok {
		Put(sli, "latency", node)
		return Indicator{SLI: sli, SplitBy: r.grouping}
	}
	ratio := b.Map(at)
	Put(ratio, "total", b.Selectors(at, r.total))
	Put(ratio, "good", b.Selectors(at, r.good))
	Put(ratio, "bad", b.Selectors(at, r.bad))
	Put(sli, "ratio", ratio)
	return Indicator{SLI: sli, SplitBy: r.grouping}
}

// Selectors writes one selector, or the list of those that are added; nil
// without any.
func (b Builder) Selectors(at strictyaml.Value, list []slo.Selector) *yaml.Node {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return b.Text(at, list[0].String())
	}
	items := make([]*yaml.Node, len(list))
	for i, s := range list {
		items[i] = b.Text(at, s.String())
	}
	return b.List(at, items...)
}
