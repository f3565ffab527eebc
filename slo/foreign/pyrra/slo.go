package pyrra

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// translation is of one document.
type translation struct {
	foreign.Builder
	owners    foreign.Owners
	root, slo *yaml.Node // the document, and the one SLO in it
}

// document writes the document, and says whether it is whole.
func (t *translation) document(m *strictyaml.Map) bool {
	v, _ := m.Take("apiVersion")
	if text, ok := v.Text(); ok && text != version {
		v.Errorf("%s is not read: slofuse reads %s", text, version)
		return false
	}
	if v, ok := m.Require("kind"); ok {
		if text, ok := v.Text(); ok && text != kind {
			v.Errorf("unknown kind %q of Pyrra: %s", text, strictyaml.Suggest(text, []string{kind}))
			return false
		}
	}
	m.Take("status") // written by Pyrra
	t.root = t.Map(m.Value())
	foreign.Put(t.root, "version", t.Plain(m.Value(), "1"))
	metadata, ok := m.Require("metadata")
	if ok {
		ok = t.putMetadata(metadata)
	}
	spec, hasSpec := m.Require("spec")
	foreign.Done(m)
	if !ok || !hasSpec {
		return false
	}
	body, ok := spec.Map()
	return ok && t.putSpec(body)
}

// putSpec writes what the SLO promises.
func (t *translation) putSpec(m *strictyaml.Map) bool {
	if v, ok := m.Take("description"); ok && !v.IsBlank() {
		text, _ := v.Text()
		foreign.Put(t.slo, "description", t.Text(v, strings.TrimSpace(text)))
	}
	target, hasTarget := m.Require("target")
	if hasTarget {
		hasTarget = t.putTarget(target)
	}
	window, hasWindow := m.Require("window")
	if hasWindow {
		text, ok := window.Text()
		hasWindow = ok
		foreign.Put(t.slo, "window", t.Text(window, text))
	}
	if v, ok := m.Take("alerting"); ok && !v.IsEmpty() {
		t.putAlerting(v)
	} else {
		foreign.Put(t.slo, "no_data", t.Text(m.Value(), slo.SeverityPage.String()))
	}
	t.readOutput(m)
	indicator, ok := m.Require("indicator")
	foreign.Done(m)
	return ok && t.putIndicator(indicator) && hasTarget && hasWindow
}

// putTarget writes the percentage. What is none is left to the native reader,
// which asks what it means.
func (t *translation) putTarget(v strictyaml.Value) bool {
	text, ok := v.Text()
	if o, err := slo.ParseObjective(text); err == nil {
		text = o.String()
	}
	foreign.Put(t.slo, "objective", t.Text(v, text))
	return ok
}

// readOutput reads how Pyrra's rules are to be written and run.
func (t *translation) readOutput(m *strictyaml.Map) {
	if v, ok := m.Take("partial_response_strategy"); ok && !v.IsBlank() {
		if text, _ := v.Text(); text != "abort" {
			foreign.Lost(v, "partial_response_strategy (%s): slofuse takes no partial answer of Thanos for a whole one", text)
		}
	}
	if v, ok := m.Take("performanceOverAccuracy"); ok {
		if fast, ok := v.Bool(); ok && fast {
			foreign.Lost(v, "performanceOverAccuracy: slofuse reads every slot once and adds them up, which is exact and as cheap")
		}
	}
	if v, ok := m.Take("ruleOutput"); ok && !v.IsEmpty() {
		foreign.Lost(v, "ruleOutput: slofuse writes no rules to evaluate its SLOs")
	}
}
