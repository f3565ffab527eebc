package slo

import "slices"

// With is the selector of what also meets more matchers. Those it has already are not
// repeated.
func (s Selector) With(more []Matcher) Selector {
	out := Selector{Metric: s.Metric, Matchers: slices.Clone(s.Matchers)}
	for _, m := range more {
		if !slices.Contains(out.Matchers, m) {
			out.Matchers = append(out.Matchers, m)
		}
	}
	return out
}

// With is the indicator of those events alone whose series also meet more matchers. One
// with a free query is returned as it is.
func (s SLI) With(more []Matcher) SLI {
	all := func(list []Selector) []Selector {
		out := make([]Selector, len(list))
		for i, one := range list {
			out[i] = one.With(more)
		}
		return out
	}
	switch {
	case s.Ratio != nil:
		s.Ratio = &Ratio{Total: all(s.Ratio.Total), Good: all(s.Ratio.Good), Bad: all(s.Ratio.Bad)}
	case s.Latency != nil:
		l := *s.Latency
		l.Histogram = l.Histogram.With(more)
		s.Latency = &l
	}
	return s
}
