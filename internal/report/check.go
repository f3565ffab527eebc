package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo/rule"
)

// Check is what was found in files.
type Check struct {
	Summary string
	// Undecided says why not everything could be looked at; empty when it was.
	Undecided string
	Files     []string       // all that were read, also those in which nothing was found
	Findings  []rule.Finding // by file and line
	Hidden    int            // how many more comments hide
	Changes   []string       // what a change does, a sentence each; nil without a change
	FailOn    rule.Severity  // findings that are as bad fail the check
	Never     bool           // nothing fails it
	Version   string         // of slofuse
}

// CheckForms are the forms of [WriteCheck]; table is another word for text.
var CheckForms = []string{"text", "table", "json", "github", "gitlab", "junit", "sarif", "markdown"}

// WriteCheck writes a check in one of [CheckForms]. Whatever stands in files is
// text in each of them: it neither ends a line nor becomes markup or a command.
func WriteCheck(w io.Writer, form string, c Check) error {
	write, ok := map[string]func(io.Writer, Check) error{
		"text": checkText, "table": checkText, "json": checkJSON, "github": checkGitHub, "gitlab": checkGitLab,
		"junit": checkJUnit, "sarif": checkSARIF, "markdown": checkMarkdown,
	}[form]
	if !ok {
		return fmt.Errorf("report: unknown form %q", form)
	}
	return write(w, c)
}

// fails reports whether a finding makes the check fail.
func (c Check) fails(f rule.Finding) bool { return !c.Never && f.Severity() <= c.FailOn }

// Fails reports whether any finding makes the check fail.
func (c Check) Fails() bool {
	return slices.ContainsFunc(c.Findings, c.fails)
}

func place(f rule.Finding) string { return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column) }

// checkText writes a finding a line, as compilers do. An error has no word of
// its own, and invalid, which nothing hides, needs no name.
func checkText(w io.Writer, c Check) error {
	var b strings.Builder
	for _, f := range c.Findings {
		b.WriteString(Plain(Line(f)) + "\n")
	}
	for _, change := range c.Changes {
		b.WriteString(Plain(change) + "\n")
	}
	b.WriteString(Plain(c.Summary) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// Line is a finding as compilers write it: file:line:column: message, with the
// severity unless it is an error, and the rule unless it is [rule.Invalid].
func Line(f rule.Finding) string {
	word, name := "", ""
	if f.Severity() != rule.Error {
		word = f.Severity().String() + ": "
	}
	if f.Rule != rule.Invalid {
		name = fmt.Sprintf(" (%s)", f.Rule)
	}
	return place(f) + ": " + word + f.Message + name
}

type checkResult struct {
	Verdict  Outcome        `json:"verdict"` // pass, fail or inconclusive
	Summary  string         `json:"summary"`
	Findings []checkFinding `json:"findings"`
	Hidden   int            `json:"ignored"`
	Changes  []string       `json:"changes,omitzero"`
}

type checkFinding struct {
	Severity string    `json:"severity"` // error, warning or info
	Rule     rule.Name `json:"rule"`
	File     string    `json:"file"`
	Line     int       `json:"line"`
	Column   int       `json:"column"`
	SLO      string    `json:"slo,omitempty"`
	Message  string    `json:"message"`
}

func (c Check) verdict() Outcome {
	switch {
	case c.Fails():
		return Fail
	case c.Undecided != "":
		return Inconclusive
	}
	return Pass
}

func checkJSON(w io.Writer, c Check) error {
	out := checkResult{Verdict: c.verdict(), Summary: c.Summary, Findings: []checkFinding{}, Hidden: c.Hidden, Changes: c.Changes}
	for _, f := range c.Findings {
		out.Findings = append(out.Findings, checkFinding{f.Severity().String(), f.Rule, f.File, f.Line, f.Column, f.SLO, f.Message})
	}
	return indentedJSON(w, out)
}

func indentedJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// checkMarkdown writes a table for comments and job summaries.
func checkMarkdown(w io.Writer, c Check) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n", markdownText.Replace(Plain(c.Summary)))
	if len(c.Findings) > 0 {
		b.WriteString("\n|  | where | what | rule |\n|---|---|---|---|\n")
	}
	for _, f := range c.Findings {
		where, what := markdownCode.Replace(Plain(place(f))), markdownText.Replace(Plain(f.Message))
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", f.Severity(), where, what, f.Rule)
	}
	if len(c.Changes) > 0 {
		b.WriteString("\n")
	}
	for _, change := range c.Changes {
		fmt.Fprintf(&b, "- %s\n", markdownText.Replace(Plain(change)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
