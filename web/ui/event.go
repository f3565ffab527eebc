package ui

import (
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/format"
)

// Event is a line of a timeline.
type Event struct {
	At             Moment
	Kind, By, Text string
	First          Moment // of what happened several times: when it did first
	Times          int    // how often; 0 and 1 are once
}

// CalledOf is the destination of a delivery as people call it.
func CalledOf(d alerting.Delivery) string {
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

// Delivery is what one destination was told.
type Delivery struct {
	Called, Receiver, Destination, Attempts, LastError string
	Status                                             Badge
	First, Decided, Sent, Next                         Moment // First is when it was told of the incident first
	Times                                              int    // how often it was; 0 when that is not known
}

// DeliveryOf shows a delivery.
func DeliveryOf(d alerting.Delivery) Delivery {
	out := Delivery{
		Called: CalledOf(d), Receiver: d.Receiver, Destination: d.Destination, Attempts: format.Count(int64(d.Attempts)), LastError: d.LastError,
		Decided: MomentOf(d.DecidedAt), Sent: MomentOf(d.SentAt), Next: MomentOf(d.NextAttempt),
	}
	switch d.State {
	case "sent":
		out.Status = Badge{Icon: "ok", Word: "Sent", Tone: "good"}
		out.Next = Moment{}
	case "undeliverable":
		out.Status = Badge{Icon: "invalid", Word: "Undeliverable", Tone: "page"}
		out.Next = Moment{}
	default:
		out.Status = Badge{Icon: "pending", Word: "Owed", Tone: "ticket"}
	}
	return out
}

// EndedHow says who ended an incident.
func EndedHow(by string) string {
	if by == "" {
		return "ended by itself"
	}
	return "resolved by hand by " + by
}
