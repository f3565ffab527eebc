package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/auth"
)

// TestEveryDeedHasWords keeps the audit readable for whoever knows no HTTP: each request
// that changes something is told in words, whichever way it came.
func TestEveryDeedHasWords(t *testing.T) {
	asked := map[string]bool{"POST /api/v1/gate": true} // changes nothing
	for _, e := range newFleet().server(t).Endpoints() {
		action := e.Method + " " + e.Path
		if changes := e.Method != http.MethodGet && !asked[action]; changes == (web.DeedOf(action) == "") {
			t.Errorf("%s is told as %q", action, web.DeedOf(action))
		}
	}
}

func TestTheAuditSaysWhatWasDone(t *testing.T) {
	server, _ := auditedServer(t, newFleet())
	as(server, secrets[auth.Operator], http.MethodPost, "/api/v1/incidents/inc-1/ack", `{"by":"ada"}`)
	body := as(server, secrets[auth.Operator], http.MethodGet, "/audit", "").Body.String()
	want(t, text(body), "Acknowledge an incident", "POST /api/v1/incidents/{id}/ack", "inc-1")
	if !strings.Contains(body, `<a href="/incidents/inc-1">inc-1</a>`) {
		t.Error("the incident is not linked")
	}
}
