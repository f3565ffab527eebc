package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

// muted is a page that a silence holds back.
func muted(t *testing.T, a api.AlertState) api.AlertState {
	t.Helper()
	const by = `[{"kind": "silence", "id": "s-1", "by": "Mia", "reason": "known \u001b[31m", "until": "2026-03-18T16:00:00Z"}]`
	if err := json.Unmarshal([]byte(by), &a.MutedBy); err != nil {
		t.Fatal(err)
	}
	a.State, a.Severity, a.Tier = "firing", "page", "fast"
	return a
}

// Whoever reads a terminal sees that nobody else is told, by whom and until when.
func TestWhatIsMutedSaysSo(t *testing.T) {
	const who = "held back by silence s-1 of Mia until Mar 18 16:00 UTC: known"
	status := statusOf([]api.SLO{changed("a/b/x", func(s *api.SLO) { s.Alert = muted(t, s.Alert) })}, report.Style{})
	for _, want := range []string{"PAGE fast, muted  ", "a/b/x: nobody is told, " + who} {
		if !strings.Contains(status, want) {
			t.Errorf("status does not say %q:\n%s", want, status)
		}
	}
	e := explanation(t)
	e.Alert = muted(t, e.Alert)
	text := explained(t, e, report.Style{})
	if !strings.Contains(text, "nobody is told: "+who) {
		t.Errorf("explain does not say so:\n%s", text)
	}
	if strings.Contains(status+text, "\x1b") {
		t.Error("a reason steers the terminal")
	}
}
