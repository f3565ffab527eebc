package spec

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// settings are the keys that may stand on a service, a function or an SLO. A
// lower level overrides the one above; labels and links are overridden one by
// one.
type settings struct {
	owner, description, backend string
	labels, links               map[string]string
	policy                      chosenPolicy
	maxSeverity                 slo.Severity
	noData, trafficDrop         slo.Severity
	dependsOn                   []slo.ID
	splitBy                     []string
	splitPages                  bool
}

// inherit reads the settings of a level over those of the level above.
func (r *reader) inherit(m *strictyaml.Map, above settings) settings {
	s := above
	s.labels, s.links = maps.Clone(above.labels), maps.Clone(above.links)
	if v, ok := m.Take("owner"); ok {
		s.owner, _ = readName(v)
	}
	if v, ok := m.Take("description"); ok {
		s.description, _ = v.Text()
	}
	if v, ok := m.Take("backend"); ok {
		s.backend = r.readBackend(v)
	}
	if v, ok := m.Take("labels"); ok {
		readLabels(v, s.labels)
	}
	if v, ok := m.Take("links"); ok {
		readLinks(v, s.links)
	}
	if v, ok := m.Take("policy"); ok {
		s.policy, _ = r.readPolicy(v)
	}
	if v, ok := m.Take("max_severity"); ok {
		s.maxSeverity, _ = readSeverity(v)
	}
	if v, ok := m.Take("no_data"); ok {
		s.noData = readLoss(v)
	}
	if v, ok := m.Take("traffic_drop"); ok {
		s.trafficDrop = readLoss(v)
	}
	readSplit(m, &s)
	return s
}

func (r *reader) readBackend(v strictyaml.Value) string {
	name, ok := readName(v)
	if ok && r.options.Backends != nil && !slices.Contains(r.options.Backends, name) {
		v.Errorf("unknown backend %q: %s", name, strictyaml.Suggest(name, r.options.Backends))
	}
	return name
}
