package spec

import (
	"bytes"
	"cmp"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// written is a native document of a file, and the foreign one it was made of.
type written struct {
	format string // that it was in; empty for a native one
	home   *strictyaml.Map
	root   *yaml.Node
}

// Converted is an SLO file with native documents in place of foreign ones.
type Converted struct {
	Name    string   // of the file
	Formats []string // of its foreign documents, sorted; empty for a native file
	// Native is what [Parse] reads as it reads the file. It is empty if the file has
	// an error, and if it has no SLOs but what those of other files refer to.
	Native []byte
}

// ForeignFormats names the formats of other tools that are read beside the native
// one.
func ForeignFormats() []string {
	names := make([]string, len(foreignFormats))
	for i, f := range foreignFormats {
		names[i] = f.Name()
	}
	return names
}

// Convert writes SLO files in the native format: those that hold SLO documents, in
// the order given. The problems are those of [Parse]: what could not be kept is
// among them.
func Convert(files []File, o Options) ([]Converted, Problems) {
	read := newReader(o).readAll(files)
	_, problems := assemble(read)
	var out []Converted
	for i, f := range read {
		c := Converted{Name: files[i].Name, Formats: f.formats()}
		if f.report.Errors() == 0 {
			c.Native = f.native()
		}
		if len(f.written) > 0 || len(c.Formats) > 0 {
			out = append(out, c)
		}
	}
	return out, problems
}

// formats lists the foreign formats in a file.
func (f *readFile) formats() []string {
	return slices.Compact(slices.Sorted(slices.Values(f.foreign)))
}

// native writes the documents of a file in its order.
func (f *readFile) native() []byte {
	slices.SortStableFunc(f.written, func(a, b written) int {
		return cmp.Compare(a.home.Value().Position().Line, b.home.Value().Position().Line)
	})
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	for _, w := range f.written {
		w.keepHead()
	}
	for _, w := range merged(f.written) {
		if err := e.Encode(w.root); err != nil {
			panic(err) // nodes that were read can be written, and memory takes them
		}
	}
	return b.Bytes()
}

// keepHead keeps the comment above a foreign document.
func (w written) keepHead() {
	if from := w.home.Value().Node(); w.format != "" && len(from.Content) > 0 && len(w.root.Content) > 0 {
		w.root.Content[0].HeadComment = from.Content[0].HeadComment
	}
}
