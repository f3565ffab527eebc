package triage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/triage"
	"github.com/slofuse/slofuse/slo"
)

// TestLooseOf finds what counts although no incident is open, what nobody was told of
// first.
func TestLooseOf(t *testing.T) {
	began := noon.Add(-time.Hour)
	burns := func(function string, phase alerting.Phase, severity slo.Severity) alerting.Alert {
		return alerting.Alert{ID: slo.ID{Service: "s", Function: function, Name: "a"}, Phase: phase, Severity: severity, FiringSince: began}
	}
	over := func(function, id string, ago time.Duration) alerting.Record {
		return alerting.Record{ID: id, Service: "s", Function: function, State: alerting.IncidentResolved, ResolvedAt: noon.Add(-ago)}
	}
	anew := burns("anew", alerting.PhaseFiring, page)
	anew.AnewAt = noon.Add(-time.Minute)
	alerts := []alerting.Alert{
		burns("resolved by hand", alerting.PhaseFiring, page), burns("recovers", alerting.PhaseRecovering, page), anew, burns("ticket", alerting.PhaseFiring, ticket),
		burns("never told", alerting.PhaseFiring, page), burns("pending", alerting.PhasePending, page), burns("has an incident", alerting.PhaseFiring, page), burns("renamed", alerting.PhaseFiring, page),
	}
	open := []alerting.Incident{{Service: "s", Function: "has an incident"}, {Service: "s", Function: "former", Alerts: []alerting.Alert{alerts[7]}}}
	past := []alerting.Record{
		over("resolved by hand", "earlier", 20*time.Minute), over("resolved by hand", "last", 10*time.Minute), over("anew", "before", 10*time.Minute),
		over("never told", "of another outage", 2*time.Hour), over("ticket", "taken", 10*time.Minute), over("recovers", "r", 10*time.Minute),
	}
	var got []string
	for _, l := range triage.LooseOf(alerts, open, past) {
		line := l.Alert.ID.Function + ": " + l.Last.ID
		if l.Untold() {
			line += ", untold"
		}
		got = append(got, line)
	}
	want := []string{"anew: before, untold", "never told: , untold", "recovers: r", "resolved by hand: last", "ticket: taken"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
