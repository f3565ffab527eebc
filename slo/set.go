package slo

import "slices"

// Set is what SLO files define.
type Set struct {
	SLOs     []SLO
	Families []Family
	Signals  []Signal
}

// Add puts what another set defines behind what this one does.
func (s Set) Add(other Set) Set {
	return Set{
		SLOs:     slices.Concat(s.SLOs, other.SLOs),
		Families: slices.Concat(s.Families, other.Families),
		Signals:  slices.Concat(s.Signals, other.Signals),
	}
}

// MaxMembers is how many members a family may have: more are refused, so that a
// label with a value per request does not become a million budgets.
const MaxMembers = 1000

// Family is a definition with one member for every value that a label has in
// Prometheus: a function of `match`, or a part of `split_by`.
type Family struct {
	Service  string
	Function string // of split_by; empty for match
	Name     string // what was written, for messages: `match "batch-.*"`
	Backend  string // empty: the first one configured
	// Seen selects the series whose values of Label name the members.
	Seen    Selector
	Label   string
	Pattern string // anchored RE2 that values must match; empty takes all
	// Member makes what is defined for one value. It is pure.
	Member func(value string) (Set, error)
	Source Source
}
