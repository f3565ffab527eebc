package spec

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// formatVersion is the version of the format this package reads.
const formatVersion = "1"

// reader reads the documents of a set of files.
type reader struct {
	options  Options
	policies map[string]slo.Policy
	zones    map[string]*time.Location // by name
}

func newReader(o Options) *reader {
	r := &reader{options: o, policies: make(map[string]slo.Policy), zones: make(map[string]*time.Location)}
	for _, p := range slices.Concat(EmbeddedPolicies(), o.Policies) {
		r.policies[p.Name] = p
	}
	return r
}

// definition is what one place of a file defines, once: an SLO with its parts,
// or the SLOs of all functions with names alike.
type definition struct {
	name string
	set  slo.Set
	at   strictyaml.Value
	// renamed is where the SLO says what it was called before, if it does.
	renamed strictyaml.Value
}

// document is one document while it is read.
type document struct {
	*reader
	service    string
	indicators map[string]*indicator
	found      []definition
	functions  population
	depends    []dependency
	ownerless  bool // some SLO has no owner
}

// isSLOFile reports whether a document is meant to hold SLOs at all.
func isSLOFile(m *strictyaml.Map) bool {
	return m.Has("version") || m.Has("service") || m.Has("functions") || m.Has("slis")
}

// readDocument reads what one document defines. What it returns is to be used
// only if nothing was reported as an error.
func (r *reader) readDocument(m *strictyaml.Map) *document {
	d := &document{reader: r, indicators: make(map[string]*indicator)}
	if v, ok := m.Require("version"); ok {
		if text, ok := v.Text(); ok && text != formatVersion {
			v.Errorf("unknown version %q: this version of slofuse reads version %s", text, formatVersion)
		}
	}
	if v, ok := m.Require("service"); ok {
		d.service, _ = readName(v)
	}
	top := r.inherit(m, settings{
		labels: map[string]string{}, links: map[string]string{},
		policy: chosenPolicy{Policy: r.policies[DefaultPolicy]}, maxSeverity: slo.SeverityPage,
		noData: slo.SeverityTicket, trafficDrop: slo.SeverityTicket,
	})
	if v, ok := m.Take("slis"); ok {
		d.readIndicators(v)
	}
	if v, ok := m.Require("functions"); ok {
		d.readFunctions(v, top)
	}
	m.Done()
	if d.ownerless && !m.Has("owner") {
		m.Value().Errorf("missing key %q: who is told when a budget burns?", "owner")
	}
	d.warnIndicators()
	return d
}

func (d *document) readIndicators(v strictyaml.Value) {
	m, _ := v.Map()
	m.Each(func(key, body strictyaml.Value) {
		if name, ok := readName(key); ok {
			d.indicators[name] = readIndicator(body)
		}
	})
}

// warnIndicators warns of named SLIs that nobody uses, and of those that count
// the same events for several functions.
func (d *document) warnIndicators() {
	for name, ind := range d.indicators {
		switch users := slices.Compact(ind.users); {
		case !ind.valid:
		case len(users) == 0:
			ind.at.Warnf(rule.SLIUnused, "SLI %q is not used", name)
		case len(users) > 1 && !ind.usesFunction():
			ind.at.Warnf(rule.SLIShared, "SLI %q does not select on $function: it counts the same events for %q and %q", name, users[0], users[1])
		}
	}
}

func (d *document) readFunctions(v strictyaml.Value, top settings) {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("functions is empty: an SLO file needs at least one function")
	}
	for _, item := range items {
		if m, ok := item.Map(); ok {
			d.readFunction(m, top)
		}
	}
}

func (d *document) readFunction(m *strictyaml.Map, top settings) {
	here := d.inherit(m, top)
	if m.Has("match") {
		here.dependsOn = d.dependencies(m, "")
		d.readMatch(m, here)
		return
	}
	name := ""
	if v, ok := m.Require("name"); ok {
		name, _ = readName(v)
		d.functions.name(d.service, name)
	}
	here.dependsOn = d.dependencies(m, name)
	for _, t := range d.readSLOs(m, name, here) {
		d.define(t, name)
	}
	d.defineSignals(d.readSignals(m, here), name)
	m.Done()
}

// readSLOs reads the SLOs of a function, or of all functions with names alike.
func (d *document) readSLOs(m *strictyaml.Map, user string, above settings) []template {
	v, ok := m.Require("slos")
	if !ok {
		return nil
	}
	items, isList := v.List()
	if isList && len(items) == 0 {
		v.Errorf("slos is empty: a function needs at least one SLO")
	}
	var found []template
	for _, item := range items {
		if entry, ok := item.Map(); ok {
			if t, ok := d.readSLO(entry, user, above); ok {
				found = append(found, t)
			}
		}
	}
	return found
}

// define keeps an SLO of a function and its parts.
func (d *document) define(t template, function string) {
	set, err := t.forFunction(function)
	if err != nil {
		t.use.Errorf("%v", err)
		return
	}
	d.found = append(d.found, definition{name: "SLO " + set.SLOs[0].ID.String(), set: set, at: t.at, renamed: t.renamed})
}
