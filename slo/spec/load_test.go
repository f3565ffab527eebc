package spec_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// file is an SLO file with one function.
func file(function string) string {
	return withSLI(function, "{ratio: {total: a_total, bad: b_total}}")
}

// folder writes files below a new folder and makes it the working directory.
func folder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// sources lists where SLOs come from.
func sources(slos []slo.SLO) []string {
	var out []string
	for _, s := range slos {
		out = append(out, s.Source.File)
	}
	return out
}

func TestLoadFindsTheFilesOfAPath(t *testing.T) {
	folder(t, map[string]string{
		"slos/a.yaml": file("a"), "slos/b/c.yml": file("b"), "slos/b/d/e.YAML": file("c"), "slos/b/readme.md": "# no",
		"slos/.hidden.yaml": "bad: [", "slos/.git/config.yaml": "bad: [", "slos/b/plain": file("d"), ".hidden/f.yaml": file("e"),
	})
	all := []string{"slos/a.yaml", "slos/b/c.yml", "slos/b/d/e.YAML"}
	for name, tc := range map[string]struct{ paths, want []string }{
		"a file":                              {[]string{"slos/a.yaml"}, all[:1]},
		"a file of any name":                  {[]string{"slos/b/plain"}, []string{"slos/b/plain"}},
		"a folder":                            {[]string{"slos"}, all},
		"a folder with a slash":               {[]string{"slos/"}, all},
		"the working directory":               {[]string{"."}, all},
		"a hidden folder named on purpose":    {[]string{".hidden"}, []string{".hidden/f.yaml"}},
		"a pattern":                           {[]string{"slos/*.yaml"}, all[:1]},
		"a pattern over folders":              {[]string{"slos/*/*.yml"}, all[1:2]},
		"a double star":                       {[]string{"slos/**/*.y*ml"}, all[:2]},
		"a double star at the end":            {[]string{"slos/**"}, all},
		"a double star in front":              {[]string{"**/c.yml"}, all[1:2]},
		"a file and its folder are one":       {[]string{"slos/a.yaml", "slos", "./slos/a.yaml"}, all},
		"a character class in a pattern":      {[]string{"slos/[a-c].yaml"}, all[:1]},
		"a double star that takes no segment": {[]string{"slos/b/**/c.yml"}, all[1:2]},
	} {
		t.Run(name, func(t *testing.T) {
			set, problems, err := spec.Load(tc.paths, spec.Options{})
			slos := set.SLOs
			if err != nil || len(problems) != 0 {
				t.Fatal(err, problems)
			}
			if diff := cmp.Diff(tc.want, sources(slos)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLoadFollowsLinksToFilesAndToTheFolderItself(t *testing.T) {
	folder(t, map[string]string{"..data/a.yaml": file("a"), "mounted/x": ""})
	for link, target := range map[string]string{"mounted/a.yaml": "../..data/a.yaml", "mounted/loop": "..", "link": "mounted"} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	set, problems, err := spec.Load([]string{"link"}, spec.Options{})
	slos := set.SLOs
	if err != nil || len(problems) != 0 {
		t.Fatal(err, problems)
	}
	if diff := cmp.Diff([]string{"link/a.yaml"}, sources(slos)); diff != "" {
		t.Error(diff)
	}
}

func TestAPathThatLeadsNowhereIsAPathError(t *testing.T) {
	folder(t, map[string]string{"empty/readme.md": "", "a.yaml": file("a")})
	for path, want := range map[string]string{
		"missing.yaml":    "no such file or directory: missing.yaml",
		"missing/*.yaml":  "no such file or directory: missing/*.yaml",
		"empty":           "empty: no .yaml or .yml file there",
		"empty/**/*.yaml": "empty/**/*.yaml: no .yaml or .yml file there",
		"a.yaml/b":        "a.yaml/b: not a directory",
		"[":               "[: not a valid pattern: syntax error in pattern",
	} {
		set, _, err := spec.Load([]string{"a.yaml", path}, spec.Options{})
		slos := set.SLOs
		var pathErr *spec.PathError
		if !errors.As(err, &pathErr) || pathErr.Path != path || err.Error() != want || slos != nil {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	_, _, err := spec.Load([]string{"missing.yaml"}, spec.Options{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}

func TestLoadKeepsTheSoundFilesBesideTheBroken(t *testing.T) {
	folder(t, map[string]string{
		"good.yaml": file("good"), "typo.yaml": strings.Replace(file("typo"), "objective", "objectve", 1),
		"binary.yaml": "\x00\x01", "cut.yaml": "version: [", "config.yaml": "backends: []", "empty.yaml": "",
	})
	set, problems, err := spec.Load([]string{"."}, spec.Options{})
	slos := set.SLOs
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"good.yaml"}, sources(slos)); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"binary.yaml:1:1: the file holds a NUL byte: it is binary, or not UTF-8 text",
		"config.yaml:1:1: warning: passed over: this is no SLO file, it has neither version nor service (not-an-slo-file)",
		"cut.yaml:1:1: not valid YAML: did not find expected node content",
		"empty.yaml:1:1: the file is empty",
		`typo.yaml:7:9: missing key "objective"`,
		`typo.yaml:8:9: unknown key "objectve": did you mean "objective"?`,
	}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestAFileNamedOnPurposeMustBeAnSLOFile(t *testing.T) {
	folder(t, map[string]string{"config.yaml": "backends: []"})
	_, problems, err := spec.Load([]string{".", "config.yaml"}, spec.Options{})
	want := []string{"config.yaml:1:1: this is no SLO file: it has neither version nor service"}
	if diff := cmp.Diff(want, lines(problems)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestAnUnreadableFileIsAProblemOfItsOwn(t *testing.T) {
	folder(t, map[string]string{"a.yaml": file("a"), "b.yaml": file("b")})
	if err := os.Chmod("a.yaml", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile("a.yaml"); err == nil {
		if err := os.Remove("a.yaml"); err != nil { // root reads everything: a link to nowhere is as unreadable
			t.Fatal(err)
		}
		if err := os.Symlink("nowhere", "a.yaml"); err != nil {
			t.Fatal(err)
		}
	}
	set, problems, err := spec.Load([]string{"."}, spec.Options{})
	slos := set.SLOs
	if err != nil || len(slos) != 1 || len(problems) != 1 || !strings.HasPrefix(problems[0].String(), "a.yaml:1:1: cannot be read: ") {
		t.Errorf("%d SLOs, problems %v, error %v", len(slos), problems, err)
	}
}

func TestAnSLODefinedTwiceNamesBothPlaces(t *testing.T) {
	folder(t, map[string]string{"a.yaml": file("same"), "b.yaml": file("same") + "---\n" + file("other"), "c.yaml": file("third")})
	set, problems, err := spec.Load([]string{"."}, spec.Options{})
	slos := set.SLOs
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"b.yaml:7:9: SLO s/same/a is already defined at a.yaml:7:9"}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a.yaml", "c.yaml"}, sources(slos)); diff != "" {
		t.Error(diff)
	}
}

func TestSLOsAreSortedByID(t *testing.T) {
	set, _ := spec.Parse([]spec.File{{Name: "2", Data: []byte(file("b"))}, {Name: "1", Data: []byte(file("c"))}, {Name: "3", Data: []byte(file("a"))}}, spec.Options{})
	slos := set.SLOs
	if diff := cmp.Diff([]string{"3", "2", "1"}, sources(slos)); diff != "" {
		t.Error(diff)
	}
}

// FuzzLoad feeds arbitrary files. Whatever they hold, every problem has a place,
// and every SLO that comes out can be evaluated.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*.yaml")
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
		set, problems := spec.Parse([]spec.File{{Name: "f.yaml", Data: data}}, spec.Options{})
		slos := set.SLOs
		for _, p := range problems {
			if p.File != "f.yaml" || p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Errorf("problem without a place: %#v", p)
			}
		}
		if len(slos) == 0 && len(problems) == 0 {
			t.Error("nothing read and nothing reported")
		}
		if len(slos) > 0 && len(problems.Errors()) > 0 {
			t.Error("SLOs of a file with errors")
		}
		for _, s := range slos {
			checkUsable(t, s)
		}
	})
}

// checkKind makes sure that an SLI is of one kind and can be asked for.
func checkKind(t *testing.T, sli slo.SLI) {
	t.Helper()
	kinds := 0
	for _, is := range []bool{sli.Ratio != nil, sli.Latency != nil, sli.Threshold != nil, sli.ErrorRatio != nil} {
		if is {
			kinds++
		}
	}
	if kinds != 1 || sli.Subject() == "" {
		t.Fatalf("SLI has not exactly one kind: %+v", sli)
	}
	if sli.Threshold == nil && sli.ErrorRatio == nil {
		return
	}
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(sli.Subject())
	if err != nil || expr.Type() != parser.ValueTypeVector {
		t.Errorf("%s does not give an instant vector: %v", sli.Subject(), err)
	}
}

func checkUsable(t *testing.T, s slo.SLO) {
	t.Helper()
	if id, err := slo.ParseID(s.ID.String()); err != nil || id != s.ID {
		t.Errorf("ID %q does not read back: %v", s.ID, err)
	}
	if s.Owner == "" || s.Objective.IsZero() || s.Window.Length <= 0 || s.Policy == "" || s.MaxSeverity == slo.SeverityNone {
		t.Errorf("incomplete: %+v", s)
	}
	checkKind(t, s.SLI)
	if l := s.SLI.Latency; l != nil && (l.Unit <= 0 || l.Threshold <= 0) {
		t.Errorf("latency %+v", l)
	}
	for _, sel := range s.SLI.Selectors() {
		if sel.Metric == "" {
			t.Errorf("selector without metric: %+v", sel)
		}
		for _, m := range sel.Matchers {
			if _, err := m.Predicate(); err != nil {
				t.Errorf("matcher %s: %v", m, err)
			}
		}
	}
	for _, tier := range s.Tiers {
		if tier.Long > s.Window.Length || tier.Short >= tier.Long || tier.Short <= 0 || tier.BurnRate > s.Objective.MaxBurnRate() {
			t.Errorf("tier %+v of a window of %v", tier, s.Window)
		}
	}
}
