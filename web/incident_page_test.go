package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// paged is the page of an incident as whoever was called reads it, from the top, in
// words.
func paged(t *testing.T, change func(*alerting.Incident)) (words, html string) {
	t.Helper()
	f := newFleet()
	for n := range f.incidents {
		if f.incidents[n].ID == "inc-1" {
			change(&f.incidents[n])
		}
	}
	html = get(t, f.server(t), "/incidents/inc-1").Body.String()
	return text(html), html
}

// inOrder reports the first of some texts that does not follow the one before it.
func inOrder(words string, texts ...string) string {
	for _, want := range texts {
		_, after, found := strings.Cut(words, want)
		if !found {
			return want
		}
		words = after
	}
	return ""
}

func TestAnIncidentOfManyAlertsShowsTheMostUrgentAndFoldsTheOthers(t *testing.T) {
	words, html := paged(t, func(i *alerting.Incident) {
		i.Alerts[0].Severity = slo.SeverityTicket
		for n := range 50 {
			a := i.Alerts[0]
			a.ID.Name, a.Reason = fmt.Sprint("objective-", n), fmt.Sprint("burn rate of ", n)
			a.Phase, a.Severity = alerting.PhaseRecovering, slo.SeverityTicket
			if n == 17 {
				a.Phase, a.Severity = alerting.PhaseFiring, slo.SeverityPage
			}
			i.Alerts = append(i.Alerts, a)
		}
	})
	if missing := inOrder(words, "What fires", "Firing, page objective-17", "burn rate of 17", "And 50 more alerts", "Acknowledge", "Runbook", "Checklist", "Other alerts", "50 more of the same incident", "Firing, ticket availability", "Recovering objective-0", "Who was told"); missing != "" {
		t.Errorf("%q is missing or out of order:\n%s", missing, words)
	}
	if !strings.Contains(html, "<details><summary>50 more of the same incident</summary>") {
		t.Error("fifty alerts are not folded")
	}
}

func TestWhatIsToldAgainAndAgainIsOneLineOfTheTimeline(t *testing.T) {
	told := func(minute int, what string) alerting.Event {
		return alerting.Event{At: noon.Add(time.Duration(minute) * time.Minute), Kind: alerting.EventNotified, Text: "slack #slo: " + what}
	}
	words, _ := paged(t, func(i *alerting.Incident) {
		i.Timeline = []alerting.Event{{At: noon, Kind: alerting.EventOpened, Text: "it burns"}, told(1, "a page"), told(20, "still"), told(40, "still there")}
		i.Timeline = append(i.Timeline, alerting.Event{At: noon.Add(50 * time.Minute), Kind: alerting.EventAcked, By: "mia"}, told(51, "mia has it"))
	})
	if missing := inOrder(words, "Who was told", "Sent slack #slo", "2026-03-01 12:01:00 UTC 4 messages since", "Timeline",
		"12:51:00 UTC notified", "slack #slo: mia has it", "acked by mia", "12:40:00 UTC notified 3 times since 2026-03-01 12:01:00 UTC", "slack #slo: still there", "12:00:00 UTC opened it burns"); missing != "" {
		t.Errorf("%q is missing or out of order:\n%s", missing, words)
	}
	if strings.Contains(words, "slack #slo: still 2026") {
		t.Errorf("every message has a line:\n%s", words)
	}
}

func TestALongTimelineIsFolded(t *testing.T) {
	_, html := paged(t, func(i *alerting.Incident) {
		for n := range 60 {
			i.Timeline = append(i.Timeline, alerting.Event{At: noon.Add(time.Duration(n) * time.Minute), Kind: alerting.EventReopened, Text: fmt.Sprint("for the time ", n)})
		}
	})
	latest, earlier, found := strings.Cut(html, "earlier</summary>")
	if !found || !strings.Contains(latest, "for the time 59<") || strings.Contains(latest, "for the time 9<") || !strings.Contains(earlier, "for the time 9<") {
		t.Error("it is not")
	}
}

func TestDestinationsAreCalledByWhatPeopleKnow(t *testing.T) {
	words, _ := paged(t, func(i *alerting.Incident) {
		i.Deliveries = nil
		for _, name := range []string{"on/call/pagerduty/pagerduty-key", "on/call/slack/#on-call", "on/call/webhook/fae2a9c4", "on/call/alertmanager/cluster"} {
			i.Deliveries = append(i.Deliveries, alerting.Delivery{Receiver: "on/call", Destination: name, State: alerting.DeliverySent, SentAt: noon})
		}
	})
	if missing := inOrder(words, "PagerDuty of on/call on/call/pagerduty/pagerduty-key", "Slack #on-call on/call/slack/#on-call", "Webhook of on/call on/call/webhook/fae2a9c4", "Alertmanager cluster"); missing != "" {
		t.Errorf("%q is missing or out of order:\n%s", missing, words)
	}
}
