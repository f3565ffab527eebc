package edit

import (
	"fmt"
	"maps"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Subject is what an edit is about: an SLO, the SLOs that a match finds, or a
// setting of the service.
type Subject struct {
	// ID is the SLO's. Of a match its Function is what is written: `match "batch-.*"`.
	// It is zero for a setting.
	ID     slo.ID `json:"id"`
	Family bool   `json:"family,omitempty"`
	Name   string `json:"name,omitempty"`  // of a setting: "receiver checkout-pager"
	Owner  string `json:"owner,omitempty"` // of an SLO
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"` // 0: the file as a whole
}

// Key tells subjects apart.
func (s Subject) Key() string {
	if s.Name != "" {
		return "setting " + s.Name
	}
	return fmt.Sprintf("slo %t %s", s.Family, s.ID)
}

// Title is the subject for people.
func (s Subject) Title() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Family:
		return s.ID.Service + "/" + s.ID.Function + "/" + s.ID.Name
	}
	return s.ID.String()
}

// Entry is a subject with what is written of it.
type Entry struct {
	Subject
	Facts Facts `json:"facts"`
}

// State is what all files say, by the keys of its subjects.
type State map[string]Entry

// Add puts an entry in its place. Of two with one key the first is kept.
func (s State) Add(e Entry) {
	if _, taken := s[e.Key()]; !taken {
		s[e.Key()] = e
	}
}

// member stands for any function of a match, to see what its SLOs say.
const member = "any"

// StateOf are the SLOs of a set, and those that each match brings. Parts are as
// their whole is, and left out.
func StateOf(set slo.Set) State {
	out := State{}
	for _, s := range set.SLOs {
		out.Add(Entry{SubjectOf(s), FactsOf(s)})
	}
	for _, f := range set.Families {
		if !f.Whole.IsZero() {
			continue
		}
		found, err := f.Member(member)
		if err != nil {
			continue
		}
		for _, s := range found.SLOs {
			e := Entry{SubjectOf(s), FactsOf(s)}
			e.ID.Function, e.Family = f.Name, true
			out.Add(e)
		}
	}
	return out
}

// SubjectOf is the subject that an SLO is.
func SubjectOf(s slo.SLO) Subject {
	return Subject{ID: s.ID, Owner: s.Owner, File: s.Source.File, Line: s.Source.Line}
}

// keys are those of both, in order.
func (s State) keys(other State) []string {
	all := make(State, len(s)+len(other))
	maps.Copy(all, s)
	maps.Copy(all, other)
	return slices.Sorted(maps.Keys(all))
}
