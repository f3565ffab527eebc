package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/lint"
	"github.com/slofuse/slofuse/slo/rule"
)

// file is an SLO file in outline. Its lines are counted in the tests.
const file = `version: 1                    # 1
# COMMENT
slis:                         # 3
  ok: x                       # 4

functions:                    # 6
  - name: pay                 # 7
    slos:                     # 8
      - name: fast            # 9
        objective: 99%        # 10
      - name: right           # 11
        objective: 99%        # 12
  - name: ship                # 13
`

// hiddenLines are the lines of a file on which a comment hides a finding of the
// rule sli-unused; the comment replaces a line.
func hiddenLines(t *testing.T, line int, comment string) (out []int) {
	t.Helper()
	lines := strings.Split(file, "\n")
	lines[line-1] = comment
	for n := 1; n <= 13; n++ {
		finding := rule.Finding{Rule: rule.SLIUnused, File: "a.yaml", Line: n, Column: 3, Message: "m"}
		shown, hidden := lint.Hide([]rule.Finding{finding}, []lint.Text{{Name: "a.yaml", Data: []byte(strings.Join(lines, "\n"))}}, lint.Ran{})
		for _, f := range shown {
			if f.Rule == rule.IgnoreUnknown {
				t.Fatalf("%q: %s", comment, f.Message)
			}
		}
		if hidden == 1 {
			out = append(out, n)
		}
	}
	return out
}

// TestWhatAnIgnoreCommentIsAbout: the next line stands for all that is indented
// below it, so that one comment is about a function or an SLO.
func TestWhatAnIgnoreCommentIsAbout(t *testing.T) {
	all := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}
	for _, tc := range []struct {
		name    string
		line    int
		comment string
		want    []int
	}{
		{"a key and what it holds", 2, "# slofuse ignore/next-line sli-unused", []int{3, 4}},
		{"past blank lines", 5, "# slofuse ignore/next-line sli-unused", []int{6, 7, 8, 9, 10, 11, 12, 13}},
		{"a function", 6, "  # slofuse ignore/next-line sli-unused", []int{7, 8, 9, 10, 11, 12}},
		{"an SLO", 8, "      # slofuse ignore/next-line sli-unused", []int{9, 10}},
		{"one line", 12, "        objective: 99% # slofuse ignore/line sli-unused", []int{12}},
		{"the line after a value", 12, "        objective: 99% # slofuse ignore/next-line sli-unused", []int{13}},
		{"the file", 10, "        # slofuse ignore/file sli-unused", all},
		{"with a reason", 2, "# slofuse ignore/next-line sli-unused used by the other team", []int{3, 4}},
		{"one of several rules", 2, "# slofuse ignore/next-line no-traffic, sli-unused,sli-shared why", []int{3, 4}},
		{"with more signs", 2, "##   slofuse  ignore/next-line   sli-unused  ", []int{3, 4}},
		{"another rule", 2, "# slofuse ignore/next-line sli-shared", nil},
		{"a rule in the reason", 2, "# slofuse ignore/next-line sli-shared sli-unused", nil},
		{"in double quotes", 4, `  ok: "x # slofuse ignore/file sli-unused"`, nil},
		{"in single quotes", 4, `  ok: 'x # slofuse ignore/file sli-unused'`, nil},
		{"after an apostrophe", 4, `  ok: don't # slofuse ignore/file sli-unused`, all},
		{"after quotes", 4, `  ok: "a \" b" # slofuse ignore/file sli-unused`, all},
		{"within a word", 4, `  ok: x# slofuse ignore/file sli-unused`, nil},
		{"in a text of several lines", 4, "  ok: |\n    # slofuse ignore/file sli-unused", nil},
		{"in a folded text", 4, "  ok: >-\n    text\n\n    # slofuse ignore/file sli-unused", nil},
		{"after a text", 4, "  ok: |\n    text\n  # slofuse ignore/file sli-unused", all},
		{"after a text without lines", 4, "  ok: |\n  # slofuse ignore/file sli-unused", all},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, hiddenLines(t, tc.line, tc.comment)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// said are the findings about comments of a file, without its findings.
func said(text string, ran lint.Ran, findings ...rule.Finding) []string {
	shown, _ := lint.Hide(findings, []lint.Text{{Name: "a.yaml", Data: []byte(text)}}, ran)
	out := []string{}
	for _, f := range shown {
		out = append(out, fmt.Sprintf("%d:%d %s: %s", f.Line, f.Column, f.Rule, f.Message))
	}
	return out
}

// TestACommentThatIsNotUnderstoodIsNamed: it hides nothing, and who wrote it
// believes that it does.
func TestACommentThatIsNotUnderstoodIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1 # slofuse ignore/line sli-unsued":  `1:6 ignore-unknown: there is no rule "sli-unsued": did you mean "sli-unused"?`,
		"a: 1 # slofuse ignore/line zebra":       `1:6 ignore-unknown: there is no rule "zebra": docs/check.md lists them all`,
		"a: 1 # slofuse ignore/line":             "1:6 ignore-unknown: ignore/line names no rule: write one, or several with commas between them",
		"ü: 1 # slofuse ignore/lines sli-unused": `1:6 ignore-unknown: "ignore/lines" is no instruction: did you mean "ignore/line"?`,
		"a: 1 # slofuse ignore sli-unused":       `1:6 ignore-unknown: "ignore" is no instruction: known are ignore/next-line, ignore/line, ignore/file`,
		"a: 1 # slofuse ignore/line invalid":     "1:6 ignore-unknown: invalid cannot be ignored: delete the comment",
		"# slofuse ignore/next-line sli-unused":  "1:1 ignore-unknown: there is nothing after it that it could be about",
		"a: 1 # slofuse checks this":             "",
	} {
		got := strings.Join(said(text, lint.Ran{}), "\n")
		if first, _, _ := strings.Cut(got, "\n"); first != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestInvalidIsShownWhateverACommentSays: also when one names it beside others.
func TestInvalidIsShownWhateverACommentSays(t *testing.T) {
	f := rule.Finding{Rule: rule.Invalid, File: "a.yaml", Line: 2, Column: 1, Message: "unknown key"}
	shown, hidden := lint.Hide([]rule.Finding{f}, []lint.Text{{Name: "a.yaml", Data: []byte("# slofuse ignore/file sli-unused,invalid\na: 1\n")}}, lint.Ran{})
	if hidden != 0 || len(shown) != 2 || shown[1] != f {
		t.Errorf("%d hidden, shown %v", hidden, shown)
	}
}

// TestACommentThatHidesNothingIsNamedWhenItsRulesRan: without a Prometheus nobody
// knows whether a comment about live data is still needed.
func TestACommentThatHidesNothingIsNamedWhenItsRulesRan(t *testing.T) {
	const text = "# slofuse ignore/file sli-unused, owner-unrouted, no-traffic\na: 1\n"
	const nothing = "1:1 ignore-unused: the comment hides nothing of "
	unused := rule.Finding{Rule: rule.SLIUnused, File: "a.yaml", Line: 2, Column: 1}
	invalid := rule.Finding{Rule: rule.Invalid, File: "a.yaml", Line: 2, Column: 1, Message: "m"}
	for _, tc := range []struct {
		name     string
		ran      lint.Ran
		findings []rule.Finding
		want     []string
	}{
		{"files alone", lint.Ran{}, nil, []string{nothing + "sli-unused: delete it"}},
		{"files alone, of use", lint.Ran{}, []rule.Finding{unused}, []string{}},
		{"with a configuration", lint.Ran{Configuration: true}, []rule.Finding{unused}, []string{nothing + "owner-unrouted: delete it"}},
		{"with everything", lint.Ran{Configuration: true, Live: true}, nil, []string{nothing + "sli-unused, owner-unrouted, no-traffic: delete it"}},
		{"in a file that cannot be used", lint.Ran{}, []rule.Finding{invalid}, []string{"2:1 invalid: m"}},
	} {
		if diff := cmp.Diff(tc.want, said(text, tc.ran, tc.findings...)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tc.name, diff)
		}
	}
}

