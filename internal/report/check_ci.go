package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/slofuse/slofuse/slo/rule"
)

// checkGitHub writes workflow commands, which show as annotations on the lines
// of a pull request.
func checkGitHub(w io.Writer, c Check) error {
	var b strings.Builder
	for _, f := range c.Findings {
		command := map[rule.Severity]string{rule.Error: "error", rule.Warning: "warning", rule.Info: "notice"}[f.Severity()]
		title := githubProperty.Replace("slofuse check: " + string(f.Rule))
		file := githubProperty.Replace(Plain(filepath.ToSlash(f.File)))
		fmt.Fprintf(&b, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", command, file, f.Line, f.Column, title, githubData.Replace(Plain(f.Message)))
	}
	if c.Undecided != "" {
		fmt.Fprintf(&b, "::warning title=slofuse check%%3A inconclusive::%s\n", githubData.Replace(Plain(c.Undecided)))
	}
	for _, line := range append(append([]string{}, c.Changes...), c.Summary) {
		b.WriteString(noCommand(Plain(line)) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// noCommand keeps a line of text from being a workflow command. One in the old form
// may stand anywhere in a line.
func noCommand(line string) string {
	line = strings.ReplaceAll(line, "##[", "## [")
	if strings.HasPrefix(strings.TrimSpace(line), "::") {
		return "- " + line
	}
	return line
}

// gitlabIssue is an entry of a Code Quality report.
type gitlabIssue struct {
	Description string         `json:"description"`
	Check       rule.Name      `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// checkGitLab writes a Code Quality report.
func checkGitLab(w io.Writer, c Check) error {
	issues := []gitlabIssue{}
	prints := fingerprints(c.Findings)
	for i, f := range c.Findings {
		severity := map[rule.Severity]string{rule.Error: "major", rule.Warning: "minor", rule.Info: "info"}[f.Severity()]
		issues = append(issues, gitlabIssue{
			Plain(f.Message), f.Rule, prints[i], severity,
			gitlabLocation{filepath.ToSlash(f.File), gitlabLines{f.Line}},
		})
	}
	return indentedJSON(w, issues)
}

// fingerprints identify findings from one run to the next although lines move:
// by rule, file, SLO and message, and by their order where these are the same.
func fingerprints(findings []rule.Finding) []string {
	out := make([]string, len(findings))
	seen := map[string]int{}
	for i, f := range findings {
		key := fmt.Sprintf("%q %q %q %q", f.Rule, filepath.ToSlash(f.File), f.SLO, f.Placeless().Message)
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", key, seen[key]))
		seen[key]++
		out[i] = hex.EncodeToString(sum[:16])
	}
	return out
}

// checkJUnit writes one test case a finding, and one for every file without any,
// so that a clean run is not an empty one. What does not fail the check is
// written beside a case that passes.
func checkJUnit(w io.Writer, c Check) error {
	suite := junitSuite{Name: "slofuse check"}
	found := map[string]bool{}
	for _, f := range c.Findings {
		found[f.File] = true
		test := junitCase{Name: place(f) + " " + string(f.Rule), Class: "slofuse.check", File: f.File}
		if text := Line(f); c.fails(f) {
			test.Failure = &junitFault{Message: f.Message, Text: text}
			suite.Failures++
		} else {
			test.Out = text
		}
		suite.Cases = append(suite.Cases, test)
	}
	for _, file := range c.Files {
		if !found[file] {
			suite.Cases = append(suite.Cases, junitCase{Name: file, Class: "slofuse.check", File: file})
		}
	}
	if c.Undecided != "" {
		suite.Errors = 1
		suite.Cases = append(suite.Cases, junitCase{Name: "live data", Class: "slofuse.check", Error: &junitFault{Message: c.Undecided, Text: c.Undecided}})
	}
	suite.Tests = len(suite.Cases)
	return writeSuite(w, suite)
}
