package plan

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Survey is one question that finds the members of many families: of all that
// look at one metric for the values of one label and differ in the values of
// equality matchers only.
type Survey struct {
	Label string // whose values are the members

	selector slo.Selector // of what the families agree on
	equal    []string     // names of the equality matchers they differ in, sorted
	values   []map[string]bool
	families map[string][]string // keys, by the values of the equality labels
}

// Surveys compiles families into questions. A family that is seen in several
// places is in several of them.
func Surveys(families []slo.Family) []*Survey {
	questions := map[string]*Survey{}
	for _, f := range families {
		for _, sight := range f.Seen {
			addSight(questions, f.Key(), sight)
		}
	}
	out := make([]*Survey, 0, len(questions))
	for _, id := range slices.Sorted(maps.Keys(questions)) {
		out = append(out, questions[id])
	}
	return out
}

func addSight(questions map[string]*Survey, family string, sight slo.Sight) {
	equal, rest := split(sight.Selector)
	names := slices.Sorted(maps.Keys(equal))
	common := slo.Selector{Metric: sight.Selector.Metric, Matchers: rest}
	id := fmt.Sprintf("%q of %s by %q", sight.Label, common, names)
	s := questions[id]
	if s == nil {
		s = &Survey{Label: sight.Label, selector: common, equal: names, values: make([]map[string]bool, len(names)), families: map[string][]string{}}
		questions[id] = s
	}
	for i, name := range names {
		if s.values[i] == nil {
			s.values[i] = map[string]bool{}
		}
		s.values[i][equal[name]] = true
	}
	place := slo.ClassKey(equal)
	s.families[place] = append(s.families[place], family)
}

// Query asks for every value that had a sample within a span.
func (s *Survey) Query(span time.Duration) string {
	all := s.selector
	all.Matchers = slices.Clone(all.Matchers)
	for i, name := range s.equal {
		all.Matchers = append(all.Matchers, slo.AnyOf(name, slices.Sorted(maps.Keys(s.values[i]))...))
	}
	by := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(s.equal), s.Label))))
	return fmt.Sprintf("group by (%s) (%s)", joinNames(by), last(all, span, 0))
}

// Families lists the keys of the families that an answered series is about.
func (s *Survey) Families(labels map[string]string) []string {
	place := make(map[string]string, len(s.equal))
	for _, name := range s.equal {
		place[name] = labels[name]
	}
	return s.families[slo.ClassKey(place)]
}
