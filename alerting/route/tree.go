package route

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
)

// Node is one route. A node without matchers takes everything.
type Node struct {
	Receiver string          // empty: the parent's
	Matchers labels.Matchers // all of them must hold; a missing label has the empty value
	Continue bool            // siblings after a match of this one are asked as well
	Routes   []Node          // asked in order; without a match among them the node itself takes the incident
}

// Tree is a checked routing tree. It is immutable and safe for concurrent use.
type Tree struct {
	root Node
}

// Hit is one receiver and the way to it.
type Hit struct {
	Receiver string
	// Path holds the matchers of every node from the root to the one that took
	// the incident, as they are written: "{}", then `{owner="team-a"}`.
	Path []string
}

// New checks the tree below root. The root names a receiver and takes
// everything, so that no incident is without one; children without a receiver
// get their parent's.
func New(root Node) (*Tree, error) {
	switch {
	case root.Receiver == "":
		return nil, errors.New("route: the top route needs a receiver: it gets what no other route takes")
	case len(root.Matchers) > 0:
		return nil, errors.New("route: the top route takes everything: move its matchers to a route below it")
	case root.Continue:
		return nil, errors.New("route: the top route has no siblings: remove its continue")
	}
	return &Tree{root: inherit(root, "")}, nil
}

// inherit copies the tree, so that later changes of the caller's cannot reach
// it, and fills in the receivers.
func inherit(n Node, parent string) Node {
	if n.Receiver == "" {
		n.Receiver = parent
	}
	n.Matchers = slices.Clone(n.Matchers)
	children := make([]Node, len(n.Routes))
	for i, child := range n.Routes {
		children[i] = inherit(child, n.Receiver)
	}
	n.Routes = children
	return n
}

// Match returns the receivers for an incident with these labels, in the order
// of the tree, each once. There is always at least one.
func (t *Tree) Match(lset map[string]string) []string {
	var receivers []string
	for _, hit := range t.Explain(lset) {
		if !slices.Contains(receivers, hit.Receiver) {
			receivers = append(receivers, hit.Receiver)
		}
	}
	return receivers
}

// Explain returns every node that takes an incident with these labels, and the
// path to it. Two hits may name the same receiver.
func (t *Tree) Explain(lset map[string]string) []Hit {
	set := make(model.LabelSet, len(lset))
	for name, value := range lset {
		set[model.LabelName(name)] = model.LabelValue(value)
	}
	return t.root.explain(set, nil)
}

func (n Node) explain(set model.LabelSet, path []string) []Hit {
	if !n.Matchers.Matches(set) {
		return nil
	}
	// Clipped, so that two children never write into the same spare room.
	path = append(slices.Clip(path), n.Matchers.String())
	var hits []Hit
	for _, child := range n.Routes {
		found := child.explain(set, path)
		hits = append(hits, found...)
		if len(found) > 0 && !child.Continue {
			break
		}
	}
	if len(hits) == 0 {
		return []Hit{{Receiver: n.Receiver, Path: path}}
	}
	return hits
}

// Check returns an error that names each receiver of the tree that is not
// known, once.
func (t *Tree) Check(known func(receiver string) bool) error {
	unknown := map[string]bool{}
	t.root.walk(func(n Node) {
		if !known(n.Receiver) {
			unknown[n.Receiver] = true
		}
	})
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(unknown)) {
		errs = append(errs, fmt.Errorf("route: receiver %q is not defined: add it to receivers", name))
	}
	return errors.Join(errs...)
}

func (n Node) walk(visit func(Node)) {
	visit(n)
	for _, child := range n.Routes {
		child.walk(visit)
	}
}
