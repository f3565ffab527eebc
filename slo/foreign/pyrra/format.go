package pyrra

import (
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

const (
	group   = "pyrra.dev/"
	version = group + "v1alpha1"
	kind    = "ServiceLevelObjective"
)

// Format is the format of Pyrra.
type Format struct{}

var _ foreign.Format = Format{}

// Name is Pyrra's name.
func (Format) Name() string { return "Pyrra" }

// Mark is an apiVersion of Pyrra.
func (Format) Mark(m *strictyaml.Map) string {
	if v := m.Peek("apiVersion"); strings.HasPrefix(v, group) {
		return "apiVersion: " + v
	}
	return ""
}

// Translate makes one native document of each.
func (Format) Translate(documents []*strictyaml.Map, _ []string) []foreign.Document {
	var native []foreign.Document
	owners := make(foreign.Owners)
	for _, m := range documents {
		t := &translation{Builder: foreign.NewBuilder(m), owners: owners}
		report := m.Value().Report()
		if before := report.Errors(); t.document(m) && report.Errors() == before {
			native = append(native, foreign.Document{Home: m, Root: t.root})
		}
	}
	return native
}
