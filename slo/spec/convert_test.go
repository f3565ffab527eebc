package spec_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/foreign/foreigntest"
	"github.com/slofuse/slofuse/slo/spec"
)

// A file may hold documents of several formats: each is converted at its place.
func TestConvertWritesDocumentsInTheirOrder(t *testing.T) {
	f := spec.File{Name: "f.yaml", Data: []byte(nativeFile + "---\n" + slothFile)}
	converted, problems := spec.Convert([]spec.File{f}, spec.Options{})
	if len(converted) != 1 || len(problems) > 0 {
		t.Fatal(converted, problems)
	}
	text := string(converted[0].Native)
	if strings.Index(text, "service: fraud") > strings.Index(text, "service: checkout") || strings.Count(text, "---\n") != 1 {
		t.Errorf("not two documents in their order:\n%s", text)
	}
	if diff := cmp.Diff([]string{"Sloth"}, converted[0].Formats); diff != "" {
		t.Error(diff)
	}
	foreigntest.SameMeaning(t, f, converted[0].Native)
}

func TestConvertWritesNothingOfFilesWithErrors(t *testing.T) {
	files := []spec.File{
		{Name: "bad.yaml", Data: []byte(strings.Replace(slothFile, "objective: 99.9", "objective: 0.999", 1))},
		{Name: "other.yaml", Data: []byte("kind: Deployment\n"), Found: true},
		{Name: "own.yaml", Data: []byte(nativeFile)},
	}
	converted, problems := spec.Convert(files, spec.Options{})
	want := []string{
		"bad.yaml:6:16: objective 0.999 is ambiguous: did you mean 99.9%?",
		"other.yaml:1:1: warning: passed over: this is no SLO file, it has neither version nor service (not-an-slo-file)",
	}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, c := range converted {
		got = append(got, c.Name+": "+strings.Join(c.Formats, ","))
		if empty := c.Name == "bad.yaml"; (len(c.Native) == 0) != empty {
			t.Errorf("%s: %q", c.Name, c.Native)
		}
	}
	if diff := cmp.Diff([]string{"bad.yaml: Sloth", "own.yaml: "}, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzConvert feeds arbitrary files of foreign formats. Whatever they hold, they
// are reported or mean the same as what they are converted to.
func FuzzConvert(f *testing.F) {
	names, err := filepath.Glob("../foreign/*/testdata/*.yaml")
	if err != nil || len(names) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := spec.File{Name: "f.yaml", Data: data}
		converted, problems := spec.Convert([]spec.File{file}, spec.Options{})
		for _, c := range converted {
			if len(c.Formats) > 0 && len(problems.Errors()) == 0 {
				foreigntest.SameMeaning(t, file, c.Native)
			}
		}
	})
}
