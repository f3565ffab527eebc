package web_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// There is no SLO behind the alert of a backend, so its incident leads to no page of one.
func TestTheIncidentOfABackendHasNoLinkToAnSLO(t *testing.T) {
	f := newFleet()
	id := slo.ID{Service: "slofuse", Function: "backend/main", Name: alerting.SourceDownTier}
	f.incidents[0].Service, f.incidents[0].Function = id.Service, id.Function
	f.incidents[0].Alerts = []alerting.Alert{{ID: id, Phase: alerting.PhaseFiring, Severity: slo.SeverityTicket, Tier: alerting.SourceDownTier, Reason: "backend main does not answer"}}
	page := get(t, f.server(t), "/incidents/inc-1").Body.String()
	if !strings.Contains(page, "backend main does not answer") {
		t.Error("the page does not say what is down")
	}
	if strings.Contains(page, "/slos/slofuse/") || strings.Contains(page, `href="/explain"`) {
		t.Error("the page leads to an SLO that does not exist")
	}
}
