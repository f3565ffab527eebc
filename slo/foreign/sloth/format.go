package sloth

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

const (
	plainVersion = "prometheus/v1"
	group        = "sloth.slok.dev/"
	groupVersion = group + "v1"
	kind         = "PrometheusServiceLevel"

	// window is the period that Sloth takes unless it is started with another
	// one: no file of it has a period.
	window = "30d"
)

// Format is the format of Sloth.
type Format struct{}

// Name is Sloth's name.
func (Format) Name() string { return "Sloth" }

// Mark is a version or an apiVersion of Sloth, or the SLOs that only its plain
// form has at the top.
func (Format) Mark(m *strictyaml.Map) string {
	version, api := m.Peek("version"), m.Peek("apiVersion")
	switch {
	case strings.HasPrefix(version, "prometheus/"):
		return "version: " + version
	case strings.HasPrefix(api, group):
		return "apiVersion: " + api
	case m.Has("slos") && !m.Has("apiVersion"):
		return "slos"
	}
	return ""
}

// Translate makes one native document of each.
func (Format) Translate(documents []*strictyaml.Map, _ []string) []foreign.Document {
	var out []foreign.Document
	for _, m := range documents {
		t := &translation{Builder: foreign.NewBuilder(m), keys: plainKeys}
		if root := t.document(m); root != nil {
			out = append(out, foreign.Document{Home: m, Root: root})
		}
	}
	return out
}

// spelling is how the keys of several words are written, which the two forms do
// not agree on.
type spelling struct {
	errorQuery, totalQuery, errorRatioQuery, pageAlert, ticketAlert, sloPlugins, override string
}

var (
	plainKeys    = spelling{"error_query", "total_query", "error_ratio_query", "page_alert", "ticket_alert", "slo_plugins", "override_previous"}
	resourceKeys = spelling{"errorQuery", "totalQuery", "errorRatioQuery", "pageAlert", "ticketAlert", "sloPlugins", "overridePrevious"}
)

// translation is of one document.
type translation struct {
	foreign.Builder
	keys      spelling
	service   string
	functions []string              // in the order they come
	slos      map[string]*yaml.Node // of a function
	ownerless bool                  // some SLO names no owner
}

// document translates a document of either form; nil if nothing is left of it.
func (t *translation) document(m *strictyaml.Map) *yaml.Node {
	if !m.Has("apiVersion") {
		if v, ok := m.Require("version"); ok {
			t.expect(v, plainVersion)
		}
		return t.level(m)
	}
	t.keys = resourceKeys
	v, _ := m.Take("apiVersion")
	t.expect(v, groupVersion)
	if v, ok := m.Require("kind"); ok {
		t.expect(v, kind)
	}
	if v, ok := m.Take("metadata"); ok {
		readMetadata(v)
	}
	m.Take("status") // written by the controller
	body, ok := m.Require("spec")
	foreign.Done(m)
	if !ok {
		return nil
	}
	spec, ok := body.Map()
	if !ok {
		return nil
	}
	return t.level(spec)
}

func (t *translation) expect(v strictyaml.Value, want string) {
	if text, ok := v.Text(); ok && text != want {
		v.Errorf("unknown %q: of Sloth's formats, slofuse reads version: %s and kind %s of %s", text, plainVersion, kind, groupVersion)
	}
}

// readMetadata reads what Kubernetes calls the resource by: nothing of it is a
// part of a promise.
func readMetadata(v strictyaml.Value) {
	m, _ := v.Map()
	m.Each(func(key, value strictyaml.Value) {
		if name, _ := key.Text(); (name == "labels" || name == "annotations") && !value.IsEmpty() {
			foreign.Lost(key, "metadata.%s: they are those of the Kubernetes resource; those of the SLOs stand in spec.labels", name)
		}
	})
}
