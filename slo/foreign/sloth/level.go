package sloth

import (
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// level translates what both forms have: a service and its SLOs.
func (t *translation) level(m *strictyaml.Map) *yaml.Node {
	service, ok := m.Require("service")
	if ok {
		t.service, ok = service.Text()
	}
	var labels foreign.Labels
	if v, ok := m.Take("labels"); ok {
		labels = foreign.ReadLabels(v)
	}
	function := t.service
	if label, ok := labels.Cut("function"); ok {
		function = label.Text
	}
	owner, _ := t.Owner(&labels)
	t.ownerless = false
	if v, ok := m.Take(t.keys.sloPlugins); ok {
		t.lostPlugins(v, t.keys.sloPlugins)
	}
	t.readSLOs(m, function)
	foreign.Done(m)
	if !ok || len(t.functions) == 0 {
		return nil
	}
	if owner == nil && t.ownerless {
		owner = t.ServiceOwner(service, t.service)
	}
	root := t.Map(m.Value())
	foreign.Put(root, "version", t.Plain(m.Value(), "1"))
	foreign.Put(root, "service", t.Text(service, t.service))
	foreign.Put(root, "owner", owner)
	foreign.Put(root, "labels", t.Labels(labels))
	foreign.Put(root, "functions", t.functionList(m.Value()))
	return root
}

// lostPlugins reports that plugins of SLOs do not run.
func (t *translation) lostPlugins(v strictyaml.Value, name string) {
	if !v.IsEmpty() {
		foreign.Lost(v, "%s: plugins change the rules that Sloth generates, and slofuse needs none", name)
	}
}

func (t *translation) functionList(at strictyaml.Value) *yaml.Node {
	var items []*yaml.Node
	for _, name := range t.functions {
		f := t.Map(at)
		slos := t.slos[name]
		f.Line, f.Column = slos.Line, slos.Column
		foreign.Put(f, "name", t.Text(at, name))
		foreign.Put(f, "slos", slos)
		items = append(items, f)
	}
	return t.List(at, items...)
}

// readSLOs translates the SLOs, each to its function: that of the document unless
// a label names another.
func (t *translation) readSLOs(m *strictyaml.Map, function string) {
	v, ok := m.Require("slos")
	if !ok {
		return
	}
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("slos is empty: a file of Sloth needs at least one SLO")
	}
	t.slos = make(map[string]*yaml.Node)
	for _, item := range items {
		entry, ok := item.Map()
		if !ok {
			continue
		}
		own, node := t.slo(entry)
		if own == "" {
			own = function
		}
		if node == nil {
			continue
		}
		if t.slos[own] == nil {
			t.functions = append(t.functions, own)
			t.slos[own] = t.List(v)
		}
		t.slos[own].Content = append(t.slos[own].Content, node)
	}
}
