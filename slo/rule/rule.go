package rule

import (
	"regexp"
	"slices"
)

// Severity says how much a finding matters. The zero value is an error; values
// are ordered, an error comes first.
type Severity int

// The severities, worst first.
const (
	Error   Severity = iota // it cannot work
	Warning                 // it works, and probably does not do what its author thinks
	Info                    // worth knowing
)

var severityNames = []string{"error", "warning", "info"}

// String is the word used everywhere: error, warning, info.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads what [Severity.String] writes.
func ParseSeverity(word string) (Severity, bool) {
	i := slices.Index(severityNames, word)
	return Severity(max(i, 0)), i >= 0
}

// Name of a rule, in lower case with hyphens.
type Name string

// Severity of the rule. A name that the catalogue does not hold is an error.
func (n Name) Severity() Severity {
	r, _ := Of(n)
	return r.Severity
}

// Needs says what a rule has to see before it can find anything.
type Needs int

// What rules need.
const (
	Files         Needs = iota // the files, and nobody to ask
	Configuration              // the configuration of the service as well
	Live                       // the answers of a Prometheus as well
)

// Rule is one kind of finding.
type Rule struct {
	Name     Name
	Severity Severity
	Needs    Needs
	Finds    string // a sentence
	Do       string // a sentence: what to do about it
}

// Ignorable reports whether a comment may hide what the rule finds: all but
// what makes a file unusable, and what is said about the comments themselves.
func (r Rule) Ignorable() bool {
	return !slices.Contains([]Name{Invalid, IgnoreUnknown, IgnoreUnused}, r.Name)
}

// Of returns the rule of a name.
func Of(n Name) (Rule, bool) {
	i := slices.IndexFunc(catalogue, func(r Rule) bool { return r.Name == n })
	if i < 0 {
		return Rule{}, false
	}
	return catalogue[i], true
}

// All returns every rule, those of files first, then those of the
// configuration, then those of live data.
func All() []Rule { return slices.Clone(catalogue) }

// Finding is one thing a rule found at one place. Line and Column count from 1.
type Finding struct {
	Rule    Name
	File    string
	Line    int
	Column  int
	SLO     string // the id of the SLO it is about; empty where it is about none
	Message string
}

// placeInText is where a message names a line of a file.
var placeInText = regexp.MustCompile(`:\d+:\d+`)

// Placeless is the finding without the lines that its message names: they move with
// those above them.
func (f Finding) Placeless() Finding {
	f.Message = placeInText.ReplaceAllString(f.Message, "")
	return f
}

// Severity of the finding is that of its rule.
func (f Finding) Severity() Severity { return f.Rule.Severity() }
