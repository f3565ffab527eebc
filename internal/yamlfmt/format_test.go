package yamlfmt_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/yamlfmt"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

func TestFormat(t *testing.T) {
	cases, err := os.ReadFile(filepath.Join("testdata", "cases.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range strings.Split(string(cases), "\n=== ")[1:] {
		name, rest, _ := strings.Cut(c, "\n")
		t.Run(name, func(t *testing.T) {
			in, want, found := strings.Cut(rest, "--- becomes\n")
			if !found {
				want = in
			}
			got, err := yamlfmt.Format("a.yaml", []byte(in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimRight(want, "\n"), strings.TrimRight(string(got), "\n")); diff != "" {
				t.Error(diff)
			}
			checkPromises(t, []byte(in), got)
		})
	}
}

// checkPromises are those of every result: formatted again it stays, nothing but
// spaces, line ends, dashes' places and commas changed, and it means the same.
func checkPromises(t *testing.T, in, out []byte) {
	t.Helper()
	again, err := yamlfmt.Format("a.yaml", out)
	if err != nil {
		t.Fatalf("the result cannot be formatted: %v\n%s", err, out)
	}
	if diff := cmp.Diff(string(out), string(again)); diff != "" {
		t.Errorf("formatted twice is not formatted once:\n%s", diff)
	}
	if letters(in) != letters(out) {
		t.Errorf("something was lost or added:\n%s\n--- became\n%s", in, out)
	}
	if before, after := loaded(in), loaded(out); !reflect.DeepEqual(before, after) {
		t.Errorf("it means something else:\n%s\n--- became\n%s\n%+v\n--- became\n%+v", in, out, before, after)
	}
}

// letters are the characters of a text but for spaces and commas, sorted.
func letters(text []byte) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n,\ufeff", r) {
			return -1
		}
		return r
	}, string(text)))
	slices.Sort(runes)
	return string(runes)
}

// loaded is what a file defines, but for the places where it stands.
func loaded(data []byte) slo.Set {
	set, _ := spec.Parse([]spec.File{{Name: "a.yaml", Data: data}}, spec.Options{})
	for i := range set.SLOs {
		set.SLOs[i].Source = slo.Source{}
	}
	for i := range set.Signals {
		set.Signals[i].Source = slo.Source{}
	}
	for i := range set.Families {
		set.Families[i] = slo.Family{Service: set.Families[i].Service, Whole: set.Families[i].Whole, Name: set.Families[i].Name, Backend: set.Families[i].Backend, Seen: set.Families[i].Seen}
	}
	return set
}

// repository lists files of the repository.
func repository(t testing.TB, patterns ...string) []string {
	t.Helper()
	var all []string
	for _, p := range patterns {
		names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(p)))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", p, names, err)
		}
		all = append(all, names...)
	}
	return all
}

func TestExamplesAreFormatted(t *testing.T) {
	for _, name := range repository(t, "examples/demo/slos/*.yaml", "examples/demo/slofuse.yaml", "examples/presets/*.yaml", "examples/windows/*.yaml", "examples/routes/*.yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := yamlfmt.Format(name, data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(data), string(got)); diff != "" {
			t.Errorf("%s: run slofuse fmt:\n%s", name, diff)
		}
	}
}

func TestFormatKeepsTheMeaningOfEveryFile(t *testing.T) {
	formatted := 0
	for _, name := range repository(t, "slo/spec/testdata/*.yaml", "internal/config/testdata/*.yaml", "internal/schema/testdata/*.yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := yamlfmt.Format(name, data)
		if err != nil {
			continue // the bad files hold YAML that cannot be read
		}
		formatted++
		checkPromises(t, data, got)
		before, _ := config.Parse(name, data)
		after, _ := config.Parse(name, got)
		if diff := cmp.Diff(before != nil, after != nil); diff != "" {
			t.Errorf("%s: as a configuration it is read otherwise", name)
		}
	}
	if formatted < 10 {
		t.Errorf("only %d files were formatted", formatted)
	}
}

func TestLineEndsStayAndTheByteOrderMarkGoes(t *testing.T) {
	got, err := yamlfmt.Format("a.yaml", []byte("\ufeffservice: a\r\nversion: 1\r\n"))
	if err != nil || string(got) != "version: 1\r\nservice: a\r\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestFormatLeavesAloneWhatIsNotOurs(t *testing.T) {
	for name, text := range map[string]string{
		"Sloth":                "version: prometheus/v1\nservice: a\nslos: []\n",
		"OpenSLO":              "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\n",
		"something else":       "groups: []\n",
		"a list":               "- a\n",
		"one document of many": "version: 1\nservice: a\n---\napiVersion: openslo/v1\nkind: Service\n",
	} {
		_, err := yamlfmt.Format("a.yaml", []byte(text))
		if _, foreign := errors.AsType[*yamlfmt.Foreign](err); !foreign {
			t.Errorf("%s: got %v, want that it is foreign", name, err)
		}
	}
}

func TestFormatSaysWhereYAMLIsBroken(t *testing.T) {
	for text, want := range map[string]string{
		"version: 1\nservice: [a\n":            "not valid YAML",
		"version: 1\nservice: *a\n":            "a.yaml:2:10: aliases",
		"version: 1\nservice: a\nservice: b\n": "a.yaml:3:1: duplicate key",
		"":                                     "a.yaml:1:1: the file is empty",
		"version: 1\n? [a]\n: b\nservice: c\n": "a.yaml:2:3: a key must be text",
		"version: 1\n? service\n: c\n":         "cannot be formatted without changing",
	} {
		_, err := yamlfmt.Format("a.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestReplaceKeepsPermissionsAndFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	if err := errors.Join(os.WriteFile(file, []byte("old"), 0o640), os.Symlink("a.yaml", link)); err != nil {
		t.Fatal(err)
	}
	if err := yamlfmt.Replace(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	info, statErr := os.Stat(file)
	if err != nil || statErr != nil || string(data) != "new" || info.Mode().Perm() != 0o640 {
		t.Errorf("%q %v %v %v", data, info.Mode(), err, statErr)
	}
	if target, err := os.Readlink(link); err != nil || target != "a.yaml" {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, ".*")); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

// FuzzFormat: whatever comes out means the same, holds the same and stays as it is.
func FuzzFormat(f *testing.F) {
	for _, name := range repository(f, "examples/demo/slos/*.yaml", "examples/routes/*.yaml", "slo/spec/testdata/*.yaml", "internal/config/testdata/*.yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, err := yamlfmt.Format("a.yaml", data); err == nil {
			checkPromises(t, data, out)
		}
	})
}
