package alerting

import (
	"cmp"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// What a route waits that does not say how long.
const (
	defaultGroupWait     = 30 * time.Second
	defaultGroupInterval = 5 * time.Minute
)

// grouped identifies what is told together: a group at one destination.
type grouped struct {
	to    Destination
	group string
}

// groups knows when the last message of each group left, or leaves. It stands on the
// deliveries of open incidents: a group whose incidents are over begins anew.
type groups map[grouped]time.Time

func newGroups(incidents map[string]Incident) groups {
	g := groups{}
	for _, i := range incidents {
		if !i.Open() {
			continue
		}
		for _, d := range i.Deliveries {
			g.note(grouped{Destination{Receiver: d.Receiver, Name: d.Destination}, cmp.Or(d.Group, i.ID)}, d.leaves())
		}
	}
	return g
}

func (g groups) note(key grouped, at time.Time) {
	if at.After(g[key]) {
		g[key] = at
	}
}

// leaves is when a delivery left or leaves, as far as it is known.
func (d Delivery) leaves() time.Time {
	if d.State == DeliveryOwed && d.NextAttempt.After(d.DecidedAt) {
		return d.NextAttempt
	}
	return d.DecidedAt
}

// notBefore is when a quiet message may leave. The first of an incident waits for
// others of its group, what follows keeps a distance to what left before, and what
// still waits takes all of its group along.
func (g groups) notBefore(key grouped, s standing, now time.Time) time.Time {
	wait, interval := s.groupTimes()
	at := now
	if !s.known {
		at = now.Add(wait)
	}
	switch last, alive := g[key]; {
	case !alive, last.Sub(now) > max(wait, interval): // the clock was set back
		return at
	case !last.Before(now):
		return last
	case last.Add(interval).After(at):
		return last.Add(interval)
	}
	return at
}

func (s standing) groupTimes() (wait, interval time.Duration) {
	wait = defaultGroupWait
	if s.route.GroupWait != nil {
		wait = *s.route.GroupWait
	}
	return wait, cmp.Or(s.route.GroupInterval, defaultGroupInterval)
}

// schedule puts a notification into its group and says when it may leave. Who is
// woken, who answered and who hears the end is kept waiting by nobody.
func (s *slot) schedule(n *Notification, to standing) {
	n.Group = cmp.Or(to.route.Group, to.delivery.Group, n.Incident.ID)
	key := grouped{n.Destination, n.Group}
	if s.groups == nil {
		s.groups = newGroups(s.incidents)
	}
	at := s.now
	if !n.Loud && n.Status == StatusFiring && n.Kind != EventAcked && n.Incident.Severity < slo.SeverityPage {
		at = s.groups.notBefore(key, to, s.now)
	}
	if at.After(s.now) {
		n.NotBefore = at
	}
	if n.Status == StatusFiring {
		s.groups.note(key, at)
	}
}
