package slo

import (
	"strconv"
	"strings"
)

// Set is what SLO files define.
type Set struct {
	SLOs     []SLO
	Families []Family
	Signals  []Signal
}

// Add puts what another set defines behind what this one does.
func (s *Set) Add(other Set) {
	s.SLOs = append(s.SLOs, other.SLOs...)
	s.Families = append(s.Families, other.Families...)
	s.Signals = append(s.Signals, other.Signals...)
}

// Bounds on what families find, so that a label with a value per request does not
// become a million budgets. What files name is not bounded.
const (
	// MaxMembers is how many members a family may have.
	MaxMembers = 1_000
	// MaxOfFamily is how many objectives and signals a family may bring with all the
	// parts of what it finds. It is half of MaxFound, so that no family keeps out all
	// others.
	MaxOfFamily = 5_000
	// MaxFound is how many objectives and signals all families may bring: as many
	// objectives as an instance is made and measured for.
	MaxFound = 10_000
)

// Family is a definition with one member for every value that a label has in
// Prometheus: a function of `match`, or a part of `split_by`.
type Family struct {
	Service string
	Name    string // what was written, for messages: `match "batch-.*"`
	Whole   ID     // of split_by: the SLO whose parts the members are; zero for match
	Backend string // empty: the first one configured
	// Seen is where members are looked for; each value seen in any of them is
	// one.
	Seen []Sight
	// Member makes what is defined for one value. It is pure. The error says why
	// the value cannot be a member.
	Member func(value string) (Set, error)
	Source Source
}

// Sight is where members of a family are seen: the values that Label has on the
// series of Selector.
type Sight struct {
	Selector Selector
	Label    string
}

// Key identifies a family whatever its place in a file: who edits the lines
// above it, or its selectors, does not lose its members.
func (f Family) Key() string {
	return strconv.Quote(f.Service) + strconv.Quote(f.Whole.Function) + strconv.Quote(f.Name)
}

// PartName is the name of the part of an SLO that is about one value of a label.
func PartName(name, label, value string) string {
	return name + partMark + label + "=" + value
}

const partMark = ":"

// Whole is the ID of the SLO that s is a part of; false if it is no part.
func (s SLO) Whole() (ID, bool) {
	for label, value := range s.Split {
		name, ok := strings.CutSuffix(s.ID.Name, PartName("", label, value))
		return ID{Service: s.ID.Service, Function: s.ID.Function, Name: name}, ok
	}
	return ID{}, false
}
