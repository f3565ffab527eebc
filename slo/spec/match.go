package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// readMatch reads the SLOs of all functions whose names match a pattern.
func (d *document) readMatch(m *strictyaml.Map, above settings) {
	v, _ := m.Take("match")
	if m.Has("name") {
		m.Take("name")
		m.Key("name").Errorf("a function has a name or a match, not both")
	}
	pattern, sound := readPattern(v)
	if sound {
		d.functions.add(d.service, pattern)
	}
	name := fmt.Sprintf("match %q", pattern)
	templates, signals := d.readSLOs(m, name, above), d.readSignals(m, above)
	m.Done()
	for i, t := range templates {
		if slices.ContainsFunc(templates[:i], func(other template) bool { return other.slo.ID.Name == t.slo.ID.Name }) {
			t.at.Errorf("SLO %q of %s is already defined", t.slo.ID.Name, name)
		}
	}
	checkMatchRenames(templates)
	for _, t := range templates {
		if t.slo.Backend != above.backend {
			t.at.Errorf("the SLOs of a match have its backend: write backend beside match")
		}
	}
	seen, ok := sights(templates, pattern)
	if !ok || !sound || len(templates) == 0 {
		return
	}
	family := slo.Family{
		Service: d.service, Name: name, Backend: above.backend, Seen: seen, Source: sourceOf(v),
		Member: func(value string) (slo.Set, error) { return member(templates, signals, value) },
	}
	d.found = append(d.found, definition{name: name + " of " + d.service, set: slo.Set{Families: []slo.Family{family}}, at: v})
}

// readPattern reads an anchored regular expression, as Prometheus has them.
func readPattern(v strictyaml.Value) (string, bool) {
	text, ok := readExpression(v, "a pattern")
	if !ok {
		return "", false
	}
	if _, err := regexp.Compile(text); err != nil {
		v.Errorf("not a valid regular expression (RE2, as in Prometheus): %v", err)
		return "", false
	}
	return text, true
}

// sights are where the functions of a match are seen: in what its SLIs count.
func sights(templates []template, pattern string) ([]slo.Sight, bool) {
	var out []slo.Sight
	sound := true
	for _, t := range templates {
		for _, s := range countedBy(t.indicator.sli) {
			label, ok := functionLabel(s)
			if !ok {
				sound = false
				t.use.Errorf(`match needs to know which label names the function: write {function="$function"}, with $function alone in exactly one matcher with =, in %s`, s)
				break
			}
			out = append(out, sight(s, label, pattern))
		}
	}
	if sound && len(out) == 0 && len(templates) > 0 {
		templates[0].use.Errorf("match finds its functions in counters, and there are free queries only: add an SLO with a ratio or a latency, or name every function")
		return nil, false
	}
	return compactSights(out), sound
}

func compactSights(list []slo.Sight) []slo.Sight {
	var out []slo.Sight
	seen := map[string]bool{}
	for _, s := range list {
		if key := s.Selector.Canonical().String(); !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

// functionLabel is the label that holds $function and nothing else.
func functionLabel(s slo.Selector) (string, bool) {
	var found []string
	for _, m := range s.Matchers {
		if m.Op == slo.MatchEqual && m.Value == functionVariable {
			found = append(found, m.Label)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// sight asks for all functions in place of one.
func sight(s slo.Selector, label, pattern string) slo.Sight {
	matchers := slices.DeleteFunc(slices.Clone(s.Matchers), func(m slo.Matcher) bool {
		return strings.Contains(m.Value, functionVariable)
	})
	matchers = append(matchers, slo.Matcher{Label: label, Op: slo.MatchRegexp, Value: pattern})
	return slo.Sight{Selector: slo.Selector{Metric: s.Metric, Matchers: matchers}, Label: label}
}

// countedBy lists the selectors of all events of an SLI, as series there are: a
// histogram is one bucket of a classic one, or a native one.
func countedBy(sli slo.SLI) []slo.Selector {
	switch {
	case sli.Latency != nil:
		native := sli.Latency.Histogram
		classic := slo.Selector{Metric: native.Metric + "_bucket", Matchers: slices.Clone(native.Matchers)}
		classic.Matchers = append(classic.Matchers, slo.Matcher{Label: "le", Op: slo.MatchEqual, Value: "+Inf"})
		return []slo.Selector{classic, native}
	case sli.ErrorRatio != nil:
		return sli.ErrorRatio.Weight
	case sli.Ratio == nil:
		return nil
	case len(sli.Ratio.Total) > 0:
		return sli.Ratio.Total
	}
	return slices.Concat(sli.Ratio.Good, sli.Ratio.Bad)
}

// member is what a match defines for one function.
func member(templates []template, signals []signal, function string) (slo.Set, error) {
	if err := checkName(function); err != nil {
		return slo.Set{}, err
	}
	all, err := signalsOf(signals, function)
	if err != nil {
		return slo.Set{}, err
	}
	for _, t := range templates {
		set, err := t.forFunction(function)
		if err != nil {
			return slo.Set{}, err
		}
		all.Add(set)
	}
	return all, nil
}
