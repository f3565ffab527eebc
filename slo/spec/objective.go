package spec

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// objectiveKeys are the promise of an SLO and where it stands.
type objectiveKeys struct {
	objective   slo.Objective
	objectiveAt strictyaml.Value
	window      slo.Window
	reports     []slo.Window
	windowAt    strictyaml.Value
}

// readSLO reads one SLO of a function, or of all functions with names alike. The
// user is who counts by its SLI.
func (d *document) readSLO(m *strictyaml.Map, user string, above settings) (template, bool) {
	before := m.Value().Report().Errors()
	name := ""
	if v, ok := m.Require("name"); ok {
		name, _ = readName(v)
	}
	here := d.inherit(m, above)
	t := template{at: m.Value(), splitBy: here.splitBy, splitPages: here.splitPages}
	t.indicator, t.use = d.readSLI(m, user)
	keys, ok := d.readObjective(m)
	renamedFrom := slo.ID{}
	if v, ok := m.Take("renamed_from"); ok {
		t.renamed = v
		renamedFrom = d.readFormerName(v)
	}
	class := slo.ClassNone
	if v, ok := m.Take("class"); ok {
		class = readClass(v)
	}
	var tiers []slo.Tier
	if ok && here.policy.Name != "" {
		tiers = d.tiers(here.policy, keys)
	}
	m.Done()
	d.ownerless = d.ownerless || here.owner == ""
	if m.Value().Report().Errors() > before || t.indicator == nil || !t.indicator.valid {
		return t, false
	}
	t.slo = slo.SLO{
		ID: slo.ID{Service: d.service, Name: name}, RenamedFrom: renamedFrom,
		Owner: here.owner, Description: here.description, Labels: here.labels, Links: here.links,
		Objective: keys.objective, Window: keys.window, Reports: keys.reports, Backend: here.backend,
		Policy: here.policy.Name, Tiers: tiers, Guard: here.policy.Guard, Freeze: here.policy.Freeze, MaxSeverity: here.maxSeverity,
		Class: class, NoData: here.noData, TrafficDrop: here.trafficDrop, DependsOn: here.dependsOn,
		Source: sourceOf(m.Value()),
	}
	return t, t.checkSplit()
}

func sourceOf(v strictyaml.Value) slo.Source {
	at := v.Position()
	return slo.Source{File: at.File, Line: at.Line, Column: at.Column}
}

// readSLI reads the SLI of an SLO, the name of a shared one or its body, and
// where it stands.
func (d *document) readSLI(m *strictyaml.Map, user string) (*indicator, strictyaml.Value) {
	v, ok := m.Require("sli")
	if !ok {
		return nil, v
	}
	if v.IsMap() {
		return readIndicator(v), v
	}
	name, ok := v.Text()
	if !ok {
		return nil, v
	}
	shared, ok := d.indicators[name]
	if !ok {
		v.Errorf("unknown SLI %q: %s", name, d.suggestSLI(name))
		return nil, v
	}
	shared.users = append(shared.users, user)
	return shared, v
}

// suggestSLI says what else could be meant, or how to name an SLI.
func (d *document) suggestSLI(name string) string {
	if len(d.indicators) == 0 {
		return "the file names none: define it under slis, or write a ratio, latency, threshold, error_ratio or preset here"
	}
	return strictyaml.Suggest(name, slices.Sorted(maps.Keys(d.indicators)))
}

func (d *document) readObjective(m *strictyaml.Map) (keys objectiveKeys, ok bool) {
	objective, hasObjective := m.Require("objective")
	window, hasWindow := m.Require("window")
	if hasObjective {
		keys.objectiveAt = objective
		keys.objective, hasObjective = readObjective(objective)
	}
	if hasWindow {
		keys.windowAt = window
		keys.window, keys.reports, hasWindow = d.readWindows(window)
	}
	return keys, hasObjective && hasWindow
}

func readObjective(v strictyaml.Value) (slo.Objective, bool) {
	text, ok := v.Text()
	if !ok {
		return slo.Objective{}, false
	}
	objective, err := slo.ParseObjective(text)
	if err != nil {
		v.Errorf("%v", err)
	}
	return objective, err == nil
}

// readClass reads what a bad event is, where it is worse than a failure.
func readClass(v strictyaml.Value) slo.Class {
	text, ok := v.Text()
	class := slo.Class(text)
	if !ok || slices.Contains(slo.Classes(), class) {
		return class
	}
	names := make([]string, len(slo.Classes()))
	for i, c := range slo.Classes() {
		names[i] = string(c)
	}
	v.Errorf("unknown class %q: %s", text, strictyaml.Suggest(text, names))
	return slo.ClassNone
}
