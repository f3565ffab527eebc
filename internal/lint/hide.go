package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo/rule"
)

// Text is a file with comments in it.
type Text struct {
	Name string
	Data []byte
}

// Ran says which rules had what they need.
type Ran struct{ Configuration, Live bool }

func (r Ran) all(n rule.Needs) bool {
	switch n {
	case rule.Configuration:
		return r.Configuration
	case rule.Live:
		return r.Live
	}
	return true
}

// Hide takes out of the findings what the comments of their files hide, and
// counts it. Comments that are not understood are findings themselves, and so
// are those that hide nothing, unless the rule could not be tried: because it
// did not run, or because the file cannot be used.
//
//	# slofuse ignore/next-line RULE[,RULE] [why]
//	# slofuse ignore/line RULE[,RULE] [why]
//	# slofuse ignore/file RULE[,RULE] [why]
func Hide(findings []rule.Finding, files []Text, ran Ran) (shown []rule.Finding, hidden int) {
	byFile := map[string][]*comment{}
	for _, f := range files {
		all, wrong := comments(f.Name, string(f.Data))
		byFile[f.Name], shown = all, append(shown, wrong...)
	}
	unusable := map[string]bool{}
	for _, f := range findings {
		unusable[f.File] = unusable[f.File] || f.Rule == rule.Invalid
		if hides(byFile[f.File], f) {
			hidden++
		} else {
			shown = append(shown, f)
		}
	}
	for name, all := range byFile {
		if !unusable[name] {
			shown = append(shown, unused(name, all, ran)...)
		}
	}
	return Sorted(shown), hidden
}

// hides reports whether a comment hides a finding; all that do have been of use.
func hides(all []*comment, f rule.Finding) bool {
	hidden := false
	for _, c := range all {
		if c.from <= f.Line && f.Line <= c.to && slices.Contains(c.rules, f.Rule) {
			c.used[f.Rule], hidden = true, true
		}
	}
	return hidden
}

// unused names the rules of comments that found nothing where they look.
func unused(file string, all []*comment, ran Ran) (out []rule.Finding) {
	for _, c := range all {
		var idle []string
		for _, name := range c.rules {
			if r, _ := rule.Of(name); !c.used[name] && ran.all(r.Needs) {
				idle = append(idle, string(name))
			}
		}
		if len(idle) > 0 {
			out = append(out, rule.Finding{
				Rule: rule.IgnoreUnused, File: file, Line: c.line, Column: c.column,
				Message: fmt.Sprintf("the comment hides nothing of %s: delete it", strings.Join(idle, ", ")),
			})
		}
	}
	return out
}

// Sorted returns findings by file, line and column, of one place the worst
// first, and each once.
func Sorted(findings []rule.Finding) []rule.Finding {
	slices.SortStableFunc(findings, func(a, b rule.Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Severity(), b.Severity()), strings.Compare(string(a.Rule), string(b.Rule)), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings)
}
