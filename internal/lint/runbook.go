package lint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// runbook is the link that is shown to who is paged.
const runbook = "runbook"

// anyName is a function of a match, to see what its SLOs would be.
const anyName = "any"

// example is an SLO and how to call it: those of a match have no names yet.
type example struct {
	slo.SLO
	function string
	found    bool // it is one of a match
}

// name is the id of the SLO, or what stands for it.
func (e example) name() string {
	if e.found {
		return e.function + "/" + e.ID.Name
	}
	return e.ID.String()
}

// examples are all SLOs of a set, and those that each match would bring.
func examples(set slo.Set) []example {
	var out []example
	for _, s := range set.SLOs {
		out = append(out, example{s, s.ID.FunctionKey(), false})
	}
	for _, f := range set.Families {
		if f.Whole != (slo.ID{}) {
			continue // parts are as their whole is
		}
		member, err := f.Member(anyName)
		if err != nil {
			continue
		}
		for _, s := range member.SLOs {
			out = append(out, example{s, f.Name + " of " + f.Service, true})
		}
	}
	return out
}

// pages reports whether any tier of an SLO may page.
func pages(s slo.SLO) bool { return slices.ContainsFunc(s.Tiers, s.Pages) }

// Runbooks finds functions that may page without a runbook, at the first of their
// SLOs that may, and runbooks that are a file which is not there. Exists answers
// whether the repository of an SLO file has a file.
func Runbooks(set slo.Set, exists func(sloFile, path string) bool) []rule.Finding {
	var out []rule.Finding
	lacking := map[string]bool{}
	for _, e := range examples(set) {
		link := e.Links[runbook]
		switch {
		case isFile(link) && !exists(e.Source.File, link):
			out = append(out, at(e, rule.RunbookNotFound, "the runbook of %s, %s, is not in the repository", e.function, link))
		case link == "" && pages(e.SLO) && !lacking[e.function]:
			lacking[e.function] = true
			out = append(out, at(e, rule.RunbookMissing, "%s may page and has no runbook: set links.runbook", e.function))
		}
	}
	return Sorted(out)
}

// isFile reports whether a runbook is a file of the repository, under one name
// for every SLO.
func isFile(link string) bool {
	return link != "" && !strings.Contains(link, "://") && !strings.Contains(link, "{{")
}

// at is a finding about an SLO, where it is defined.
func at(e example, name rule.Name, format string, args ...any) rule.Finding {
	f := rule.Finding{Rule: name, File: e.Source.File, Line: e.Source.Line, Column: e.Source.Column, Message: fmt.Sprintf(format, args...)}
	if !e.found {
		f.SLO = e.ID.String()
	}
	return f
}

// Folders are where a file of the repository may be that a file names: from the
// root, as it should be, and from every folder on the way, since a repository may
// hold several. Without a root it is the folder of the file and all above it.
func Folders(file, root string) []string {
	var out []string
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		out = append(out, dir)
		if dir == root || dir == filepath.Dir(dir) {
			return out
		}
	}
}
