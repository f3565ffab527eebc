package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

// explanation is the one that web/api is tested with.
func explanation(t *testing.T) api.Explanation {
	t.Helper()
	raw, err := os.ReadFile("../../web/api/testdata/explanation.json")
	if err != nil {
		t.Fatal(err)
	}
	var e api.Explanation
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func explained(t *testing.T, e api.Explanation, style report.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteExplanation(&b, e, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExplanationIsReadable(t *testing.T) {
	golden(t, "explain.table", explained(t, explanation(t), report.Style{Location: time.FixedZone("CET", 3600)}))
	golden(t, "explain.ascii", explained(t, explanation(t), report.Style{ASCII: true}))
}

func TestExplanationInASCIIHasNothingElse(t *testing.T) {
	for _, r := range explained(t, explanation(t), report.Style{ASCII: true}) {
		if r > 126 {
			t.Errorf("%q is beyond ASCII", r)
		}
	}
}

func TestExplanationSaysUnknownWhereNothingIsKnown(t *testing.T) {
	text := explained(t, api.Explanation{ID: "a/b/c", Conclusion: "Cannot tell", Data: api.Data{State: "stale", Reason: "not evaluated yet"}}, report.Style{})
	for _, want := range []string{"a/b/c\nCannot tell\n", "stale: not evaluated yet", "unknown to unknown", "unknown: nobody remembers it here"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
}

// Names and queries come from files and servers.
func TestExplanationCannotSteerTheTerminal(t *testing.T) {
	e := explanation(t)
	evil := "\x1b[2J\u202eevil"
	e.ID, e.Conclusion, e.DataMeaning, e.ByHand, e.Budget.Window = evil, evil, evil, evil, evil
	e.Promise.Text, e.Counted.Kind, e.Counted.Caveats, e.Counted.Selectors[0].PromQL = evil, evil, []string{evil}, evil
	e.Data.State, e.Alert.Reason, e.Queries[0].PromQL, e.Queries[0].About = evil, evil, evil, evil
	e.Tiers[0].Name, e.Tiers[0].Held, e.Tiers[0].Reason, e.Tiers[0].Conditions[0].Have = evil, evil, evil, evil
	e.Annotations[0].Text, e.Sums[1].Window, e.Sums[1].Arithmetic[0].Terms = evil, evil, evil
	e.Counted.Unit, e.Tiers[0].Conditions[4].For, e.Tiers[0].Grants = evil, evil, evil
	if text := explained(t, e, report.Style{}); strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("%q", text)
	}
}

func TestExplanationIsColouredForTerminalsOnly(t *testing.T) {
	if strings.Contains(explained(t, explanation(t), report.Style{}), "\x1b[") {
		t.Error("there is colour without a terminal")
	}
	if text := explained(t, explanation(t), report.Style{Colour: true}); !strings.Contains(text, "\x1b[32m✓") || !strings.Contains(text, "\x1b[31m✗") {
		t.Errorf("the marks have no colour: %q", text)
	}
}

func TestExplanationSaysWhatIsLeftOut(t *testing.T) {
	e := explanation(t)
	e.Budget.Excluded = &api.Excluded{Slots: 60, Bad: 18_000, Total: 18_100, Share: 0.01, Text: "both numbers"}
	e.Sums[0].Excluded = &api.Excluded{Slots: 1, Bad: 3, Total: 4, Share: 0.1}
	e.Tiers[0].Conditions = append(e.Tiers[0].Conditions, api.Condition{Name: "excluded of 1h", Have: "40%", Need: "≤ 50%"})
	text := explained(t, e, report.Style{})
	for _, want := range []string{"; without 60 slots that are excluded by maintenance, 18,000 bad of 18,100\n  corrected: both numbers\n", "100.0%, 10.0% excluded"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
	if ascii := explained(t, e, report.Style{ASCII: true}); !strings.Contains(ascii, "<= 50%") || strings.Contains(ascii, "≤") {
		t.Errorf("in ASCII\n%s", ascii)
	}
}
