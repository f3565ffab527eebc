package spec

import (
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// readFormerName reads what an SLO was called before: a name in the same
// function, or a whole id. The function of a mere name is left open.
func (d *document) readFormerName(v strictyaml.Value) slo.ID {
	name, ok := readName(v)
	if !ok {
		return slo.ID{}
	}
	if strings.Count(name, "/") != 2 {
		return slo.ID{Service: d.service, Name: name}
	}
	id, err := slo.ParseID(name)
	if err != nil {
		v.Errorf("%v", err)
	}
	return id
}

// checkRenames makes sure that what was renamed is gone, and that it has one new
// name: two SLOs cannot go on with one history.
func checkRenames(all []definition) {
	defined, renamed := make(map[slo.ID]slo.Source, len(all)), map[slo.ID]slo.Source{}
	for _, d := range all {
		for _, s := range d.set.SLOs {
			defined[s.ID] = s.Source
		}
	}
	for _, d := range all {
		for _, s := range d.set.SLOs {
			if !s.RenamedFrom.IsZero() {
				checkRename(d, s, defined, renamed)
				renamed[s.RenamedFrom] = s.Source
			}
		}
	}
}

// checkMatchRenames does the same within the SLOs of a match.
func checkMatchRenames(templates []template) {
	for _, t := range templates {
		former := t.slo.RenamedFrom
		switch {
		case former.IsZero():
		case former.Function != "":
			t.renamed.Errorf("the functions of a match cannot all have had one name: write the former name of the SLO alone")
		case slices.ContainsFunc(templates, func(other template) bool { return other.slo.ID.Name == former.Name }):
			t.renamed.Errorf("SLO %q is still there: remove it, or leave renamed_from out", former.Name)
		}
	}
}

func checkRename(d definition, s slo.SLO, defined, renamed map[slo.ID]slo.Source) {
	at, exists := defined[s.RenamedFrom]
	first, taken := renamed[s.RenamedFrom]
	switch {
	case s.RenamedFrom == s.ID:
		d.renamed.Errorf("this is the name the SLO has now: write the one it had before, or leave renamed_from out")
	case exists:
		d.renamed.Errorf("SLO %s is still there, at %s: remove it, or leave renamed_from out", s.RenamedFrom, at)
	case taken:
		d.renamed.Errorf("the SLO at %s was called %s before: only one can go on with its history", first, s.RenamedFrom)
	}
}
