package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo/rule"
)

func writeCheck(t *testing.T, form string, c report.Check) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteCheck(&b, form, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// findings are what a check found, as an attacker with a pull request would
// write it, beside what everybody writes.
func findings() report.Check {
	return report.Check{
		Summary: "2 problems, 3 SLOs are good", Version: "v1.2.3", Hidden: 1,
		Files: []string{"slos/a|b`c.yaml", "slos/clean.yaml", "slos/w.yaml", "slos/x,y:z%.yaml"},
		Findings: []rule.Finding{
			{Rule: rule.Invalid, File: "slos/a|b`c.yaml", Line: 3, Column: 7, Message: "unknown key \"x\n::error::owned\r\n::set-output name=a::b\""},
			{Rule: rule.RunbookMissing, File: "slos/w.yaml", Line: 7, Column: 2, SLO: "shop/pay/latency", Message: "shop/pay may page and has no runbook"},
			{Rule: rule.TierUnreachable, File: "slos/w.yaml", Line: 9, Column: 2, Message: "tier fast can never fire"},
			{Rule: rule.BucketMissing, File: "slos/x,y:z%.yaml", Line: 1, Column: 1, SLO: "shop/pay/latency", Message: "<img src=x onerror=alert(1)> [click](javascript:alert(1)) | `code` 100% *bold* _it_ \x1b[31mred\x1b[0m \u202egnp.exe"},
		},
		Changes: []string{"changed shop/pay/latency: objective 99.9% → 99.5%", "removed shop/pay/<b>|"},
	}
}

func TestFormsOfACheck(t *testing.T) {
	clean := report.Check{Summary: "3 SLOs are good", Files: []string{"slos/clean.yaml"}}
	undecided := report.Check{Summary: "3 SLOs are good; live data could not be asked", Files: clean.Files, Undecided: "cannot decide:\n::error::no answer"}
	for name, c := range map[string]report.Check{"check": findings(), "clean": clean, "undecided": undecided} {
		for _, form := range report.CheckForms {
			t.Run(name+" as "+form, func(t *testing.T) {
				golden(t, name+"."+strings.Replace(form, "table", "text", 1), writeCheck(t, form, c))
			})
		}
	}
	if err := report.WriteCheck(&bytes.Buffer{}, "xml", clean); err == nil {
		t.Error("an unknown form is written")
	}
}

// TestWhatFailsACheck: a finding fails it when it is as bad as what was named.
func TestWhatFailsACheck(t *testing.T) {
	of := func(names ...rule.Name) (c report.Check) {
		for _, n := range names {
			c.Findings = append(c.Findings, rule.Finding{Rule: n})
		}
		return c
	}
	for _, tc := range []struct {
		check report.Check
		fails [4]bool // on error, warning, info, never
	}{
		{of(), [4]bool{}},
		{of(rule.RunbookMissing), [4]bool{false, false, true, false}},
		{of(rule.SLIUnused), [4]bool{false, true, true, false}},
		{of(rule.RunbookMissing, rule.Invalid), [4]bool{true, true, true, false}},
		{of("nobody-knows"), [4]bool{true, true, true, false}},
	} {
		for i, on := range []rule.Severity{rule.Error, rule.Warning, rule.Info, rule.Error} {
			tc.check.FailOn, tc.check.Never = on, i == 3
			if got := tc.check.Fails(); got != tc.fails[i] {
				t.Errorf("%v with fail-on %v, never %v: %v", tc.check.Findings, on, i == 3, got)
			}
		}
	}
}

// TestJUnitCallsFailureWhatFailsTheCheck: with --fail-on warning a warning is a
// failed test, and with never nothing is.
func TestJUnitCallsFailureWhatFailsTheCheck(t *testing.T) {
	c := findings()
	for want, set := range map[string]func(){
		`tests="5" failures="2"`: func() {},
		`tests="5" failures="3"`: func() { c.FailOn = rule.Warning },
		`tests="5" failures="0"`: func() { c.Never = true },
	} {
		c = findings()
		set()
		if got := writeCheck(t, "junit", c); !strings.Contains(got, want) {
			t.Errorf("no %s in:\n%s", want, got)
		}
	}
}

// gitlabPrints are the fingerprints of a Code Quality report.
func gitlabPrints(t *testing.T, c report.Check) (out []string) {
	t.Helper()
	var issues []struct{ Fingerprint string }
	if err := json.Unmarshal([]byte(writeCheck(t, "gitlab", c)), &issues); err != nil {
		t.Fatal(err)
	}
	for _, i := range issues {
		out = append(out, i.Fingerprint)
	}
	return out
}

// TestFingerprintsStayWhenLinesMove: what was there yesterday is known again, and
// no two findings are taken for one.
func TestFingerprintsStayWhenLinesMove(t *testing.T) {
	twice := rule.Finding{Rule: rule.Invalid, File: "a.yaml", Line: 4, Column: 2, Message: "s/f/x is already defined at b.yaml:3:9"}
	c := findings()
	c.Findings = append(c.Findings, twice, twice)
	before := gitlabPrints(t, c)
	for i := range c.Findings {
		c.Findings[i].Line += 10
		c.Findings[i].Column++
		c.Findings[i].Message = strings.Replace(c.Findings[i].Message, ":3:9", ":13:9", 1)
	}
	if after := gitlabPrints(t, c); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(before))); len(unique) != len(before) {
		t.Errorf("%d fingerprints for %d findings", len(unique), len(before))
	}
}

