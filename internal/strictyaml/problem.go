package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo/rule"
)

// Position is a place in a file. Line and Column count from 1, columns in
// characters.
type Position struct {
	File   string
	Line   int
	Column int
}

// String is file:line:column.
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Problem is one thing that is wrong at one place, in words that say what to do.
type Problem struct {
	Position
	Rule    rule.Name
	Message string
}

// Severity is that of the rule: an error makes the file unusable.
func (p Problem) Severity() rule.Severity { return p.Rule.Severity() }

// String is one line: file:line:column: message, and for what is no error its
// severity and its rule.
func (p Problem) String() string {
	if p.Severity() == rule.Error {
		return p.Position.String() + ": " + p.Message
	}
	return fmt.Sprintf("%s: %s: %s (%s)", p.Position, p.Severity(), p.Message, p.Rule)
}

// Problems is a set of problems. As an error it prints one problem a line; use
// [Problems.Err] to get one, since a set of warnings is no error.
type Problems []Problem

// Sorted returns the problems by file, line and column, each once.
func (ps Problems) Sorted() Problems {
	out := slices.Clone(ps)
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(a.compare(b.Position), cmp.Compare(a.Severity(), b.Severity()), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(out)
}

// Errors returns the problems that make a file unusable.
func (ps Problems) Errors() Problems { return ps.with(rule.Error) }

// Warnings returns the problems one can live with.
func (ps Problems) Warnings() Problems { return ps.with(rule.Warning) }

func (ps Problems) with(s rule.Severity) Problems {
	var out Problems
	for _, p := range ps {
		if p.Severity() == s {
			out = append(out, p)
		}
	}
	return out
}

// Err is an error that lists the errors of the set, or nil without any.
func (ps Problems) Err() error {
	if errs := ps.Errors(); len(errs) > 0 {
		return errs
	}
	return nil
}

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// maxProblems bounds the problems kept per file: a file that is wrong in more
// places is wrong as a whole, and must not cost memory without end.
const maxProblems = 200

// Report collects the problems of one file while it is read. It is not safe for
// concurrent use.
type Report struct {
	problems Problems
	errors   int
}

// Problems returns what was collected, sorted.
func (r *Report) Problems() Problems { return r.problems.Sorted() }

// Errors counts the errors collected so far. A reader compares two counts to
// learn whether what it read in between is sound.
func (r *Report) Errors() int { return r.errors }

func (r *Report) full() bool { return len(r.problems) > maxProblems }

func (r *Report) add(p Problem) {
	if p.Severity() == rule.Error {
		r.errors++
	}
	switch n := len(r.problems); {
	case n < maxProblems:
		r.problems = append(r.problems, p)
	case n == maxProblems:
		p.Rule, p.Message = rule.Invalid, fmt.Sprintf("more than %d problems in this file: the rest is not shown", maxProblems)
		r.problems = append(r.problems, p)
	}
}
