package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting/notify/sample"
)

// TestTheWordsOfARouteAreAboutTheFunctionAskedFor: made-up numbers are no excuse for
// links to a function that somebody else has.
func TestTheWordsOfARouteAreAboutTheFunctionAskedFor(t *testing.T) {
	n := sample.Page()
	about(&n, map[string]string{"service": "auth", "function": "login", "slo": "speed", "owner": "team-identity", "severity": "page"}, "https://slo.acme.example")
	text, err := json.Marshal([]any{n.Reason, n.ExternalURL, n.Incident.Service, n.Incident.Function, n.Incident.Owner, n.Incident.Labels, n.Facts})
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]bool{
		"auth": true, "login": true, `"speed: burn rate`: true, "team-identity": true, "https://slo.acme.example": true,
		"checkout": false, "charge-card": false, "slo.example.com": false, "latency": false, "availability": false, "Customers": false, "runbooks.": false,
	} {
		if strings.Contains(string(text), part) != want {
			t.Errorf("%q is there: %v, in %s", part, !want, text)
		}
	}
	if n = sample.Page(); n.Facts[0].ID.Function != "charge-card" || len(n.Facts) != 2 {
		t.Error("the sample itself was changed")
	}
}
