package route

import (
	"errors"
	"slices"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"
)

// Node is one route. A node without matchers takes everything.
type Node struct {
	Receiver string          // empty: the parent's
	Matchers labels.Matchers // all of them must hold; a missing label has the empty value
	Continue bool            // siblings after a match of this one are asked as well
	// GroupBy are the labels whose values make a group. Nil: the parent's, and at the
	// top the incident alone. Empty: all that takes this route is one group.
	GroupBy []string
	// The times of a group. Nil and 0: the parent's, and at the top the defaults of
	// the severity.
	GroupWait      *time.Duration
	GroupInterval  time.Duration
	RepeatInterval time.Duration
	Escalation     *Escalation // nil: the parent's; without steps: none
	// Mute and Active hold for this node alone, not for those below it.
	Mute   []Interval // in any of these it is silent
	Active []Interval // outside all of these it is silent; none: it never is
	Routes []Node     // asked in order; without a match among them the node itself takes the incident
}

// Escalation says who is told when nobody acknowledges.
type Escalation struct {
	Name  string
	Steps []Step // by time
}

// Step is one step of an escalation.
type Step struct {
	After    time.Duration
	Receiver string
}

// LabelIncident is the label that tells incidents apart.
const LabelIncident = "incident"

// Tree is a checked routing tree. It is immutable and safe for concurrent use.
type Tree struct {
	root Node
}

// New checks the tree below root. The root names a receiver, takes everything and
// is never silent, so that no incident is without a receiver. Children get from
// their parent what they leave out.
func New(root Node) (*Tree, error) {
	switch {
	case root.Receiver == "":
		return nil, errors.New("route: the top route needs a receiver: it gets what no other route takes")
	case len(root.Matchers) > 0:
		return nil, errors.New("route: the top route takes everything: move its matchers to a route below it")
	case root.Continue:
		return nil, errors.New("route: the top route has no siblings: remove its continue")
	case len(root.Mute)+len(root.Active) > 0:
		return nil, errors.New("route: the top route is never silent: move its time intervals to a route below it")
	}
	if root.Escalation == nil {
		root.Escalation = &Escalation{}
	}
	if root.GroupBy == nil {
		root.GroupBy = []string{LabelIncident}
	}
	return &Tree{root: inherit(root, root)}, nil
}

// inherit copies the tree, so that later changes of the caller's cannot reach
// it, and fills in what nodes have from their parents.
func inherit(n, parent Node) Node {
	if n.Receiver == "" {
		n.Receiver = parent.Receiver
	}
	if n.GroupBy == nil {
		n.GroupBy = parent.GroupBy
	}
	if n.GroupWait == nil {
		n.GroupWait = parent.GroupWait
	}
	if n.GroupInterval == 0 {
		n.GroupInterval = parent.GroupInterval
	}
	if n.RepeatInterval == 0 {
		n.RepeatInterval = parent.RepeatInterval
	}
	if n.Escalation == nil {
		n.Escalation = parent.Escalation
	}
	n.Matchers, n.GroupBy = slices.Clone(n.Matchers), slices.Clone(n.GroupBy)
	n.Mute, n.Active = slices.Clone(n.Mute), slices.Clone(n.Active)
	children := make([]Node, len(n.Routes))
	for i, child := range n.Routes {
		children[i] = inherit(child, n)
	}
	n.Routes = children
	return n
}

// Root is the top of the tree, with everything that nodes get from their parents.
// It must not be changed.
func (t *Tree) Root() Node { return t.root }
