package alerting

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// maxTimeline bounds the timeline a notification carries; the incident's page
// has all of it.
const maxTimeline = 20

// owe lists what a change of an incident owes to whom, and returns the incident
// with those deliveries noted. A destination that was ever part of the incident
// stays part of it: it hears of every change, and of the end, even if it is no
// longer routed to.
func owe(i Incident, c change, s Settings, facts []Fact, now time.Time) (Incident, []Notification) {
	destinations := c.only
	if destinations == nil {
		destinations = involved(i)
		if c.status == StatusFiring && !i.held() {
			destinations = append(destinations, newcomers(i, s.Route, now)...)
		}
	}
	snapshot := i
	snapshot.Deliveries = nil
	if heard := i.audible(); i.Open() && heard > slo.SeverityNone {
		snapshot.Severity = heard
	}
	snapshot.Timeline = i.Timeline[max(0, len(i.Timeline)-maxTimeline):]
	var owed []Notification
	i.Deliveries = slices.Clone(i.Deliveries)
	for _, d := range destinations {
		n := Notification{
			EventID: eventID(i, d), Destination: d, Status: c.status, Kind: c.kind, Reason: c.reason, Loud: c.loud,
			DecidedAt: now, Incident: snapshot, Facts: facts, ExternalURL: s.ExternalURL,
		}
		owed = append(owed, n)
		i.Deliveries = noteOwed(i.Deliveries, n)
	}
	return i, owed
}

// involved are the destinations an incident has told or owes something.
func involved(i Incident) []Destination {
	var out []Destination
	for _, d := range i.Deliveries {
		out = append(out, Destination{Receiver: d.Receiver, Name: d.Destination})
	}
	return out
}

// newcomers are the destinations an incident is routed to that know nothing of
// it.
func newcomers(i Incident, route Router, now time.Time) (out []Destination) {
	if route == nil {
		return nil
	}
	known := involved(i)
	for _, r := range route(routeLabels(i), now) {
		for _, d := range r.Destinations {
			if !slices.Contains(known, d) && !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

func noteOwed(deliveries []Delivery, n Notification) []Delivery {
	d := Delivery{
		Receiver: n.Destination.Receiver, Destination: n.Destination.Name, EventID: n.EventID,
		State: DeliveryOwed, DecidedAt: n.DecidedAt, NextAttempt: n.DecidedAt,
	}
	at := slices.IndexFunc(deliveries, func(o Delivery) bool { return o.Destination == d.Destination && o.Receiver == d.Receiver })
	if at < 0 {
		return append(deliveries, d)
	}
	deliveries[at] = d
	return deliveries
}

// routeLabels are what routes match on. The severity is that at which the incident
// speaks.
func routeLabels(i Incident) map[string]string {
	labels := maps.Clone(i.Labels)
	if labels == nil {
		labels = make(map[string]string, 4)
	}
	labels["service"], labels["function"], labels["owner"] = i.Service, i.Function, i.Owner
	labels["severity"], labels["incident"] = cmp.Or(i.audible(), i.Severity).String(), i.ID
	return labels
}

// Fold makes one message of all that one destination is owed about one incident:
// the newest, oldest first in owed, tells what the others would have told. When
// the incident ended before the destination heard of it at all, the message
// says that it is late. Fold panics when owed is empty.
func Fold(owed []Notification, told bool) Notification {
	last := len(owed) - 1
	latest := owed[last]
	for _, n := range owed[:last] {
		latest.Folded = append(latest.Folded, Event{At: n.DecidedAt, Kind: n.Kind, Text: n.Reason})
		latest.Loud = latest.Loud || n.Loud && latest.Status == StatusFiring
	}
	if latest.Status == StatusResolved && !told && last > 0 {
		latest.Reason = strings.Join([]string{
			"late", "opened " + clock(owed[0].Incident.OpenedAt), "resolved " + clock(latest.Incident.ResolvedAt), latest.Reason,
		}, ", ")
	}
	return latest
}

// clock is a time of day for people, with its zone.
func clock(t time.Time) string { return t.UTC().Format("15:04 UTC") }