// TestHostileTextOfFilesStaysText puts texts of others where paths, messages and
// changes go.
func TestHostileTextOfFilesStaysText(t *testing.T) {
	for _, text := range hostile {
		c := report.Check{
			Summary: text, Files: []string{text}, Changes: []string{text},
			Findings: []rule.Finding{{Rule: rule.Invalid, File: text, Line: 1, Column: 1, Message: text}},
		}
		for _, form := range report.CheckForms {
			got := writeCheck(t, form, c)
			if strings.IndexFunc(got, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) >= 0 {
				t.Errorf("%s of %q lets a control character through: %q", form, text, got)
			}
			lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
			if want := map[string]int{"text": 3, "github": 3, "markdown": 7}[form]; want > 0 && len(lines) != want {
				t.Errorf("%s of %q has %d lines, want %d:\n%s", form, text, len(lines), want, got)
			}
			checkMachine(t, form, text, got, lines)
		}
	}
}

func checkMachine(t *testing.T, form, text, got string, lines []string) {
	t.Helper()
	switch form {
	case "github":
		if !strings.HasPrefix(lines[0], "::error file=") || strings.HasPrefix(lines[1], "::") || strings.HasPrefix(lines[2], "::") {
			t.Errorf("%q runs a command: %q", text, lines)
		}
	case "markdown":
		row := lines[4]
		if bars := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(row, -1)); bars != 5 {
			t.Errorf("%q makes a row of %d bars: %s", text, bars, row)
		}
		if outside := regexp.MustCompile("`[^`\n]*`").ReplaceAllString(got, ""); strings.Contains(outside, "<") {
			t.Errorf("%q is markup:\n%s", text, got)
		}
	case "junit":
		var suite struct {
			Cases []struct{} `xml:"testcase"`
		}
		if err := xml.Unmarshal([]byte(got), &suite); err != nil || len(suite.Cases) != 1 {
			t.Errorf("%q: %v, %d cases\n%s", text, err, len(suite.Cases), got)
		}
	case "json", "gitlab", "sarif":
		if !json.Valid([]byte(got)) {
			t.Errorf("%q is no JSON: %s", text, got)
		}
	}
}

// TestEveryFormNamesEveryFinding: whoever reads one of them misses nothing.
func TestEveryFormNamesEveryFinding(t *testing.T) {
	forms := map[string]int{}
	for _, form := range report.CheckForms {
		if got := writeCheck(t, form, findings()); strings.Contains(got, "tier fast can never fire") && strings.Contains(got, string(rule.TierUnreachable)) {
			forms[form]++
		}
	}
	if len(forms) != len(report.CheckForms) {
		t.Errorf("only %v name it", slices.Sorted(maps.Keys(forms)))
	}
}
