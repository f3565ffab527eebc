package alerting

import "github.com/slofuse/slofuse/slo"

// Urgency orders what is owed to one destination: the lower, the sooner it
// leaves. It is part of the database: never give a number another meaning.
type Urgency int

// The urgencies: who is woken first, then who may go back to sleep, then what can
// wait for the morning, then what is only said again.
const (
	UrgencyPage    Urgency = iota
	UrgencyResolve         // an end, or that somebody has taken it
	UrgencyTicket
	UrgencyDigest // a notice, or what still goes on
)

// Urgencies is how many there are.
const Urgencies = 4

// Urgency says how soon the notification has to leave.
func (n Notification) Urgency() Urgency {
	switch i := n.Incident; {
	case n.Status == StatusResolved, i.State == IncidentAcked && !n.Loud:
		return UrgencyResolve
	case i.Cause != "" && !n.Loud, i.Severity == slo.SeverityNone:
		return UrgencyDigest
	case i.Severity == slo.SeverityPage:
		return UrgencyPage
	case n.Kind == EventStillBurning, n.Kind == EventFlapping:
		return UrgencyDigest
	}
	return UrgencyTicket
}
