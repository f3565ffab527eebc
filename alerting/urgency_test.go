package alerting

import (
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestWhatIsOwedLeavesInTheOrderOfItsUrgency(t *testing.T) {
	firing := func(s slo.Severity) Notification {
		return Notification{Status: StatusFiring, Kind: EventOpened, Incident: Incident{Severity: s}}
	}
	with := func(n Notification, change func(*Notification)) Notification {
		change(&n)
		return n
	}
	page, ticket := firing(slo.SeverityPage), firing(slo.SeverityTicket)
	for name, tc := range map[string]struct {
		n    Notification
		want Urgency
	}{
		"a page":                       {page, UrgencyPage},
		"a page said again":            {with(page, func(n *Notification) { n.Kind = EventStillBurning }), UrgencyPage},
		"the end of a page":            {with(page, func(n *Notification) { n.Status = StatusResolved }), UrgencyResolve},
		"the end of a ticket":          {with(ticket, func(n *Notification) { n.Status = StatusResolved }), UrgencyResolve},
		"a page that somebody took":    {with(page, func(n *Notification) { n.Incident.State = IncidentAcked }), UrgencyResolve},
		"a rise of what somebody took": {with(page, func(n *Notification) { n.Incident.State, n.Loud = IncidentAcked, true }), UrgencyPage},
		"a ticket":                     {ticket, UrgencyTicket},
		"a ticket said again":          {with(ticket, func(n *Notification) { n.Kind = EventStillBurning }), UrgencyDigest},
		"a ticket that flaps":          {with(ticket, func(n *Notification) { n.Kind = EventFlapping }), UrgencyDigest},
		"a notice":                     {firing(slo.SeverityNone), UrgencyDigest},
		"a page that follows another":  {with(page, func(n *Notification) { n.Incident.Cause = "inc1" }), UrgencyDigest},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.n.Urgency(); got != tc.want {
				t.Errorf("urgency %d, want %d", got, tc.want)
			}
		})
	}
}
