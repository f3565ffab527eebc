package route

import (
	"slices"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"
)

// Outcome is what became of a node that an incident came to.
type Outcome string

// The outcomes.
const (
	Takes    Outcome = "takes"     // the incident
	Passes   Outcome = "passes"    // it matches, and routes below it take the incident
	Fails    Outcome = "fails"     // a matcher does not hold
	NotAsked Outcome = "not_asked" // a sibling before it took the incident and does not continue
)

// Explanation is the way of an incident through the tree.
type Explanation struct {
	Visits []Visit // in the order of the tree; what is below a node that does not match is left out
	Hits   []Hit   // the nodes that take it; two may name the same receiver
}

// Visit is one node that an incident came to.
type Visit struct {
	Depth   int // 0 is the root
	Node    Node
	Outcome Outcome
	// Failed is the first matcher that does not hold, as it is written, and Value the
	// value of its label, empty when there is none.
	Failed string
	Label  string
	Value  string
	// Hit is, of a node that takes the incident, the place among the hits.
	Hit int
}

// Explain returns the way of an incident with these labels through the tree at an
// instant. What [Tree.Match] answers is taken from it.
func (t *Tree) Explain(lset map[string]string, at time.Time) Explanation {
	w := walk{labels: lset, at: at}
	w.visit(t.root, nil)
	return w.Explanation
}

// MutedUntil is when a hit that is muted at an instant speaks again; zero when that
// is not within 400 days.
func (e Explanation) MutedUntil(hit int, at time.Time) time.Time {
	place := slices.IndexFunc(e.Visits, func(v Visit) bool { return v.Outcome == Takes && v.Hit == hit })
	if place < 0 || e.Hits[hit].Muted == "" {
		return time.Time{}
	}
	return e.Visits[place].Node.silentUntil(at)
}

// walk goes through the tree with the labels of one incident.
type walk struct {
	Explanation
	labels map[string]string
	at     time.Time
}

// visit reports whether the node, or one below it, takes the incident.
func (w *walk) visit(n Node, path []string) bool {
	at, depth := len(w.Visits), len(path)
	w.Visits = append(w.Visits, Visit{Depth: depth, Node: n})
	if m := w.failing(n.Matchers); m != nil {
		w.Visits[at] = Visit{Depth: depth, Node: n, Outcome: Fails, Failed: m.String(), Label: m.Name, Value: w.labels[m.Name]}
		return false
	}
	path = append(slices.Clip(path), n.Matchers.String()) // clipped, so that two children never write into the same spare room
	if w.children(n, path) {
		w.Visits[at].Outcome = Passes
		return true
	}
	w.Visits[at].Outcome, w.Visits[at].Hit = Takes, len(w.Hits)
	w.Hits = append(w.Hits, n.hit(w.labels, path, w.at))
	return true
}

// children reports whether any of the routes below a node takes the incident.
func (w *walk) children(n Node, path []string) bool {
	taken, closed := false, false
	for _, child := range n.Routes {
		if closed {
			w.Visits = append(w.Visits, Visit{Depth: len(path), Node: child, Outcome: NotAsked})
			continue
		}
		if w.visit(child, path) {
			taken, closed = true, !child.Continue
		}
	}
	return taken
}

func (w *walk) failing(ms labels.Matchers) *labels.Matcher {
	for _, m := range ms {
		if !m.Matches(w.labels[m.Name]) {
			return m
		}
	}
	return nil
}
