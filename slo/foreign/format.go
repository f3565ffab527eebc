package foreign

import (
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/rule"
)

// Format is another tool's format of SLO files.
type Format interface {
	// Name is what people call it: "Sloth".
	Name() string
	// Mark is what in the document says that it is meant to be of this format,
	// as it is written there ("version: prometheus/v1"); empty if nothing does.
	// It takes no key.
	Mark(m *strictyaml.Map) string
	// Translate makes native documents of all documents of the format that are
	// loaded together, in the order of files and documents. Problems go to the
	// reports of the documents. What has an error is left out of the result.
	// Backends are the names of those there are; nil where nobody knows them.
	Translate(documents []*strictyaml.Map, backends []string) []Document
}

// Document is a native document that a foreign one was translated to.
type Document struct {
	// Home is the foreign document it counts as a part of: an error in either
	// makes the file of Home unusable.
	Home *strictyaml.Map
	Root *yaml.Node // a mapping with version, service and functions
}

// Map is the document as the native reader takes it.
func (d Document) Map() *strictyaml.Map {
	m, _ := d.Home.Value().Derive(d.Root).Map()
	return m
}

// Lost reports a field that slofuse cannot honour, at its place: what the format
// says with it, and what happens instead.
func Lost(at strictyaml.Value, format string, args ...any) {
	Changed(at, "not kept: "+format, args...)
}

// Changed reports what is kept in another way than it was meant.
func Changed(at strictyaml.Value, format string, args ...any) {
	at.Warnf(rule.ForeignLossy, format, args...)
}

// Done closes a mapping of a foreign document: it names the fields that nobody
// took. They are warnings, since a newer version of the other tool may know them.
func Done(m *strictyaml.Map) { m.Leave(rule.ForeignUnknownField) }
