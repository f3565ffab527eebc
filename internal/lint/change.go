package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
)

// Difference says in a line each, by name, which SLOs are gone or new in a set and
// which promise something else than before. An SLO with another name that says
// what it was called before is renamed. Files that unusable names are left out:
// what they promise now is not known.
func Difference(before, after slo.Set, unusable func(file string) bool) []string {
	old, now := byName(before), byName(after)
	lines := map[string]string{}
	for name, s := range now {
		was, known := old[name]
		if former, ok := formerName(s, old); !known && ok {
			was, known = old[former], true
			lines[name] = "renamed " + former + " to " + name
			delete(old, former)
		}
		if !known {
			lines[name] = "added " + name + ": " + promise(s)
		} else if changes := changed(was, s); len(changes) > 0 {
			lines[name] = strings.TrimPrefix(lines[name]+", ", ", ") + "changed " + name + ": " + strings.Join(changes, ", ")
		}
	}
	for name, s := range old {
		if _, still := now[name]; !still && !unusable(s.Source.File) {
			lines[name] = "removed " + name
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		out = append(out, lines[name])
	}
	return out
}

// byName are the SLOs of a set, and those of matches, under the names people know.
func byName(set slo.Set) map[string]slo.SLO {
	out := map[string]slo.SLO{}
	for _, e := range examples(set) {
		out[e.name()] = e.SLO
	}
	return out
}

func formerName(s slo.SLO, old map[string]slo.SLO) (string, bool) {
	_, ok := old[s.RenamedFrom.String()]
	return s.RenamedFrom.String(), ok && s.RenamedFrom != (slo.ID{})
}

func promise(s slo.SLO) string {
	var windows []string
	for _, w := range s.Windows() {
		windows = append(windows, w.Name)
	}
	return s.Objective.String() + " over " + strings.Join(windows, " and ")
}

// changed says what a reader of the promise would want to know: what is promised
// and counted differently, and who is told of it.
func changed(was, is slo.SLO) (out []string) {
	if change := is.Promise().ChangeFrom(was.Promise()); change != "" {
		out = append(out, change)
	}
	for _, d := range edit.DiffsOf(was, is) {
		out = append(out, d.String())
	}
	return out
}

// Part is what of a set stands in files that are wanted.
func Part(set slo.Set, want func(file string) bool) (out slo.Set) {
	for _, s := range set.SLOs {
		if want(s.Source.File) {
			out.SLOs = append(out.SLOs, s)
		}
	}
	for _, f := range set.Families {
		if want(f.Source.File) {
			out.Families = append(out.Families, f)
		}
	}
	return out
}
