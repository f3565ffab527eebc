package strictyaml_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/rule"
)

// read parses one document, lets use read its mapping, and returns all
// problems.
func read(t *testing.T, text string, use func(m *strictyaml.Map)) []string {
	t.Helper()
	docs, report := strictyaml.Parse("f.yaml", []byte(text))
	for _, d := range docs {
		m, _ := d.Map()
		use(m)
	}
	return lines(report.Problems())
}

func TestAccessorsReportWhatDoesNotFit(t *testing.T) {
	const text = `
text: [1]
empty: ""
nothing:
bool: yes
int: 1.5
big: 11
float: -1
nan: .nan
duration: 1.5m
list: a
map: [a]
`
	got := read(t, text, func(m *strictyaml.Map) {
		take := func(key string) strictyaml.Value {
			v, ok := m.Take(key)
			if !ok {
				t.Fatalf("no key %q", key)
			}
			return v
		}
		take("text").Text()
		take("empty").Text()
		take("nothing").Text()
		take("bool").Bool()
		take("int").Int(0, 10)
		take("big").Int(0, 10)
		take("float").Float()
		take("nan").Float()
		take("duration").Duration()
		take("list").List()
		take("map").Map()
		m.Done()
	})
	want := []string{
		"f.yaml:2:7: text must be text, not a list",
		"f.yaml:3:8: empty is empty",
		"f.yaml:4:9: nothing is empty",
		"f.yaml:5:7: bool must be true or false",
		"f.yaml:6:6: int must be a whole number between 0 and 10",
		"f.yaml:7:6: big must be a whole number between 0 and 10",
		"f.yaml:8:8: float must be a number above 0",
		"f.yaml:9:6: nan must be a number above 0",
		"f.yaml:10:11: duration must be a duration such as 30d, 1h30m or 5m, in whole units",
		"f.yaml:11:7: list must be a list, not text",
		"f.yaml:12:6: map must be a mapping, not a list",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAccessorsReadWhatIsWritten(t *testing.T) {
	const text = `{a: 99.90, b: true, c: 7, d: 14.4, e: 1h30m, f: [x, 2], g: {h: i}, j: [], k: {}, l: ~}`
	var got []string
	problems := read(t, text, func(m *strictyaml.Map) {
		m.Each(func(key, v strictyaml.Value) {
			name, _ := key.Text()
			switch name {
			case "a":
				s, _ := v.Text()
				got = append(got, s)
			case "b":
				b, ok := v.Bool()
				got = append(got, fmt.Sprintln(b, ok))
			case "c":
				n, _ := v.Int(7, 7)
				got = append(got, fmt.Sprint(n))
			case "d":
				f, _ := v.Float()
				got = append(got, fmt.Sprint(f))
			case "e":
				d, _ := v.Duration()
				got = append(got, d.String())
			case "f":
				items, _ := v.List()
				last, _ := items[1].Text()
				got = append(got, last)
			default:
				got = append(got, fmt.Sprintln(name, v.IsMap(), v.IsList(), v.IsEmpty()))
			}
		})
		m.Done()
	})
	want := []string{"99.90", "true true\n", "7", "14.4", "1h30m0s", "2", "g true false false\n", "j false true true\n", "k true false true\n", "l false false true\n"}
	if diff := cmp.Diff(want, got); diff != "" || problems != nil {
		t.Error(diff, problems)
	}
}

func TestDoneTellsUnknownFromReservedKeys(t *testing.T) {
	got := read(t, "objectve: 1\nsplit_by: [a]\nmatch: []\nzzzzzzzz: 1\nOwner: x\n", func(m *strictyaml.Map) {
		m.Take("objective")
		m.Take("owner")
		m.Require("name")
		m.Reserve("split_by", "match")
		m.Done()
	})
	want := []string{
		`f.yaml:1:1: missing key "name"`,
		`f.yaml:1:1: unknown key "objectve": did you mean "objective"?`,
		`f.yaml:2:1: "split_by" is not yet supported in this version`,
		`f.yaml:4:1: unknown key "zzzzzzzz": known are objective, owner, name, split_by, match`,
		`f.yaml:5:1: unknown key "Owner": did you mean "owner"?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAliasIsReportedOnce(t *testing.T) {
	got := read(t, "a: &x 1\nb: *x\n", func(m *strictyaml.Map) {
		b, _ := m.Take("b")
		b.Text()
		b.List()
		b.Map()
		m.Take("a")
		m.Done()
	})
	if len(got) != 1 {
		t.Errorf("got %q, want one problem", got)
	}
}

func TestErrorAtFindsTheColumnInAText(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"plain":                      {"a: é{x}", "1:5"},
		"single quotes":              {"a: 'it''s {x}'", "1:11"},
		"double quotes":              {`a: "say \"{x}\""`, "1:11"},
		"double quotes with escapes": {`a: "\u0041{x}"`, "1:4"},
		"a literal block":            {"a: |\n  one\n   two {x}\n", "3:8"},
		"a literal block, CRLF":      {"a: |\r\n  one\r\n  two {x}\r\n", "3:7"},
		"a folded block":             {"a: >\n  one\n  two {x}\n", "1:4"},
		"text over two lines":        {"a: one\n  two {x}\n", "1:4"},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, tc.text, func(m *strictyaml.Map) {
				v, _ := m.Take("a")
				text, _ := v.Text()
				for i := range text {
					if text[i] == '{' {
						v.ErrorAt(i, "here")
					}
				}
			})
			if diff := cmp.Diff([]string{"f.yaml:" + tc.want + ": here"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProblemsAreSortedAndSplitBySeverity(t *testing.T) {
	at := func(line, column int, r rule.Name, message string) strictyaml.Problem {
		return strictyaml.Problem{Position: strictyaml.Position{File: "f", Line: line, Column: column}, Rule: r, Message: message}
	}
	ps := strictyaml.Problems{at(10, 1, rule.Invalid, "c"), at(9, 2, rule.SLIUnused, "b"), at(9, 1, rule.Invalid, "a"), at(10, 1, rule.Invalid, "c")}.Sorted()
	if diff := cmp.Diff([]string{"f:9:1: a", "f:9:2: warning: b (sli-unused)", "f:10:1: c"}, lines(ps)); diff != "" {
		t.Error(diff)
	}
	if err := ps.Err(); err == nil || err.Error() != "f:9:1: a\nf:10:1: c" {
		t.Errorf("Err() = %v", err)
	}
	if err := ps.Warnings().Err(); err != nil {
		t.Errorf("warnings alone are an error: %v", err)
	}
}

func TestSuggestFindsSlipsOfThePenOnly(t *testing.T) {
	known := []string{"objective", "owner", "sli", "slos"}
	for word, want := range map[string]string{
		"objectve": `did you mean "objective"?`,
		"onwer":    `did you mean "owner"?`,
		"OWNER":    `did you mean "owner"?`,
		"slo":      `did you mean "sli"?`,
		"banana":   "known are objective, owner, sli, slos",
	} {
		if got := strictyaml.Suggest(word, known); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", word, got, want)
		}
	}
}

func Example() {
	docs, report := strictyaml.Parse("shop.yaml", []byte("name: shop\nobjectve: 99.9%\nwindow: soon\n"))
	for _, doc := range docs {
		m, _ := doc.Map()
		m.Require("name")
		m.Require("objective")
		if window, ok := m.Take("window"); ok {
			window.Duration()
		}
		m.Done()
	}
	fmt.Println(report.Problems().Err())
	// Output:
	// shop.yaml:1:1: missing key "objective"
	// shop.yaml:2:1: unknown key "objectve": did you mean "objective"?
	// shop.yaml:3:9: window must be a duration such as 30d, 1h30m or 5m, in whole units
}
