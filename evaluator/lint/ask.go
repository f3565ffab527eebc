package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// question is what is asked about one metric for many selectors at once.
type question struct {
	metric   string
	native   bool // of native histograms only: a counter may have their name
	matchers []slo.Matcher
	by       []string // labels that tell the selectors apart, sorted
}

// maxValues is how many bytes of values a selector lists: a question holds it up to
// three times, some servers take no query of more than 16 kB, and a long list saves
// little.
const maxValues = 4500

// about is the narrowest question that holds the answers to all selectors of one
// metric: matchers on which all agree stay, and of a label that all pin down the
// values are listed, while they are few.
func about(metric string, selectors []slo.Selector) question {
	q := question{metric: metric}
	pinned := map[string]map[string]bool{} // by label, its values
	agreed := map[slo.Matcher]int{}
	for _, s := range selectors {
		for _, m := range s.Canonical().Matchers {
			q.by = append(q.by, m.Label)
			agreed[m]++
			if m.Op == slo.MatchEqual && m.Value != "" {
				note(pinned, m.Label, m.Value)
			}
		}
	}
	slices.Sort(q.by)
	q.by = slices.Compact(q.by)
	room := maxValues
	for _, label := range q.by {
		for _, m := range narrowing(label, selectors, pinned[label], agreed) {
			if room -= len(m.Value); room >= 0 {
				q.matchers = append(q.matchers, m)
			}
		}
	}
	return q
}

// narrowing are the matchers on one label that hold for every selector.
func narrowing(label string, selectors []slo.Selector, values map[string]bool, agreed map[slo.Matcher]int) []slo.Matcher {
	var out []slo.Matcher
	for _, m := range selectors[0].Canonical().Matchers {
		if m.Label == label && agreed[m] == len(selectors) {
			out = append(out, m)
		}
	}
	all := !slices.ContainsFunc(selectors, func(s slo.Selector) bool {
		return !slices.ContainsFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == label && values[m.Value] && m.Op == slo.MatchEqual })
	})
	if one := slo.AnyOf(label, slices.Sorted(maps.Keys(values))...); all && len(values) > 1 {
		out = append(out, one)
	}
	return out
}

func note(sets map[string]map[string]bool, key, value string) {
	if sets[key] == nil {
		sets[key] = map[string]bool{}
	}
	sets[key][value] = true
}

// wide is the question about every series of the metric.
func (q question) wide() question {
	q.matchers = nil
	return q
}

func (q question) selector() slo.Selector {
	return slo.Selector{Metric: q.metric, Matchers: q.matchers}
}

func (q question) grouping() string {
	quoted := make([]string, len(q.by))
	for i, name := range q.by {
		quoted[i] = slo.QuoteName(name)
	}
	return "by (" + strings.Join(quoted, ",") + ")"
}

// count asks how many series there are.
func (q question) count() string {
	series := q.selector().String()
	if q.native {
		series = fmt.Sprintf("histogram_count(%s)", series)
	}
	return fmt.Sprintf("count %s (%s)", q.grouping(), series)
}

// growth asks by how much the series grew within a span, those that were not there
// in the span before counted in full, or not at all.
func (q question) growth(span string, births bool) string {
	now, before := fmt.Sprintf("last_over_time(%s[%s])", q.selector(), span), fmt.Sprintf("last_over_time(%s[%s] offset %s)", q.selector(), span, span)
	if q.native {
		now, before = fmt.Sprintf("histogram_count(%s)", now), fmt.Sprintf("histogram_count(%s)", before)
	}
	grown := fmt.Sprintf("(%s - %s) >= 0", now, before)
	if births {
		grown += " or " + now
	}
	return fmt.Sprintf("sum %s (%s)", q.grouping(), grown)
}

// lastSeen asks when the series had their last sample within a span.
func (q question) lastSeen(span string) string {
	return fmt.Sprintf("max %s (max_over_time(timestamp(%s)[%s:5m]))", q.grouping(), q.selector(), span)
}

// samples asks how many samples a series gets in ten minutes.
func (q question) samples() string { return fmt.Sprintf("avg(count_over_time(%s[10m]))", q.selector()) }
