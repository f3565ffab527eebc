package spec

import (
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
	"github.com/slofuse/slofuse/slo/foreign/openslo"
	"github.com/slofuse/slofuse/slo/foreign/pyrra"
	"github.com/slofuse/slofuse/slo/foreign/sloth"
)

// foreignFormats are the formats of other tools that are read beside the native
// one.
var foreignFormats = []foreign.Format{openslo.Format{}, pyrra.Format{}, sloth.Format{}}

// nativeMark is what only a native document has; empty if there is nothing such.
func nativeMark(m *strictyaml.Map) string {
	if version := m.Peek("version"); version == formatVersion {
		return "version: " + version
	}
	for _, key := range []string{"functions", "slis"} {
		if m.Has(key) {
			return key
		}
	}
	return ""
}

// foreignFormat is the foreign format that a document is of; nil for a native one
// and for what is no SLO file. A document of two formats is reported, and sound is
// false.
func foreignFormat(m *strictyaml.Map) (format foreign.Format, sound bool) {
	var marks []string
	for _, f := range foreignFormats {
		if mark := f.Mark(m); mark != "" {
			format = f
			marks = append(marks, f.Name()+" ("+mark+")")
		}
	}
	if own := nativeMark(m); own != "" && format != nil {
		marks = append(marks, "slofuse ("+own+")")
	}
	if len(marks) > 1 {
		m.Value().Errorf("this document is of two formats at once, %s: make it one of them, or two documents with --- between them", strings.Join(marks, " and "))
		return nil, false
	}
	return format, true
}

// strangers are the foreign documents of a load, by the name of their format.
type strangers map[string]*colony

// colony are the documents of one format, and the index of the file each stands
// in.
type colony struct {
	documents []*strictyaml.Map
	file      map[*strictyaml.Map]int
}

func (s strangers) add(f foreign.Format, m *strictyaml.Map, file int) {
	c := s[f.Name()]
	if c == nil {
		c = &colony{file: make(map[*strictyaml.Map]int)}
		s[f.Name()] = c
	}
	c.documents = append(c.documents, m)
	c.file[m] = file
}

// translated is a native document made of a foreign one, and the index of its
// file.
type translated struct {
	foreign.Document
	format string
	file   int
}

// translate makes native documents of all, format by format.
func (s strangers) translate(backends []string) []translated {
	var all []translated
	for _, f := range foreignFormats {
		if c, ok := s[f.Name()]; ok {
			for _, d := range f.Translate(c.documents, backends) {
				all = append(all, translated{Document: d, format: f.Name(), file: c.file[d.Home]})
			}
		}
	}
	return all
}
