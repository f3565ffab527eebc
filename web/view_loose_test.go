package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// TestNoCalmWhileAnAlertCounts shows what fires or recovers without an open incident:
// who ended that, and what happens next.
func TestNoCalmWhileAnAlertCounts(t *testing.T) {
	f := loose()
	seen, body := onCall(t, f, "/")
	want(t, seen, "Nothing calls for anybody", "No incident is open, and what failed still counts in 2 alerts: see below.", "Without an open incident",
		"Still counted; it opens again if it burns anew.", "Its last incident was resolved by hand by ada at 2026-03-01 11:5")
	want(t, body, `href="/incidents/card-1">Its last incident`, `href="/incidents/cart-1">Its last incident`)
	if strings.Contains(seen, "Nothing burns") {
		t.Error("it is called calm")
	}
	seen, _ = onCall(t, f, "/?owner=team-media")
	want(t, seen, "Nothing burns")
}

// TestAPageNobodyWasToldOfIsTheHeadline whatever the reason is that it has no incident.
func TestAPageNobodyWasToldOfIsTheHeadline(t *testing.T) {
	anew := loose()
	anew.alerts[0].AnewAt = noon.Add(-time.Minute)
	anew.alerts[0].Severity = slo.SeverityPage
	seen, _ := onCall(t, anew, "/")
	want(t, seen, "charge-card needs somebody", "1 page without an incident, of which nobody was told: see below.", "Firing, page", "Nobody was told of it. Its last incident was resolved by hand by ada")

	never := newFleet()
	never.incidents, never.alerts = nil, never.alerts[:2]
	never.alerts[0].Severity, never.alerts[1].Phase = slo.SeverityPage, alerting.PhaseRecovering
	seen, _ = onCall(t, never, "/")
	want(t, seen, "charge-card needs somebody", "Nobody was told of it. No incident of it is known.")

	beside := newFleet() // while another incident is open
	beside.alerts[1].Severity = slo.SeverityPage
	seen, _ = onCall(t, beside, "/")
	want(t, seen, "charge-card needs somebody", "1 page without an incident, of which nobody was told: see below.", "charge-card", "GET /cart/{id} availability")
}

// TestManyAlertsWithoutAnIncident are bounded, and hostile names are text.
func TestManyAlertsWithoutAnIncident(t *testing.T) {
	f := storm(60)
	f.incidents = []alerting.Incident{{ID: "r", State: alerting.IncidentResolved, Service: "s", Function: "f0000", ResolvedAt: noon.Add(-time.Minute), OpenedAt: noon.Add(-time.Hour), ResolvedBy: "<b>ada</b>"}}
	seen, body := onCall(t, f, "/")
	want(t, seen, "f0001, f0002 and 57 more need somebody", "And 40 more.")
	if strings.Contains(body, "<b>ada") {
		t.Error("a name is read as markup")
	}
}

// TestTheLastIncidentIsOneTapAway from the page of an SLO that counts while none is open,
// and from the list.
func TestTheLastIncidentIsOneTapAway(t *testing.T) {
	f := loose()
	f.incidents[0].Alerts = f.alerts[:1]
	older := f.incidents[0]
	older.ID, older.ResolvedAt = "card-0", noon.Add(-time.Hour)
	f.incidents = append(f.incidents, older)
	server, page := f.server(t), sloPage(f.alerts[0].ID)
	seen, body := text(get(t, server, page).Body.String()), get(t, server, page).Body.String()
	want(t, seen, "No incident is open: its last one was resolved by hand by ada at 2026-03-01 11:5", "and opens again if it burns anew.")
	want(t, body, `<a href="/incidents/card-1">its last one</a>`)
	want(t, get(t, server, "/slos").Body.String(), `href="`+page+`#history"`, ">no open incident<")
	open := newFleet().server(t)
	if strings.Contains(get(t, open, availabilityPage).Body.String(), "No incident is open") {
		t.Error("an open incident is denied")
	}
}

func sloPage(id slo.ID) string {
	return "/slos/" + url.PathEscape(id.Service) + "/" + url.PathEscape(id.Function) + "/" + url.PathEscape(id.Name)
}
