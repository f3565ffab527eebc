package foreign

import (
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// urgent and patient are words that other tools have for a page and for a ticket.
var (
	urgent  = []string{"page", "critical", "crit", "emergency", "urgent", "high", "p0", "p1", "sev0", "sev1"}
	patient = []string{"ticket", "warning", "warn", "info", "low", "medium", "minor", "p2", "p3", "p4", "p5", "sev2", "sev3", "sev4", "sev5"}
)

// ReadSeverity reads how urgent an alert is. A word that is not known is none,
// and it says that the policy decides then.
func ReadSeverity(v strictyaml.Value) slo.Severity {
	text, ok := v.Text()
	word := strings.ReplaceAll(strings.ToLower(text), "-", "")
	switch {
	case !ok:
	case slices.Contains(urgent, word):
		return slo.SeverityPage
	case slices.Contains(patient, word):
		return slo.SeverityTicket
	default:
		Lost(v, "severity %q is neither a page nor a ticket: the policy says which it is", text)
	}
	return slo.SeverityNone
}
