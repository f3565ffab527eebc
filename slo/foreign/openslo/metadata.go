package openslo

import (
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// metadata is what every object says about itself.
type metadata struct {
	name        string
	nameAt      strictyaml.Value
	display     strictyaml.Value
	hasDisplay  bool
	labels      foreign.Labels
	annotations foreign.Labels
}

func readMetadata(v strictyaml.Value) (metadata, bool) {
	var meta metadata
	m, ok := v.Map()
	if !ok {
		return meta, false
	}
	if meta.nameAt, ok = m.Require("name"); ok {
		meta.name, ok = meta.nameAt.Text()
	}
	meta.display, meta.hasDisplay = m.Take("displayName")
	if labels, found := m.Take("labels"); found && !labels.IsEmpty() {
		meta.labels = readLabels(labels)
	}
	if annotations, found := m.Take("annotations"); found && !annotations.IsEmpty() {
		meta.annotations = foreign.ReadLabels(annotations)
	}
	foreign.Done(m)
	return meta, ok
}

// readLabels reads labels, each with one value or with several, which are
// written with commas in between.
func readLabels(v strictyaml.Value) foreign.Labels {
	m, _ := v.Map()
	var labels foreign.Labels
	m.Each(func(key, value strictyaml.Value) {
		name, ok := key.Text()
		items := []strictyaml.Value{value}
		if value.IsList() {
			items, _ = value.List()
		}
		var texts []string
		for _, item := range items {
			text, sound := item.Text()
			ok = ok && sound
			texts = append(texts, text)
		}
		if ok && len(texts) > 0 {
			labels = append(labels, foreign.Label{Name: name, Text: strings.Join(texts, ","), Key: key, Value: value})
		}
	})
	return labels
}

// readDescription reads what a spec says it is about.
func readDescription(m *strictyaml.Map) (strictyaml.Value, bool) {
	v, ok := m.Take("description")
	return v, ok && !v.IsEmpty()
}
