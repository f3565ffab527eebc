package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
)

// affected is a function that burns because another one does.
type affected struct {
	Name, URL, Owner string // URL is of its own incident
	FunctionURL      string // at the time of the incident whose page lists it
	Status           badge
	Since            moment
}

// maxAffected bounds the list of affected functions of a page.
const maxAffected = 100

func affectedOf(all []alerting.Affected) (out []affected) {
	for _, a := range all[:min(len(all), maxAffected)] {
		out = append(out, affected{
			Name: a.Service + "/" + a.Function, URL: incidentPath(a.Incident), Owner: a.Owner, Since: momentOf(a.Since),
			Status: incidentBadge(alerting.Incident{Severity: a.Severity, State: alerting.IncidentOpen}),
		})
	}
	return out
}

type event struct {
	At             moment
	Kind, By, Text string
	First          moment // of what happened several times: when it did first
	Times          int    // how often; 0 and 1 are once
}

// timelineOf is a timeline for people, newest first. What destinations were told again
// and again while nothing else happened is one line for each of them.
func timelineOf(i *alerting.Incident) (out []event) {
	names := i.Destinations()
	for _, run := range alerting.Runs(i.Timeline) {
		told := alerting.ToldIn(run, names)
		times := 0
		for _, t := range told {
			times += t.Times
		}
		if len(told) == 0 || times < len(run) { // nobody was told, or somebody whose name is not known
			for _, e := range run {
				out = append(out, event{At: momentOf(e.At), Kind: e.Kind, By: e.By, Text: e.Text})
			}
			continue
		}
		for _, t := range told {
			out = append(out, event{At: momentOf(t.Last), Kind: alerting.EventNotified, Text: destinationName(i.Deliveries, t.Destination) + ": " + t.Text, First: momentOf(t.First), Times: t.Times})
		}
	}
	slices.Reverse(out)
	return out
}

// destinationName is a destination as people call it. Its own name begins with the
// receiver, and says the kind.
func destinationName(all []alerting.Delivery, name string) string {
	for _, d := range all {
		if d.Destination == name {
			return calledOf(d)
		}
	}
	return name
}

// calledOf is the destination of a delivery as people call it.
func calledOf(d alerting.Delivery) string {
	kind, name, _ := strings.Cut(strings.TrimPrefix(d.Destination, d.Receiver+"/"), "/")
	switch kind {
	case "slack":
		return "Slack " + name
	case "pagerduty":
		return "PagerDuty of " + d.Receiver
	case "webhook":
		return "Webhook of " + d.Receiver
	case "alertmanager":
		return "Alertmanager " + name
	}
	return d.Destination
}

type delivery struct {
	Called, Receiver, Destination, Attempts, LastError string
	Status                                             badge
	First, Decided, Sent, Next                         moment // First is when it was told of the incident first
	Times                                              int    // how often it was; 0 when that is not known
}

// deliveriesOf says of each destination when it was told first and last.
func deliveriesOf(i *alerting.Incident) (out []delivery) {
	told := alerting.ToldIn(i.Timeline, i.Destinations())
	for _, d := range i.Deliveries {
		row := deliveryOf(d)
		for _, t := range told {
			if t.Destination == d.Destination {
				row.First, row.Times = momentOf(t.First), t.Times
			}
		}
		out = append(out, row)
	}
	return out
}

func (s *Server) incidentItem(i alerting.Incident) incidentItem {
	out := incidentItem{
		ID: i.ID, URL: incidentPath(i.ID), Status: incidentBadge(i), Service: i.Service, Function: i.Function,
		Owner: i.Owner, Opened: momentOf(i.OpenedAt), Ended: momentOf(i.ResolvedAt),
		AckedBy: i.AckedBy, Comment: i.AckComment, Acked: momentOf(i.AckedAt), AckedUntil: momentOf(i.AckUntil), Flaps: momentOf(i.Flapping),
	}
	if !slices.ContainsFunc(i.Alerts, func(a alerting.Alert) bool { return alerting.IsSource(a.ID) }) { // a backend has no page
		out.FunctionURL = functionPath(slo.ID{Service: i.Service, Function: i.Function})
	}
	end := s.Now()
	if !i.ResolvedAt.IsZero() {
		end = i.ResolvedAt
	}
	out.Lasted = format.Span(max(end.Sub(i.OpenedAt), 0).Truncate(time.Second))
	if len(i.Fingerprint) > 0 {
		out.Class = slo.FormatClass(i.Fingerprint)
	}
	if out.Affects = len(i.Affected); i.Cause != "" {
		out.Cause = incidentPath(i.Cause)
	}
	if len(i.Alerts) > 0 {
		out.Reason = i.Alerts[0].Reason
	}
	out.Muted = mutedOf(i)
	for _, d := range i.Deliveries {
		switch d.State {
		case "undeliverable":
			out.Undeliverable++
		case "owed":
			out.Owed++
		}
	}
	return out
}

// mutedOf counts the active alerts whose messages are held back.
func mutedOf(i alerting.Incident) string {
	muted, active := 0, 0
	for _, a := range i.Alerts {
		if a.Active() {
			active++
			if len(a.MutedBy) > 0 {
				muted++
			}
		}
	}
	switch muted {
	case 0:
		return ""
	case active:
		return "held back"
	}
	return many(muted, "alert") + " of " + format.Count(int64(active)) + " held back"
}

func alertItem(a alerting.Alert) incidentAlert {
	out := incidentAlert{Name: a.ID.Name, Tier: a.Tier, Reason: a.Reason, Since: momentOf(a.Since), Muted: mutedViews(a.MutedBy)}
	if !alerting.IsSource(a.ID) { // a backend has no page
		out.URL = sloPath(a.ID)
	}
	switch {
	case a.Phase == alerting.PhaseFiring && a.Severity == slo.SeverityPage:
		out.Status = badge{Icon: "page", Word: "Firing, page", Tone: "page"}
	case a.Phase == alerting.PhaseFiring:
		out.Status = badge{Icon: "ticket", Word: "Firing, ticket", Tone: "ticket"}
	case a.Phase == alerting.PhaseRecovering:
		out.Status = badge{Icon: "recovering", Word: "Recovering", Tone: "note"}
	case a.Phase == alerting.PhasePending:
		out.Status = badge{Icon: "pending", Word: "Pending", Tone: "note"}
	default:
		out.Status = badge{Icon: "ok", Word: "OK", Tone: "good"}
	}
	return out
}

func deliveryOf(d alerting.Delivery) delivery {
	out := delivery{
		Called: calledOf(d), Receiver: d.Receiver, Destination: d.Destination, Attempts: format.Count(int64(d.Attempts)), LastError: d.LastError,
		Decided: momentOf(d.DecidedAt), Sent: momentOf(d.SentAt), Next: momentOf(d.NextAttempt),
	}
	switch d.State {
	case "sent":
		out.Status = badge{Icon: "ok", Word: "Sent", Tone: "good"}
		out.Next = moment{}
	case "undeliverable":
		out.Status = badge{Icon: "invalid", Word: "Undeliverable", Tone: "page"}
		out.Next = moment{}
	default:
		out.Status = badge{Icon: "pending", Word: "Owed", Tone: "ticket"}
	}
	return out
}

func incidentPath(id string) string { return "/incidents/" + url.PathEscape(id) }
