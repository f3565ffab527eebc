package openslo

import (
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// prometheuses are the types of sources that answer PromQL, in small letters and
// without spaces or dashes.
var prometheuses = []string{
	"prometheus", "promql", "mimir", "grafanamimir", "thanos", "cortex", "victoriametrics",
	"amazonprometheus", "amazonmanagedprometheus", "googlemanagedprometheus", "azureprometheus",
}

// isPrometheus reads the type of a source and reports one that slofuse cannot ask.
func isPrometheus(v strictyaml.Value) bool {
	text, ok := v.Text()
	plain := strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(text))
	if ok && !slices.Contains(prometheuses, plain) {
		v.Errorf("slofuse cannot ask a source of type %q: it reads Prometheus, and what answers PromQL as that does", text)
		return false
	}
	return ok
}

// readSource reads a DataSource. What it connects to is no secret of slofuse, so
// nothing of that is repeated.
func readSource(m *strictyaml.Map) bool {
	readDescription(m)
	kind, ok := m.Require("type")
	if v, found := m.Require("connectionDetails"); found && !v.IsEmpty() {
		foreign.Lost(m.Key("connectionDetails"), "connectionDetails: slofuse asks the backend of its configuration that has the name of the DataSource, else the first one")
	}
	foreign.Done(m)
	return ok && isPrometheus(kind)
}

// queryKeys are where the query stands in the spec of a metricSource.
var queryKeys = []string{"query", "promql", "expr"}

// readMetric reads the metricSource of a metric of an SLI: its query.
func (c *catalog) readMetric(s *sli, v strictyaml.Value) (*foreign.Query, bool) {
	m, ok := v.Map()
	if !ok {
		return nil, false
	}
	source, ok := m.Require("metricSource")
	foreign.Done(m)
	if !ok {
		return nil, false
	}
	at, ok := source.Map()
	if !ok {
		return nil, false
	}
	known := c.readType(s, at)
	spec, ok := at.Require("spec")
	foreign.Done(at)
	if !ok || !known {
		return nil, false
	}
	return readSpec(spec)
}

// readType reads where a metric comes from: a type, the name of a DataSource, or
// both. The name may also be that of a backend.
func (c *catalog) readType(s *sli, m *strictyaml.Map) bool {
	kind, typed := m.Take("type")
	if reference, ok := m.Take("metricSourceRef"); ok {
		s.sources = append(s.sources, reference)
		if name, _ := reference.Text(); c.named[kindSource][name] == nil && slices.Contains(c.backends, name) {
			return !typed || isPrometheus(kind)
		}
		_, found := c.find(reference, kindSource)
		return found && (!typed || isPrometheus(kind))
	}
	if !typed {
		m.Value().Errorf("missing key %q: write type: Prometheus, or name a %s with metricSourceRef", "type", kindSource)
		return false
	}
	return isPrometheus(kind)
}

// readSpec reads the query out of the spec of a metricSource, whose other keys
// are free.
func readSpec(v strictyaml.Value) (*foreign.Query, bool) {
	m, ok := v.Map()
	if !ok {
		return nil, false
	}
	var query *foreign.Query
	given := 0
	m.Each(func(key, value strictyaml.Value) {
		name, _ := key.Text()
		if !slices.Contains(queryKeys, name) {
			foreign.Lost(key, "spec.%s: of the spec of a metricSource slofuse takes the query alone", name)
			return
		}
		given++
		query, ok = foreign.ReadQuery(value)
	})
	if given != 1 {
		v.Errorf("the spec of a metricSource needs one query, under one of the keys %s", strings.Join(queryKeys, ", "))
		return nil, false
	}
	return query, ok
}

// putBackend writes which backend is asked: that with the name of the DataSource of
// the SLI. Without one of that name it is the first, as for every SLO.
func (t *translation) putBackend() bool {
	backend, first := "", strictyaml.Value{}
	for i, source := range t.indicator.sources {
		name, _ := source.Text()
		if !slices.Contains(t.backends, name) {
			name = ""
		}
		if i > 0 && name != backend {
			source.Errorf("the metrics of one SLI come from one backend, and %s is of another one than %s", sourceName(source), sourceName(first))
			return false
		}
		backend, first = name, source
	}
	if backend != "" {
		foreign.Put(t.root, "backend", t.through.Text(first, backend))
	}
	return true
}

func sourceName(v strictyaml.Value) string {
	name, _ := v.Text()
	return kindSource + " \"" + name + "\""
}
