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
// has all of it. So it is with the affected functions.
const (
	maxTimeline = 20
	maxListed   = 50
)

// saying is what one destination is told.
type saying struct {
	to standing
	change
}

// owe decides what the destinations of an incident are owed, and notes it with the
// incident; it reports whether that changed. A destination that was ever part of the incident stays part of
// it: it hears of every change, and of the end, even if it is no longer routed to.
func (s *slot) owe(i *Incident, all []standing, news *change) (changed bool) {
	var say []saying
	for _, to := range all {
		c := to.owes(*i, cmp.Or(to.apart, news), s.now)
		switch {
		case c == nil:
		case to.silent(*c):
			changed = s.silence(i, to) || changed
		default:
			say = append(say, saying{to, *c})
		}
	}
	if len(say) == 0 {
		return changed
	}
	late := func(what saying) bool { return news == nil && what.kind == EventUnmuted && len(i.Escalated) == 0 }
	if slices.ContainsFunc(say, late) || news == nil && len(i.Deliveries) == 0 {
		i.CallingSince = s.now // until now nobody could answer
	}
	s.repeated(i, say)
	snapshot, facts := snapshot(*i), s.facts(*i)
	i.Deliveries = slices.Clone(i.Deliveries)
	for _, what := range say {
		n := s.notification(snapshot, what)
		if n.Facts = facts; n.Status == StatusResolved {
			n.Facts = foretellNothing(facts)
		}
		s.decided.Owed = append(s.decided.Owed, n)
		i.Deliveries = noteOwed(i.Deliveries, n)
	}
	return true
}

func (s *slot) notification(i Incident, say saying) Notification {
	n := Notification{
		EventID: eventID(i, say.to.to), Destination: say.to.to, Status: say.status, Kind: say.kind, Reason: say.reason, Loud: say.loud,
		DecidedAt: s.now, Incident: i, ExternalURL: s.engine.settings.ExternalURL,
	}
	if say.to.informed {
		n = n.asNotice()
	}
	s.schedule(&n, say.to)
	return n
}

// asNotice makes a message wake nobody.
func (n Notification) asNotice() Notification {
	n.Loud = false
	if n.Status == StatusFiring {
		n.Incident.Severity = slo.SeverityNone
	}
	return n
}

// snapshot is an incident as a notification carries it: at the severity at which it
// speaks.
func snapshot(i Incident) Incident {
	i.Deliveries, i.Informed = nil, nil
	listed := min(len(i.Affected), maxListed)
	i.Affected, i.Unlisted = i.Affected[:listed], len(i.Affected)-listed
	i.Timeline = i.Timeline[max(0, len(i.Timeline)-maxTimeline):]
	if heard := i.audible(); i.Open() && heard > slo.SeverityNone {
		i.Severity = heard
	}
	return i
}

func noteOwed(deliveries []Delivery, n Notification) []Delivery {
	d := Delivery{
		Receiver: n.Destination.Receiver, Destination: n.Destination.Name, EventID: n.EventID,
		State: DeliveryOwed, Status: n.Status, Sequence: n.Incident.Sequence, Group: n.Group,
		DecidedAt: n.DecidedAt, NextAttempt: n.DecidedAt,
	}
	if n.NotBefore.After(n.DecidedAt) {
		d.NextAttempt = n.NotBefore
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
// the newest, oldest first in owed, tells what the others would have told, and rings
// for them unless it is over or somebody is on it. When
// the incident ended before the destination heard of it at all, the message
// says that it is late. Fold panics when owed is empty.
func Fold(owed []Notification, told bool) Notification {
	last := len(owed) - 1
	latest := owed[last]
	for _, n := range owed[:last] {
		latest.Folded = append(latest.Folded, Event{At: n.DecidedAt, Kind: n.Kind, Text: n.Reason})
		latest.Loud = latest.Loud || n.Loud && latest.Status == StatusFiring && latest.Incident.State != IncidentAcked
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
