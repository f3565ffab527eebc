package pyrra

import (
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// readMetric reads the selector under a key.
func readMetric(m *strictyaml.Map, key string) (*foreign.Query, bool) {
	v, ok := m.Require(key)
	if !ok {
		return nil, false
	}
	inner, ok := v.Map()
	if !ok {
		return nil, false
	}
	query, ok := readText(inner)
	foreign.Done(inner)
	return query, ok
}

// readText reads the key metric: a selector, as all queries of Pyrra are.
func readText(m *strictyaml.Map) (*foreign.Query, bool) {
	v, ok := m.Require("metric")
	if !ok {
		return nil, false
	}
	query, ok := foreign.ReadQuery(v)
	if !ok {
		return nil, false
	}
	if _, plain := query.Selector(); !plain {
		v.Errorf("a metric of Pyrra is a plain selector, such as calls_total{job=\"shop\"}: Pyrra and slofuse compute its growth themselves")
		return nil, false
	}
	return query, true
}

// readGrouping reads the labels that Pyrra has a budget for every value of, and
// where they stand.
func readGrouping(m *strictyaml.Map) ([]string, strictyaml.Value) {
	v, ok := m.Take("grouping")
	if !ok || v.IsEmpty() {
		return nil, m.Value()
	}
	items, _ := v.List()
	var names []string
	for _, item := range items {
		if text, ok := item.Text(); ok {
			names = append(names, text)
		}
	}
	return names, v
}

// selectsBucket reports whether a selector is of one bucket.
func selectsBucket(q *foreign.Query) bool {
	s, _ := q.Selector()
	return slices.ContainsFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == "le" && m.Op == slo.MatchEqual })
}

// without leaves out the labels of which a selector has one value only.
func without(labels []string, selector *foreign.Query) []string {
	s, _ := selector.Selector()
	return slices.DeleteFunc(labels, func(label string) bool {
		return slices.ContainsFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == label && m.Op == slo.MatchEqual })
	})
}
