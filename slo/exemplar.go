package slo

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Exemplar is one event that a backend kept as an example of those a series counted.
type Exemplar struct {
	Time   time.Time
	Value  float64           // what it added to the series, in the unit of the metric
	Labels map[string]string // of the event, such as its trace
	Series map[string]string // of the series, its name among them
}

// Trace is the id of the event's trace, as the label that is called so says it in any
// spelling: trace_id, traceID. It is empty without one.
func (e Exemplar) Trace() string {
	for _, name := range slices.Sorted(maps.Keys(e.Labels)) {
		if strings.EqualFold(strings.NewReplacer("_", "", ".", "", "-", "").Replace(name), "traceid") {
			return e.Labels[name]
		}
	}
	return ""
}

// ExemplarSelectors list the series of the indicator that may have exemplars. Those of a
// latency are the buckets of its histogram, classic and native.
func (s SLI) ExemplarSelectors() []Selector {
	if s.Latency == nil {
		return s.Selectors()
	}
	buckets := s.Latency.Histogram
	buckets.Metric += "_bucket"
	return []Selector{buckets, s.Latency.Histogram}
}

// ExemplarJudge returns what tells of an exemplar whether it is of an event that the
// indicator counts, and of those whether it was a bad one. The events of an error ratio
// are never known to be bad. A selector that cannot be understood selects nothing.
func (s SLI) ExemplarJudge() func(Exemplar) (counts, bad bool) {
	counted := anyOf(s.ExemplarSelectors())
	var worse, better func(map[string]string) bool
	if s.Ratio != nil {
		worse, better = anyOf(s.Ratio.Bad), anyOf(s.Ratio.Good)
	}
	return func(e Exemplar) (counts, bad bool) {
		switch counts = counted(e.Series); {
		case !counts:
			return false, false
		case s.Latency != nil:
			return true, e.Value > s.Latency.Bound()
		case s.Ratio == nil:
			return true, false
		case len(s.Ratio.Bad) == 0:
			return true, !better(e.Series)
		}
		return true, worse(e.Series)
	}
}

// anyOf reports of the labels of a series whether one of some selectors selects it.
func anyOf(selectors []Selector) func(map[string]string) bool {
	var all []func(map[string]string) bool
	for _, s := range selectors {
		if matches, err := s.predicate(); err == nil {
			all = append(all, matches)
		}
	}
	return func(series map[string]string) bool {
		return slices.ContainsFunc(all, func(matches func(map[string]string) bool) bool { return matches(series) })
	}
}

func (s Selector) predicate() (func(map[string]string) bool, error) {
	conditions := make([]func(string) bool, len(s.Matchers))
	for i, m := range s.Matchers {
		var err error
		if conditions[i], err = m.Predicate(); err != nil {
			return nil, err
		}
	}
	return func(series map[string]string) bool {
		if series["__name__"] != s.Metric {
			return false
		}
		for i, m := range s.Matchers {
			if !conditions[i](series[m.Label]) {
				return false
			}
		}
		return true
	}, nil
}
