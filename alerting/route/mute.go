package route

import (
	"slices"
	"strings"
	"time"
)

// silence says what keeps the node silent at an instant: the name of the interval
// that mutes it, or that it is outside those in which it is active. Empty: nothing
// does.
func (n Node) silence(at time.Time) string {
	for _, i := range n.Mute {
		if i.Contains(at) {
			return i.Name
		}
	}
	if len(n.Active) == 0 || slices.ContainsFunc(n.Active, func(i Interval) bool { return i.Contains(at) }) {
		return ""
	}
	names := make([]string, len(n.Active))
	for i, active := range n.Active {
		names[i] = active.Name
	}
	return "outside " + strings.Join(names, ", ")
}

// horizon bounds how far ahead the end of a silence is looked for.
const horizon = 400 * 24 * time.Hour

// silentUntil is when a node that is silent at an instant speaks again; zero when
// that is not within 400 days.
func (n Node) silentUntil(at time.Time) time.Time {
	for t := n.edge(at); t.Sub(at) <= horizon; t = n.edge(t) {
		if n.silence(t) == "" {
			return t
		}
	}
	return time.Time{}
}

// edge is the first instant after t at which the silence of the node may change.
func (n Node) edge(t time.Time) time.Time {
	next := t.Add(48 * time.Hour)
	for _, i := range slices.Concat(n.Mute, n.Active) {
		next = earlier(next, i.edge(t))
	}
	return next
}
