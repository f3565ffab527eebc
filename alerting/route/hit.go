package route

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hit is a node that takes an incident, with all that holds for it there.
type Hit struct {
	Receiver string
	// Path holds the matchers of every node from the root to the one that took
	// the incident, as they are written: "{}", then `{owner="team-a"}`.
	Path    []string
	GroupBy []string
	// Group is the key of what is told together: the receiver, the path and the values
	// of the labels it is grouped by.
	Group          string
	GroupWait      time.Duration
	GroupInterval  time.Duration
	RepeatInterval time.Duration
	Muted          string // what keeps it silent: the name of an interval, or "outside" those in which it is active
	Escalation     Escalation
}

// The times of a group that names none, by severity: a page waits for nobody.
const (
	ticketGroupWait = 30 * time.Second
	groupInterval   = 5 * time.Minute
	pageRepeat      = 4 * time.Hour
	ticketRepeat    = 24 * time.Hour
)

// severityPage is the value of the label severity that pages have.
const severityPage = "page"

// Match returns who is told of an incident with these labels at an instant, each
// receiver once and in the order of the tree. There is always at least one. Of
// several ways to a receiver the first that is not silent holds, so that a silent
// one never hides another.
func (t *Tree) Match(lset map[string]string, at time.Time) []Hit {
	e := t.Explain(lset, at)
	told := e.Told()
	hits := make([]Hit, len(told))
	for i, place := range told {
		hits[i] = e.Hits[place]
	}
	return hits
}

// Told are the places, among the hits, of the one that holds for each receiver, in
// the order in which receivers were met.
func (e Explanation) Told() []int {
	var out []int
	for place, hit := range e.Hits {
		first := slices.IndexFunc(out, func(p int) bool { return e.Hits[p].Receiver == hit.Receiver })
		switch {
		case first < 0:
			out = append(out, place)
		case e.Hits[out[first]].Muted != "" && hit.Muted == "":
			out[first] = place
		}
	}
	return out
}

// hit is what holds for an incident that the node takes.
func (n Node) hit(lset map[string]string, path []string, at time.Time) Hit {
	h := Hit{
		Receiver: n.Receiver, Path: path, GroupBy: n.GroupBy, Group: n.group(lset, path),
		GroupWait: ticketGroupWait, GroupInterval: groupInterval, RepeatInterval: ticketRepeat,
		Muted: n.silence(at), Escalation: *n.Escalation,
	}
	if n.GroupWait != nil {
		h.GroupWait = *n.GroupWait
	}
	if lset["severity"] == severityPage { // it waits for nobody, whatever is written
		h.GroupWait, h.RepeatInterval = 0, pageRepeat
	}
	if n.GroupInterval > 0 {
		h.GroupInterval = n.GroupInterval
	}
	if n.RepeatInterval > 0 {
		h.RepeatInterval = n.RepeatInterval
	}
	return h
}

// group is written as Alertmanager writes the key of a group, after the receiver.
func (n Node) group(lset map[string]string, path []string) string {
	values := make([]string, len(n.GroupBy))
	for i, name := range n.GroupBy {
		values[i] = name + "=" + strconv.Quote(lset[name])
	}
	return n.Receiver + ":" + strings.Join(path, "/") + ":{" + strings.Join(values, ",") + "}"
}
