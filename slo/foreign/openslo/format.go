package openslo

import (
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// version is the version of the format that is read.
const version = "openslo/v1"

// Format is OpenSLO v1.
type Format struct{}

var _ foreign.Format = Format{}

// Name is what people call the format.
func (Format) Name() string { return "OpenSLO" }

// Mark recognises a document of any version of OpenSLO.
func (Format) Mark(m *strictyaml.Map) string {
	v := m.Peek("apiVersion")
	if strings.HasPrefix(v, "openslo/") || strings.HasPrefix(v, "openslo.com/") {
		return "apiVersion: " + v
	}
	return ""
}

// Translate makes a native document of every SLO among the documents.
func (Format) Translate(documents []*strictyaml.Map, backends []string) []foreign.Document {
	c := newCatalog(backends)
	for _, m := range documents {
		c.add(m)
	}
	c.check()
	var native []foreign.Document
	for _, o := range c.objects {
		if o.kind == kindSLO {
			native = append(native, c.translate(o)...)
		}
	}
	return native
}
