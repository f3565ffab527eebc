package alerting

import (
	"cmp"

	"github.com/slofuse/slofuse/slo"
)

// Recheck is what a notification that waited long becomes in view of its incident
// as it stands now: an end, when it is over; quiet, when somebody has taken it.
// Held says that nobody is to be told for now, since what burns is muted or the
// incident of a cause tells of it. The facts stay those of the decision.
func Recheck(n Notification, now Incident) (latest Notification, held bool) {
	notice := n.Incident.Severity == slo.SeverityNone
	n.Incident = snapshot(now)
	if notice {
		n = n.asNotice()
	}
	switch {
	case n.Status == StatusResolved:
		return n, false
	case !now.Open():
		n.Status, n.Kind, n.Loud = StatusResolved, EventResolved, false
		n.Reason = "over since " + clock(now.ResolvedAt)
		if now.ResolvedBy != "" {
			n.Reason += ", resolved by " + now.ResolvedBy
		}
	case now.State == IncidentAcked:
		n.Kind, n.Loud = EventAcked, false
		n.Reason = "acknowledged by " + cmp.Or(now.AckedBy, somebody) + "; " + n.Reason
	case now.held():
		return n, true
	}
	return n, false
}
