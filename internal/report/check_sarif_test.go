package report_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo/rule"
)

// sarif is what SARIF 2.1.0 asks of a log (3.13, 3.14, 3.18, 3.19, 3.27, 3.49), and
// what those who show it need beside.
type sarif struct {
	Schema  string `json:"$schema"`
	Version string
	Runs    []struct {
		ColumnKind string
		Tool       struct {
			Driver struct {
				Name  string
				Rules []struct {
					ID                     string
					ShortDescription, Help struct{ Text string }
					DefaultConfiguration   struct{ Level string }
				}
			}
		}
		Results *[]struct {
			RuleID    string
			RuleIndex *int
			Level     string
			Message   struct{ Text string }
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine, StartColumn int }
				}
			}
			PartialFingerprints map[string]string
		}
	}
}

func readSARIF(t *testing.T, text string) (log sarif) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// TestSARIFHoldsWhatTheStandardAsksFor checks the required properties, the words
// that are allowed, and that every reference inside the log leads somewhere.
func TestSARIFHoldsWhatTheStandardAsksFor(t *testing.T) {
	log := readSARIF(t, writeCheck(t, "sarif", findings()))
	if log.Version != "2.1.0" || !strings.Contains(log.Schema, "sarif-2.1.0") || len(log.Runs) != 1 || log.Runs[0].ColumnKind != "unicodeCodePoints" {
		t.Fatalf("version %q, schema %q, %d runs", log.Version, log.Schema, len(log.Runs))
	}
	run := log.Runs[0]
	rules := run.Tool.Driver.Rules
	if run.Tool.Driver.Name == "" || len(rules) != 4 {
		t.Errorf("driver %q with %d rules", run.Tool.Driver.Name, len(rules))
	}
	levels := map[string]bool{"error": true, "warning": true, "note": true, "none": true}
	for _, r := range rules {
		if r.ID == "" || r.ShortDescription.Text == "" || r.Help.Text == "" || !levels[r.DefaultConfiguration.Level] {
			t.Errorf("rule %+v", r)
		}
	}
	if len(*run.Results) != 4 {
		t.Fatalf("%d results", len(*run.Results))
	}
	for _, r := range *run.Results {
		if r.RuleIndex == nil || *r.RuleIndex >= len(rules) || rules[*r.RuleIndex].ID != r.RuleID {
			t.Fatalf("result of %q points to rule %v", r.RuleID, r.RuleIndex)
		}
		if r.Message.Text == "" || !levels[r.Level] || len(r.PartialFingerprints) == 0 || len(r.Locations) != 1 {
			t.Errorf("result %+v", r)
		}
		at := r.Locations[0].PhysicalLocation
		if at.Region.StartLine < 1 || at.Region.StartColumn < 1 {
			t.Errorf("region %+v", at.Region)
		}
		if u, err := url.Parse(at.ArtifactLocation.URI); err != nil || u.IsAbs() || strings.ContainsAny(at.ArtifactLocation.URI, "|` ") {
			t.Errorf("%q is no relative URI reference", at.ArtifactLocation.URI)
		}
	}
}

// TestACleanSARIFHasResults: an empty list says that there are none, a missing one
// that nobody looked.
func TestACleanSARIFHasResults(t *testing.T) {
	if run := readSARIF(t, writeCheck(t, "sarif", report.Check{})).Runs[0]; run.Results == nil || len(*run.Results) != 0 {
		t.Errorf("results %v", run.Results)
	}
}

func TestPathsBecomeURIs(t *testing.T) {
	for path, want := range map[string]string{
		"slos/a b.yaml": "slos/a%20b.yaml", "a:b.yaml": "./a:b.yaml", "/abs/ü.yaml": "file:///abs/%C3%BC.yaml", "a?b#c%.yaml": "a%3Fb%23c%25.yaml",
	} {
		c := report.Check{Findings: []rule.Finding{{Rule: rule.Invalid, File: path, Line: 1, Column: 1, Message: "m"}}}
		log := readSARIF(t, writeCheck(t, "sarif", c))
		if got := (*log.Runs[0].Results)[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
