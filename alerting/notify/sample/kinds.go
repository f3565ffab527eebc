package sample

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

type kind struct {
	name   string
	after  time.Duration // the opening
	change func(*alerting.Notification)
}

// kinds makes the notification of each kind of event out of a [Page]. They follow
// one another as they would in one long night.
var kinds = []kind{
	{alerting.EventOpened, 0, func(n *alerting.Notification) { n.Loud = true }},
	{alerting.EventAffected, time.Minute, func(n *alerting.Notification) {
		n.Reason = "shop/checkout-page depends on it and burns as well"
		n.Incident.Affected = []alerting.Affected{
			{Incident: "inc_43", Service: "shop", Function: "checkout-page", Owner: "team-shop", Severity: slo.SeverityPage, Since: n.DecidedAt},
			{Incident: "inc_44", Service: "billing", Function: "send-invoice", Owner: "team-billing", Severity: slo.SeverityTicket, Since: n.DecidedAt},
		}
	}},
	{alerting.EventEscalated, 15 * time.Minute, func(n *alerting.Notification) {
		n.Reason, n.Loud = "nobody acknowledged it within 15m: told lead as well", true
		n.Incident.State, n.Incident.Escalated = alerting.IncidentEscalated, []time.Time{n.DecidedAt}
	}},
	{alerting.EventAcked, 18 * time.Minute, func(n *alerting.Notification) {
		n.Reason = "acknowledged by ana: gateway acme is down, failing over"
		acknowledge(n)
	}},
	{alerting.EventKind, 30 * time.Minute, func(n *alerting.Notification) {
		n.Reason, n.Loud = "code=500 by itself burns 16 times too fast, at or over 14.4", true
		n.Incident.Fingerprint = map[string]string{"code": "500"}
		n.Incident.Kinds = []map[string]string{{"code": "503"}, {"code": "500", "gateway": "acme"}}
	}},
	{alerting.EventAckExpired, 4*time.Hour + 18*time.Minute, func(n *alerting.Notification) {
		n.Reason, n.Loud = "the acknowledgement of ana expired after 4h and it still burns", true
	}},
	{alerting.EventStillBurning, 5 * time.Hour, func(n *alerting.Notification) {
		n.Reason = "still burning 5h after it opened"
	}},
	{alerting.EventSeverity, time.Hour, func(n *alerting.Notification) {
		n.Reason, n.Loud = "severity rose from ticket to page: "+n.Reason, true
	}},
	{alerting.EventCause, 2 * time.Minute, func(n *alerting.Notification) {
		n.Reason, n.Incident.Cause = "fraud/score-order burns and this function depends on it", "inc_41"
	}},
	{alerting.EventUnmuted, 40 * time.Minute, func(n *alerting.Notification) {
		n.Reason, n.Loud = "the deploy of v2.41.0 is over and it still burns", true
	}},
	{alerting.EventMuted, 20 * time.Minute, func(n *alerting.Notification) {
		n.Reason = "latency is held back by silence s1 of ana: known, see the ticket"
		n.Incident.Alerts = []alerting.Alert{{ID: n.Facts[1].ID, MutedBy: []alerting.Muting{{
			Kind: alerting.MutingSilence, ID: "s1", By: "ana", Reason: "known, see the ticket", Until: n.DecidedAt.Add(time.Hour),
		}}}}
	}},
	{alerting.EventFlapping, 90 * time.Minute, func(n *alerting.Notification) {
		n.Reason = "opened again 3 times in 24h: one message every 4h from now on"
		n.Incident.Flapping = n.DecidedAt
	}},
	{alerting.EventReopened, 50 * time.Minute, func(n *alerting.Notification) {
		n.Reason, n.Loud = "burns again: "+n.Reason, true
	}},
	{alerting.EventResolved, 0, nil}, // see [Resolved]
}

func acknowledge(n *alerting.Notification) {
	n.Incident.State, n.Incident.AckedBy, n.Incident.AckedAt = alerting.IncidentAcked, "ana", n.DecidedAt
	n.Incident.AckComment, n.Incident.AckUntil = "gateway acme is down, failing over", n.DecidedAt.Add(4*time.Hour)
}

// Kinds lists the kinds of events there is a notification of.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Of returns the notification of one kind of event, with a deploy to suspect. It
// reports false for a kind that [Kinds] does not list.
func Of(name string) (alerting.Notification, bool) {
	at := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if at < 0 {
		return alerting.Notification{}, false
	}
	n := Page()
	if name == alerting.EventResolved {
		n = Resolved()
	} else {
		n.EventID, n.Kind, n.Loud = "evt_sample_"+name, name, false
		n.DecidedAt = n.DecidedAt.Add(kinds[at].after)
		kinds[at].change(&n)
	}
	n.Incident.Deploy = &alerting.Deploy{
		ID: "d1", Service: "checkout", Functions: []string{"charge-card"}, Version: "v2.41.0", URL: "https://ci.example.com/runs/8123",
		By: "ci", StartsAt: n.Incident.OpenedAt.Add(-16 * time.Minute), EndsAt: n.Incident.OpenedAt.Add(-6 * time.Minute), Status: "succeeded",
	}
	return n, true
}
