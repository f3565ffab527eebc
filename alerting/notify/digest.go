package notify

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Digester is a [Notifier] that can tell of several incidents in one message.
type Digester interface {
	Notifier
	// Digests says what NotifyMany takes.
	Digests() Digests
	// NotifyMany is [Notifier.Notify] for notifications of one urgency and of
	// different incidents: all of them are told, or none. It returns a reference for
	// each, in their order.
	NotifyMany(ctx context.Context, many []alerting.Notification) (refs []string, err error)
}

// Digests is what a [Digester] takes at once.
type Digests struct {
	Most int // so many, at least 2
	// Always says that nobody can tell a digest from single messages, so that what
	// waits goes together.
	Always bool
	// Joins reports whether a notification may be told with others; nil is yes.
	Joins func(n alerting.Notification) bool
}

// patience is how long what is owed may take to leave one by one. What does not
// leave within it is told together.
func patience(u alerting.Urgency) time.Duration {
	if u <= alerting.UrgencyResolve {
		return 10 * time.Second
	}
	return time.Minute
}

// together takes, of what waits with the same urgency, the first that is free and
// what is to be told with it: nothing as a rule, its group, or everything when it
// is too much to be told one by one.
func (l *lane) together(u alerting.Urgency, first int, t Target, now time.Time) []alerting.Notification {
	queue := l.waiting[u]
	head := queue[first]
	digester, ok := t.Notifier.(Digester)
	if !ok || !l.joins(digester.Digests(), head) {
		return l.take(u, 1, func(n *alerting.Notification) bool { return n == head })
	}
	d := digester.Digests()
	if d.Always || l.crowd(u, d) > t.limiter.Within(u, now, patience(u)) {
		return l.take(u, d.Most, func(n *alerting.Notification) bool { return l.joins(d, n) })
	}
	return l.take(u, d.Most, func(n *alerting.Notification) bool {
		return n == head || head.Group != "" && n.Group == head.Group && l.joins(d, n)
	})
}

func (l *lane) joins(d Digests, n *alerting.Notification) bool {
	return !l.busy[n.Incident.ID] && !l.alone[n.EventID] && (d.Joins == nil || d.Joins(*n))
}

// crowd counts the messages that what waits would be, one for each group.
func (l *lane) crowd(u alerting.Urgency, d Digests) int {
	groups := map[string]bool{}
	for _, n := range l.waiting[u] {
		if l.joins(d, n) {
			groups[n.Group+"\x00"+incidentOf(n)] = true
		}
	}
	return len(groups)
}

// incidentOf tells incidents without a group apart.
func incidentOf(n *alerting.Notification) string {
	if n.Group != "" {
		return ""
	}
	return n.Incident.ID
}

// take moves what is picked, at most so many, from the queue into flight.
func (l *lane) take(u alerting.Urgency, most int, picked func(n *alerting.Notification) bool) (taken []alerting.Notification) {
	var left []*alerting.Notification
	for _, n := range l.waiting[u] {
		if len(taken) < most && !l.busy[n.Incident.ID] && picked(n) {
			taken = append(taken, *n)
			l.busy[n.Incident.ID] = true
			continue
		}
		left = append(left, n)
	}
	l.waiting[u] = left
	return taken
}