// TestACommentIsAboutItsOwnFile and about no other that has the same lines.
func TestACommentIsAboutItsOwnFile(t *testing.T) {
	other := rule.Finding{Rule: rule.SLIUnused, File: "b.yaml", Line: 2, Column: 1}
	if got := said("# slofuse ignore/file sli-unused\na: 1\n", lint.Ran{}, other); len(got) != 2 {
		t.Errorf("shown %q, want the finding and that the comment hides nothing", got)
	}
}

// FuzzComments: whatever stands in a file, reading comments
// neither fails nor hides what no comment names.
func FuzzComments(f *testing.F) {
	for _, text := range []string{file, "# slofuse ignore/next-line", "- |\n - # slofuse ignore/file invalid", "'\"#\n\t#", "a: >9\n"} {
		f.Add(text)
	}
	finding := rule.Finding{Rule: rule.Invalid, File: "a.yaml", Line: 1, Column: 1, Message: "m"}
	f.Fuzz(func(t *testing.T, text string) {
		shown, hidden := lint.Hide([]rule.Finding{finding}, []lint.Text{{Name: "a.yaml", Data: []byte(text)}}, lint.Ran{Live: true})
		if hidden != 0 {
			t.Errorf("an error is hidden by %q", text)
		}
		for _, s := range shown {
			if s.Line < 1 || s.Column < 1 {
				t.Errorf("%q: a finding at %d:%d", text, s.Line, s.Column)
			}
		}
	})
}
