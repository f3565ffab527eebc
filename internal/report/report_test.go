package report_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run with -update if this is meant (-want +got):\n%s", diff)
	}
}

func write(t *testing.T, format string, r report.Report, style report.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, r, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// verdict has a check of each outcome.
func verdict() api.Verdict {
	return api.Verdict{Verdict: "fail", Checks: []api.Check{
		{ID: "checkout/charge-card/availability", Verdict: "fail", Reason: "burn rate 20.1 over 1h and 31.0 over 5m, the limit is 4", BurnRate: new(20.123), BudgetRemainingRatio: new(-0.2)},
		{ID: "checkout/charge-card/latency", Verdict: "pass", Reason: "burn rate 0.3 over 1h and 0.1 over 5m", BurnRate: new(0.3), BudgetRemainingRatio: new(0.97)},
		{ID: "notify/fan-out/availability", Verdict: "inconclusive", Reason: "data is no_data: no sample since 2026-03-18T14:00:00Z"},
	}}
}

func TestForms(t *testing.T) {
	for name, r := range map[string]report.Report{"gate": report.FromVerdict(verdict()), "gate-overridden": report.FromVerdict(overridden())} {
		for _, format := range []string{"table", "junit", "github", "markdown"} {
			t.Run(name+" as "+format, func(t *testing.T) {
				golden(t, name+"."+format, write(t, format, r, report.Style{}))
			})
		}
	}
}

// overridden is a gate that was closed by all there is, and passed.
func overridden() api.Verdict {
	v := verdict()
	v.Override = &api.Overridden{By: "anna (token ci)", Reason: "rolls back\nv41 | 100%", Verdict: v.Verdict}
	v.Verdict = "pass"
	cause := "fraud/score-order"
	v.Checks[0].Freeze, v.Checks[0].Incident = &api.Freeze{At: 0.1, Frozen: new(true)}, &api.OpenIncident{ID: "inc-1", Severity: "page"}
	v.Checks[1].Freeze, v.Checks[1].Incident = &api.Freeze{At: 0.1, Frozen: new(false)}, &api.OpenIncident{ID: "inc-2", Severity: "ticket", Cause: &cause}
	v.Checks[2].Freeze = &api.Freeze{}
	return v
}

func TestASummaryOfAJobIsAddedToWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary.md")
	if err := os.WriteFile(path, []byte("# Deploy\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := report.FromVerdict(overridden())
	for range 2 {
		if err := report.AppendSummary(path, func(w io.Writer) error { return report.Write(w, "markdown", r, report.Style{}) }); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if want := "# Deploy\n" + strings.Repeat(write(t, "markdown", r, report.Style{}), 2); err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	if err := report.AppendSummary(filepath.Join(t.TempDir(), "no", "such", "folder"), func(io.Writer) error { return nil }); err == nil {
		t.Error("it was written nowhere")
	}
}

func TestColourIsForTerminalsOnly(t *testing.T) {
	r := report.FromVerdict(verdict())
	plain, coloured := write(t, "table", r, report.Style{}), write(t, "table", r, report.Style{Colour: true})
	if strings.Contains(plain, "\x1b") {
		t.Errorf("colour that nobody asked for: %q", plain)
	}
	if !strings.Contains(coloured, "\x1b[31mFAIL\x1b[0m") {
		t.Errorf("a failure is not red: %q", coloured)
	}
	if got := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(coloured, ""); got != plain {
		t.Errorf("colour moves the columns (-plain +coloured):\n%s", cmp.Diff(plain, got))
	}
}

func TestAnUnknownFormIsAnError(t *testing.T) {
	if err := report.Write(&bytes.Buffer{}, "xml", report.Report{}, report.Style{}); err == nil {
		t.Error("it is written")
	}
}

func TestSummariesOfVerdicts(t *testing.T) {
	for _, tc := range []struct{ verdict, want string }{
		{"fail", "gate closed: 1 of 3 SLOs fail"},
		{"inconclusive", "gate undecided: 1 of 3 SLOs cannot be judged"},
		{"pass", "gate open: 1 of 3 SLOs pass"},
	} {
		v := verdict()
		v.Verdict = tc.verdict
		if got := report.FromVerdict(v).Summary; got != tc.want {
			t.Errorf("%s: %q, want %q", tc.verdict, got, tc.want)
		}
	}
}

// hostile are texts that mean something to one of the readers.
var hostile = []string{
	"a\n::error file=x::owned", "a\r::warning::x", "::stop-commands::t", "%0A::notice::x", "]]><testcase/>", `"><script>alert(1)</script>`,
	"a|b", "`a`|", "``", "[a](javascript:x)", "<!-- ", "\x1b]0;title\x07", "\x1b[2J", "\u202eabc", "a\u2028b", "\x00", "\xff\xfe", "\u200b", "|\n|---|", strings.Repeat("x", 3000),
}

func hostileReport(text string) report.Report {
	return report.FromVerdict(api.Verdict{Verdict: "fail", Checks: []api.Check{
		{ID: text, Verdict: "fail", Reason: text, Incident: &api.OpenIncident{ID: text, Severity: text, Cause: &text}}, {ID: "x", Verdict: "pass", Reason: text},
	}})
}

// TestHostileTextStaysText puts texts of others where names and reasons go: each
// form keeps its shape and no line does more than say something.
func TestHostileTextStaysText(t *testing.T) {
	for _, text := range hostile {
		r := hostileReport(text)
		for _, format := range []string{"table", "markdown", "github", "junit"} {
			got := write(t, format, r, report.Style{})
			if strings.IndexFunc(got, func(c rune) bool { return c != '\n' && unicode.IsControl(c) }) >= 0 {
				t.Errorf("%s of %q lets a control character through: %q", format, text, got)
			}
			lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
			if want := map[string]int{"table": 4, "markdown": 6, "github": 3}[format]; want > 0 && len(lines) != want {
				t.Errorf("%s of %q has %d lines, want %d:\n%s", format, text, len(lines), want, got)
			}
			checkShape(t, format, text, got, lines)
		}
	}
}

func checkShape(t *testing.T, format, text, got string, lines []string) {
	t.Helper()
	switch format {
	case "github":
		for i, prefix := range []string{"::error title=slofuse gate%3A fail::", "::notice title=slofuse gate%3A pass::", "gate closed"} {
			if !strings.HasPrefix(lines[i], prefix) {
				t.Errorf("line %d of github for %q is %q", i, text, lines[i])
			}
		}
	case "markdown":
		for _, line := range lines[2:] {
			if bars := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(line, -1)); line != lines[3] && bars != 7 {
				t.Errorf("markdown for %q has a row of %d bars: %s", text, bars, line)
			}
		}
		if outside := regexp.MustCompile("`[^`\n]*`").ReplaceAllString(got, ""); strings.ContainsAny(outside, "<") {
			t.Errorf("markdown for %q holds markup:\n%s", text, got)
		}
	case "junit":
		var suite struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		}
		if err := xml.Unmarshal([]byte(got), &suite); err != nil || len(suite.Cases) != 2 || suite.Tests != 2 || suite.Failures != 1 {
			t.Errorf("junit for %q: %v, %+v\n%s", text, err, suite, got)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"checkout/charge-card/availability": "checkout/charge-card/availability",
		"GET /cart/{id} – größer als 1 s":   "GET /cart/{id} – größer als 1 s",
		"two\nlines\tand\ra tab":            "two lines and a tab",
		"\x1b[31m":                          `\x1b[31m`,
		"\u202e":                            `\u202e`,
		"a\u200bb":                          `a\u200bb`,
		"\xff":                              `\ufffd`,
		"":                                  "",
	} {
		if got := report.Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNoNumberIsPrintedThatIsNone(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		v := verdict()
		v.Checks[0].BurnRate, v.Checks[0].BudgetRemainingRatio = &bad, &bad
		s := whole()
		s.SLI, s.ErrorBudget.RemainingRatio, s.CallsPerSecond, s.Latency.P99 = &bad, &bad, &bad, &bad
		s.BurnRates[0].BurnRate = &bad
		var b strings.Builder
		report.WriteStatus(&b, []api.SLO{s}, report.Style{})
		for _, format := range []string{"table", "junit", "github", "markdown"} {
			fmt.Fprint(&b, write(t, format, report.FromVerdict(v), report.Style{}))
		}
		if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
			t.Errorf("%v is printed:\n%s", bad, b.String())
		}
		if !strings.Contains(b.String(), "unknown") {
			t.Errorf("%v is not said to be unknown:\n%s", bad, b.String())
		}
	}
}

// Programs that run pipelines read commands from all that is printed.
func TestNoLineOfATextIsACommand(t *testing.T) {
	for in, want := range map[string]string{
		"two\n\tlines":                   "two\n\tlines",
		"a.yaml\n::error::b":             "a.yaml\n- ::error::b",
		"  ::stop-commands::x":           "-   ::stop-commands::x",
		"a ##[add-mask]b":                "a ## [add-mask]b",
		"\x1b[31ma\nb":                   `\x1b[31ma` + "\nb",
		"\t::warning::after a tabulator": "\t- ::warning::after a tabulator",
	} {
		if got := report.Lines(in); got != want {
			t.Errorf("Lines(%q) = %q, want %q", in, got, want)
		}
	}
}
