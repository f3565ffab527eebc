package strictyaml_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// problemsOf is what Parse alone finds wrong with a text.
func problemsOf(text string) []string {
	_, report := strictyaml.Parse("f.yaml", []byte(text))
	return lines(report.Problems())
}

func lines(ps strictyaml.Problems) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.String())
	}
	return out
}

func TestParseReportsWhatNoFileMayHold(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"an empty file":                   {"", []string{"f.yaml:1:1: the file is empty"}},
		"a file of comments":              {"# nothing\n---\n", []string{"f.yaml:1:1: the file is empty"}},
		"a NUL byte":                      {"a: 1\nb: \x00", []string{"f.yaml:2:4: the file holds a NUL byte: it is binary, or not UTF-8 text"}},
		"bytes that are not UTF-8":        {"a: é\xff", []string{"f.yaml:1:5: the file is not UTF-8 text: save it as UTF-8"}},
		"UTF-16":                          {"\xff\xfea\x00", []string{"f.yaml:1:1: the file is not UTF-8 text: save it as UTF-8"}},
		"an escape sequence":              {"a: \x1b[31m", []string{"f.yaml:1:4: control character U+001B is not allowed in YAML"}},
		"a byte order mark is fine":       {"\xef\xbb\xbfa: 1", nil},
		"Windows line ends are fine":      {"a: 1\r\nb: 2\r\n", nil},
		"a key twice":                     {"a: 1\nb: {c: 1, c: 2}\na: 3", []string{`f.yaml:2:11: duplicate key "c": already set at f.yaml:2:5`, `f.yaml:3:1: duplicate key "a": already set at f.yaml:1:1`}},
		"an alias":                        {"a: &x {b: 1}\nc: *x", []string{"f.yaml:2:4: aliases (*name) are not supported: write the value out"}},
		"an alias without anchor":         {"a: 1\nb: [*x]", []string{"f.yaml:2:5: aliases (*name) are not supported: write the value out"}},
		"a merge key":                     {"a: 1\n<<: {b: 1}", []string{"f.yaml:2:1: merge keys (<<) are not supported: write the keys out"}},
		"a tag":                           {"a: !secret x\nb: !!binary eA==", []string{"f.yaml:1:4: the tag !secret is not supported", "f.yaml:2:4: the tag !!binary is not supported"}},
		"a key that is a mapping":         {"{a: 1}: b", []string{"f.yaml:1:1: a key must be text"}},
		"a tab as indentation":            {"a:\n\tb: 1", []string{"f.yaml:2:1: a tab cannot indent YAML: use spaces"}},
		"a tab behind spaces":             {"a:\n  \tb: 1\n  \tc: 2\n", []string{"f.yaml:2:3: a tab cannot indent YAML: use spaces"}},
		"an open brace":                   {"x: 1\na: {b: 1\nc: 2\n", []string{"f.yaml:2:1: not valid YAML: did not find expected ',' or '}': is a brace missing, or a text with { } [ ] , : or # inside { … } without quotes?"}},
		"an open quote":                   {"a: 1\nb: 'x\n", []string{"f.yaml:2:1: not valid YAML: found unexpected end of stream: is a quote not closed?"}},
		"bad indentation":                 {"a: 1\n b: 2\n", []string{"f.yaml:2:2: not valid YAML: mapping values are not allowed in this context: check the indentation, and quote a text that holds a colon and a space"}},
		"a list that turns into mapping":  {"- a\nb: c", []string{"f.yaml:2:1: not valid YAML: did not find expected '-' indicator: check the indentation"}},
		"a syntax error in line 1":        {"a: b: c", []string{"f.yaml:1:1: not valid YAML: mapping values are not allowed in this context: check the indentation, and quote a text that holds a colon and a space"}},
		"a syntax error, second document": {"a: 1\n---\nb: [", []string{"f.yaml:3:1: not valid YAML: did not find expected node content"}},
		"65 levels":                       {strings.Repeat("[", 66) + strings.Repeat("]", 66), []string{"f.yaml:1:66: nested too deeply: more than 64 levels"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, problemsOf(tc.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseReturnsEveryDocument(t *testing.T) {
	docs, report := strictyaml.Parse("f.yaml", []byte("a: 1\n---\n---\na: 2\n---\na: ["))
	var got []string
	for _, d := range docs {
		m, _ := d.Map()
		v, _ := m.Take("a")
		text, _ := v.Text()
		got = append(got, text+" at "+v.Position().String())
	}
	if diff := cmp.Diff([]string{"1 at f.yaml:1:4", "2 at f.yaml:4:4"}, got); diff != "" {
		t.Error(diff)
	}
	if report.Errors() != 1 {
		t.Errorf("%d errors, want the one of the last document", report.Errors())
	}
}

// hostile files are refused in little time and memory.
func TestParseSurvivesHostileFiles(t *testing.T) {
	bomb := "a0: &a0 [x,x]\n"
	for i, last := 1, "a0"; i < 60; i++ {
		name := "a" + strings.Repeat("i", i)
		bomb += name + ": &" + name + " [*" + last + ",*" + last + "]\n"
		last = name
	}
	manyKeys := new(strings.Builder)
	for i := range 90_000 {
		manyKeys.WriteString("k" + strings.Repeat("x", i%3))
		manyKeys.WriteString(": 1\n")
	}
	for name, text := range map[string]string{
		"an alias bomb":            bomb,
		"a million open lists":     strings.Repeat("[", 1_000_000),
		"half a million dashes":    strings.Repeat("- ", 500_000),
		"ten thousand levels":      strings.Repeat("- ", 9_000),
		"ninety thousand repeats":  manyKeys.String(),
		"more than the size limit": strings.Repeat("a: 1\n", 300_000),
		"a hundred thousand docs":  strings.Repeat("---\n!x a\n", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, report := strictyaml.Parse("f.yaml", []byte(text))
			spent := time.Since(start)
			runtime.ReadMemStats(&after)
			if report.Errors() == 0 {
				t.Error("no error")
			}
			if n := len(report.Problems()); n > 201 {
				t.Errorf("%d problems kept", n)
			}
			if spent > 15*time.Second { // well under 1 s alone, some under the race detector on a busy machine
				t.Errorf("took %v", spent)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 200<<20 {
				t.Errorf("heap grew by %d MiB", grown>>20)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("parse_test.go")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, seed := range []string{"", "a: [b, {c: d}]", "a: |\n  x\n---\n? b\n: c", "a: *b", "<<: 1", "\ta", "a: \"\\x41\"", "!x y"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, report := strictyaml.Parse("f.yaml", data)
		for _, d := range docs {
			walk(d)
		}
		if len(docs) == 0 && report.Errors() == 0 {
			t.Error("nothing read and nothing reported")
		}
		for _, p := range report.Problems() {
			if p.Line < 1 || p.Column < 1 || p.Message == "" || p.File != "f.yaml" {
				t.Errorf("problem without a place: %#v", p)
			}
		}
	})
}

// walk reads a value in every way it can be read.
func walk(v strictyaml.Value) {
	if text, ok := v.Text(); ok {
		v.ErrorAt(len(text)/2, "middle")
	}
	v.Bool()
	v.Int(0, 10)
	v.Float()
	v.Duration()
	if items, ok := v.List(); ok {
		for _, item := range items {
			walk(item)
		}
	}
	if m, ok := v.Map(); ok {
		m.Require("a")
		m.Done()
		m.Each(func(_, value strictyaml.Value) { walk(value) })
	}
}
