package spec

import (
	"fmt"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// readSplit reads by which labels the SLOs of a level are split, and whether the
// parts may page.
func readSplit(m *strictyaml.Map, s *settings) {
	if v, ok := m.Take("split_by"); ok {
		s.splitBy = readLabelNames(v, "an SLO cannot be split by %q: name a label of its counters")
	}
	if v, ok := m.Take("split"); ok {
		severity, _ := readSeverity(v)
		s.splitPages = severity == slo.SeverityPage
	}
}

// checkSplit reports SLIs that cannot be split by a label: what a free query
// reads is not known, and what selects one value has no others.
func (t template) checkSplit() bool {
	before := t.use.Report().Errors()
	for _, label := range t.splitBy {
		if t.indicator.isQuery() {
			t.use.Errorf("a free query cannot be split by %q: write split_by: [] on this SLO, or count with selectors", label)
			continue
		}
		for _, s := range t.indicator.sli.Selectors() {
			if slices.ContainsFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == label && m.Op == slo.MatchEqual }) {
				t.use.Errorf("%s already selects one value of %q, so there is nothing to split by it: take the matcher out, or write split_by: [] on this SLO", s, label)
				break
			}
		}
	}
	return t.use.Report().Errors() == before
}

// split is the family of the parts of an SLO, one for every value of a label.
func split(whole slo.SLO, label string, pages bool) slo.Family {
	f := slo.Family{
		Service: whole.ID.Service, Whole: whole.ID, Name: whole.ID.Name + " split by " + label,
		Backend: whole.Backend, Source: whole.Source,
		Member: func(value string) (slo.Set, error) { return part(whole, label, value, pages) },
	}
	for _, s := range countedBy(whole.SLI) {
		s.Matchers = append(slices.Clone(s.Matchers), slo.Matcher{Label: label, Op: slo.MatchNotEqual})
		f.Seen = append(f.Seen, slo.Sight{Selector: s, Label: label})
	}
	return f
}

// part is the SLO of one value.
func part(whole slo.SLO, label, value string, pages bool) (slo.Set, error) {
	s := whole
	s.ID.Name = slo.PartName(whole.ID.Name, label, value)
	if !whole.RenamedFrom.IsZero() {
		s.RenamedFrom.Name = slo.PartName(whole.RenamedFrom.Name, label, value)
	}
	if value == "" {
		return slo.Set{}, fmt.Errorf("the value of %s is empty", label)
	}
	if err := checkName(s.ID.Name); err != nil {
		return slo.Set{}, err
	}
	s.SLI = narrowed(whole.SLI, slo.Matcher{Label: label, Op: slo.MatchEqual, Value: value})
	s.Split = map[string]string{label: value}
	if s.Labels = maps.Clone(s.Labels); s.Labels == nil {
		s.Labels = map[string]string{}
	}
	if _, taken := s.Labels[label]; !taken && !slo.IsOwnLabel(label) {
		s.Labels[label] = value
	}
	// Values of a label come and go: what all of them lose, the whole says.
	s.NoData, s.TrafficDrop = slo.SeverityNone, slo.SeverityNone
	if !pages {
		s.MaxSeverity = min(s.MaxSeverity, slo.SeverityTicket)
	}
	return slo.Set{SLOs: []slo.SLO{s}}, nil
}
