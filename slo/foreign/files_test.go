package foreign_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign/foreigntest"
	"github.com/slofuse/slofuse/slo/spec"
)

var update = flag.Bool("update", false, "write what is read into the examples as what is wanted")

// Each example is a set of files, what is wanted of them, SLO by SLO, and the
// problems that are to be reported.
func TestFilesOfOtherToolsMeanWhatTheirExamplesSay(t *testing.T) {
	examples, err := filepath.Glob("*/testdata/*.txtar")
	if err != nil || len(examples) == 0 {
		t.Fatal("no examples", err)
	}
	for _, name := range examples {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, wanted := filesOf(archive)
			got := read(files)
			if *update {
				rewrite(t, name, archive, got)
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			converted, _ := spec.Convert(files, spec.Options{})
			foreigntest.SameMeaning(t, files, converted)
		})
	}
}

// sections of an example that are no files.
var sections = []string{"want", "problems"}

func filesOf(archive *txtar.Archive) (files []spec.File, sectionText map[string]string) {
	sectionText = map[string]string{"want": "", "problems": ""}
	for _, f := range archive.Files {
		if slices.Contains(sections, f.Name) {
			sectionText[f.Name] = string(f.Data)
		} else {
			files = append(files, spec.File{Name: f.Name, Data: f.Data})
		}
	}
	return files, sectionText
}

func rewrite(t *testing.T, name string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return slices.Contains(sections, f.Name) })
	for _, section := range sections {
		if got[section] != "" {
			archive.Files = append(archive.Files, txtar.File{Name: section, Data: []byte(got[section])})
		}
	}
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// read is what files say, section by section.
func read(files []spec.File) map[string]string {
	set, problems := spec.Parse(files, spec.Options{})
	var want, reported strings.Builder
	for _, s := range set.SLOs {
		want.WriteString(describe(s))
	}
	for _, f := range set.Families {
		fmt.Fprintf(&want, "family %s of %s seen in %s\n", f.Name, f.Whole, f.Seen[0].Selector)
	}
	for _, p := range problems {
		reported.WriteString(p.String() + "\n")
	}
	return map[string]string{"want": want.String(), "problems": reported.String()}
}

// describe writes everything that an SLO file says of an SLO, but for what is as
// the defaults are.
func describe(s slo.SLO) string {
	var b strings.Builder
	line := func(key string, value any) {
		if text := fmt.Sprint(value); text != "" {
			fmt.Fprintf(&b, "  %s: %s\n", key, text)
		}
	}
	fmt.Fprintf(&b, "%s at %s\n", s.ID, s.Source)
	line("promise", s.Objective.String()+" over "+window(s.Window)+", owner "+s.Owner)
	line("description", s.Description)
	line("labels", pairs(s.Labels))
	line("links", pairs(s.Links))
	for _, counted := range counts(s.SLI) {
		line(s.SLI.Kind(), counted)
	}
	if s.MaxSeverity != slo.SeverityPage {
		line("max severity", s.MaxSeverity)
	}
	if s.NoData != slo.SeverityTicket {
		line("no data", s.NoData)
	}
	var tiers []string
	for _, t := range s.Tiers {
		tiers = append(tiers, t.Name+"="+t.Severity.String())
	}
	if all := strings.Join(tiers, " "); all != "fast=page slow=page steady=ticket drain=ticket" {
		line("tiers", "("+all+")")
	}
	return b.String()
}

func window(w slo.Window) string {
	if w.Rolling() {
		return w.Name + " = " + slo.FormatDuration(w.Length)
	}
	return "the " + w.Name + " in " + w.Zone().String()
}

func pairs(m map[string]string) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, key+"="+m[key])
	}
	return strings.Join(out, " ")
}

// counts is how events are counted, part by part.
func counts(s slo.SLI) []string {
	var out []string
	each := func(role string, list []slo.Selector) {
		for _, selector := range list {
			out = append(out, role+" "+selector.String())
		}
	}
	switch {
	case s.Ratio != nil:
		each("total", s.Ratio.Total)
		each("good", s.Ratio.Good)
		each("bad", s.Ratio.Bad)
	case s.Latency != nil:
		l := s.Latency
		out = append(out, fmt.Sprintf("%s within %s, unit %s, interpolated %v", l.Histogram, l.Threshold, l.Unit, l.Interpolate))
	case s.Threshold != nil:
		out = append(out, fmt.Sprintf("%s %s %v", s.Threshold.Query, s.Threshold.Op, s.Threshold.Value))
	case s.ErrorRatio != nil:
		out = append(out, s.ErrorRatio.Query)
		each("weight", s.ErrorRatio.Weight)
	}
	return out
}
