package report

import (
	"io"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/slofuse/slofuse/slo/rule"
)

// The parts of a SARIF 2.1.0 log that are written, in the standard's own words.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool `json:"tool"`
	ColumnKind string    `json:"columnKind"`
	// Invocations tell of a run that could not look at everything.
	Invocations []sarifInvocation `json:"invocations,omitempty"`
	Results     []sarifResult     `json:"results"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level   string       `json:"level"`
	Message sarifMessage `json:"message"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string       `json:"id"`
	Short   sarifMessage `json:"shortDescription"`
	Help    sarifMessage `json:"help"`
	Default sarifLevel   `json:"defaultConfiguration"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string            `json:"ruleId"`
	RuleIndex int               `json:"ruleIndex"`
	Level     string            `json:"level"`
	Message   sarifMessage      `json:"message"`
	Locations []sarifLocation   `json:"locations"`
	Prints    map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	Line   int `json:"startLine"`
	Column int `json:"startColumn"`
}

const (
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	sarifPrint  = "slofuse/v1" // how a fingerprint is made; another way gets another number
)

var sarifLevels = map[rule.Severity]string{rule.Error: "error", rule.Warning: "warning", rule.Info: "note"}

// checkSARIF writes a SARIF log with the rules that found something.
func checkSARIF(w io.Writer, c Check) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "slofuse", Version: c.Version, Rules: []sarifRule{}}
	var names []rule.Name
	for _, f := range c.Findings {
		names = append(names, f.Rule)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(name))
	}
	if c.Undecided != "" {
		run.Invocations = []sarifInvocation{{Notifications: []sarifNotification{{"error", sarifMessage{Plain(c.Undecided)}}}}}
	}
	prints := fingerprints(c.Findings)
	for i, f := range c.Findings {
		at := sarifPhysical{sarifArtifact{uriOf(f.File)}, sarifRegion{f.Line, f.Column}}
		run.Results = append(run.Results, sarifResult{
			string(f.Rule), slices.Index(names, f.Rule), sarifLevels[f.Severity()],
			sarifMessage{Plain(f.Message)},
			[]sarifLocation{{at}},
			map[string]string{sarifPrint: prints[i]},
		})
	}
	return indentedJSON(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func sarifRuleOf(name rule.Name) sarifRule {
	r, _ := rule.Of(name)
	return sarifRule{string(name), sarifMessage{r.Finds}, sarifMessage{r.Do}, sarifLevel{sarifLevels[r.Severity]}}
}

// uriOf is a path as a URI reference, relative as the path is.
func uriOf(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}
