// Package foreigntest tries the readers of foreign formats on files of test data.
package foreigntest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// Files tries every *.yaml file of a folder. What has to be said about it stands
// in "# want: line:column: message" comments at its end, complete and in order.
// What it is read as stands beside it in a file *.native, as convert writes it,
// which must mean the same; a file *.bad.yaml has none, since it has errors.
func Files(t *testing.T, folder string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatal("no test data", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			try(t, spec.File{Name: filepath.ToSlash(name), Data: data})
		})
	}
}

func try(t *testing.T, f spec.File) {
	t.Helper()
	converted, problems := spec.Convert([]spec.File{f}, spec.Options{})
	if diff := cmp.Diff(wanted(f), said(problems)); diff != "" {
		t.Errorf("problems: -want +got:\n%s", diff)
	}
	if strings.HasSuffix(f.Name, ".bad.yaml") {
		if len(problems.Errors()) == 0 {
			t.Error("no error")
		}
		return
	}
	want, err := os.ReadFile(strings.TrimSuffix(f.Name, ".yaml") + ".native")
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(string(want), string(converted[0].Native)); diff != "" {
		t.Errorf("converted: -want +got:\n%s", diff)
	}
	SameMeaning(t, []spec.File{f}, converted)
}

func wanted(f spec.File) []string {
	var want []string
	for line := range strings.Lines(string(f.Data)) {
		if text, ok := strings.CutPrefix(line, "# want: "); ok {
			want = append(want, f.Name+":"+strings.TrimSuffix(text, "\n"))
		}
	}
	return want
}

func said(problems spec.Problems) []string {
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	return got
}

// SameMeaning makes sure that files and the native text made of them define the
// same, but for the places they stand at.
func SameMeaning(t *testing.T, files []spec.File, converted []spec.Converted) {
	t.Helper()
	var native []spec.File
	for _, c := range converted {
		if len(c.Native) > 0 {
			native = append(native, spec.File{Name: c.Name, Data: c.Native})
		}
	}
	foreign, _ := spec.Parse(files, spec.Options{})
	own, problems := spec.Parse(native, spec.Options{})
	if len(problems.Errors()) > 0 {
		t.Errorf("errors of the native text:\n%v", problems.Errors())
	}
	same := []cmp.Option{
		cmpopts.IgnoreTypes(slo.Source{}), cmpopts.IgnoreFields(slo.Family{}, "Member"),
		cmp.Comparer(func(a, b slo.Objective) bool { return a == b }), cmpopts.EquateEmpty(),
		cmp.Transformer("window", func(w slo.Window) string { return w.Name + w.Length.String() + w.Zone().String() }),
	}
	for _, set := range []slo.Set{foreign, own} {
		slices.SortFunc(set.Families, func(a, b slo.Family) int { return strings.Compare(a.Key(), b.Key()) })
	}
	if diff := cmp.Diff(foreign, own, same...); diff != "" {
		t.Errorf("the files and the native text of them differ: -files +text:\n%s", diff)
	}
}
