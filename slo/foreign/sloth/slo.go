package sloth

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// slo translates one SLO and names the function that its labels put it to, if
// they do. The node is nil if the SLO has an error.
func (t *translation) slo(m *strictyaml.Map) (function string, out *yaml.Node) {
	before := m.Value().Report().Errors()
	out = t.Map(m.Value())
	foreign.Comment(out, m.Value())
	if v, ok := m.Require("name"); ok {
		t.copyText(out, "name", v)
	}
	if v, ok := m.Take("description"); ok && !v.IsEmpty() {
		t.copyText(out, "description", v)
	}
	var labels foreign.Labels
	if v, ok := m.Take("labels"); ok {
		labels = foreign.ReadLabels(v)
	}
	if label, ok := labels.Cut("function"); ok {
		function = label.Text
	}
	owner, owned := t.Owner(&labels)
	t.ownerless = t.ownerless || !owned
	foreign.Put(out, "owner", owner)
	rules := t.readAlerting(m, &labels)
	foreign.Put(out, "labels", t.Labels(labels))
	foreign.Put(out, "links", rules.links)
	foreign.Put(out, "max_severity", rules.maxSeverity)
	foreign.Put(out, "policy", rules.policy)
	if v, ok := m.Require("objective"); ok {
		objective := t.objective(v)
		foreign.Comment(objective, v)
		foreign.Put(out, "objective", objective)
	}
	foreign.Put(out, "window", t.Text(m.Value(), window))
	if v, ok := m.Take("plugins"); ok {
		t.lostPlugins(v, "plugins")
	}
	t.readSLI(m, out)
	foreign.Done(m)
	if m.Value().Report().Errors() > before {
		return function, nil
	}
	return function, out
}

// copyText keeps a text under a key.
func (t *translation) copyText(out *yaml.Node, key string, v strictyaml.Value) {
	if text, ok := v.Text(); ok {
		n := t.Text(v, strings.TrimSpace(text))
		foreign.Comment(n, v)
		foreign.Put(out, key, n)
	}
}

// objective writes a percentage. One of 1 or less is left to the native reader,
// which asks what it means.
func (t *translation) objective(v strictyaml.Value) *yaml.Node {
	text, ok := v.Text()
	if !ok {
		return nil
	}
	if whole, _, _ := strings.Cut(text, "."); whole != "0" && text != "1" && !strings.HasSuffix(text, "%") {
		text += "%"
	}
	return t.Text(v, text)
}

// readSLI translates the indicator, which is of one kind, and what follows from
// it for the SLO.
func (t *translation) readSLI(m *strictyaml.Map, out *yaml.Node) {
	v, ok := m.Require("sli")
	if !ok {
		return
	}
	sli, ok := v.Map()
	if !ok {
		return
	}
	events, hasEvents := sli.Take("events")
	raw, hasRaw := sli.Take("raw")
	plugin, hasPlugin := sli.Take("plugin")
	before := v.Report().Errors()
	foreign.Done(sli)
	switch {
	case hasPlugin:
		t.refusePlugin(plugin)
	case hasEvents && hasRaw:
		v.Errorf("an SLI of Sloth has one kind, not events and raw together")
	case hasEvents:
		t.events(events, out)
	case hasRaw:
		t.raw(raw, out)
	case v.Report().Errors() == before:
		v.Errorf("an SLI of Sloth needs a kind: one of events, raw")
	}
}

func (t *translation) events(v strictyaml.Value, out *yaml.Node) {
	m, ok := v.Map()
	if !ok {
		return
	}
	errors, hasErrors := requireQuery(m, t.keys.errorQuery)
	total, hasTotal := requireQuery(m, t.keys.totalQuery)
	foreign.Done(m)
	if !hasErrors || !hasTotal {
		return
	}
	if indicator, ok := t.Events(v, foreign.Events{Bad: errors, Total: total}); ok {
		t.putIndicator(out, v, indicator)
	}
}

func requireQuery(m *strictyaml.Map, key string) (*foreign.Query, bool) {
	v, ok := m.Require(key)
	if !ok {
		return nil, false
	}
	return foreign.ReadQuery(v)
}

func (t *translation) raw(v strictyaml.Value, out *yaml.Node) {
	m, ok := v.Map()
	if !ok {
		return
	}
	query, ok := requireQuery(m, t.keys.errorRatioQuery)
	foreign.Done(m)
	if ok {
		t.putIndicator(out, v, t.Ratio(query, false))
	}
}

// putIndicator sets the SLI. Sloth has a budget for each series that the queries
// give, which is what split_by makes of one label.
func (t *translation) putIndicator(out *yaml.Node, at strictyaml.Value, indicator foreign.Indicator) {
	foreign.Put(out, "sli", indicator.SLI)
	t.PutSplit(out, at, indicator.SplitBy)
}

// refusePlugin says how to do without a plugin: it is a program that writes the
// query, and slofuse runs none.
func (t *translation) refusePlugin(v strictyaml.Value) {
	m, _ := v.Map()
	id := m.Peek("id")
	v.Errorf("sli.plugin: slofuse runs no plugins of Sloth, so it cannot know the query of %q: write the events or the raw query out that the plugin makes", id)
}
