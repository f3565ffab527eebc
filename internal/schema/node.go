package schema

import "slices"

// Node is what may stand at one place of a file. What it does not say is not
// restricted.
type Node struct {
	name        string // under which it stands once for all places that have it; empty: in place
	description string
	types       []string // of JSON, any of them; none where forms or values say it
	pattern     string   // of a text
	values      []any    // the only ones
	low, high   *float64 // of a number
	above       *float64 // of a number, itself left out
	below       *float64 // the same
	longest     int      // characters of a text; 0: any
	standard    any      // what holds when the key is left out; nil: nothing to tell
	examples    []any

	keys     []Key
	exactly  [][]string          // of these sets of keys one must be there
	together map[string][]string // a key, and those it cannot stand without
	rest     *Node               // the value of keys that are names; nil: there are no other keys
	called   *Node               // what such a name looks like

	item  *Node // of a list
	least int   // items of a list

	forms []*Node // it is any of these
}

// Key is a key of a mapping.
type Key struct {
	Name     string
	Required bool
	Node     *Node
}

// Keys are the keys of a mapping, in the order in which people read them.
func (n *Node) Keys() []Key { return n.keys }

// Key is what stands under a key of a mapping: nil where it is not known.
func (n *Node) Key(name string) *Node {
	for _, k := range n.keys {
		if k.Name == name {
			return k.Node
		}
	}
	return n.rest
}

// Item is what a list holds.
func (n *Node) Item() *Node { return n.item }

// Description says what the value means.
func (n *Node) Description() string { return n.description }

// Values are the only ones that the node may have; none: others are fine.
func (n *Node) Values() []any { return n.values }

// Default is what holds where the key is left out; nil: nothing that is written down.
func (n *Node) Default() any { return n.standard }

// Mapping is the form of a node that is a mapping: nil where it has none. A nil
// node has no form.
func (n *Node) Mapping() *Node { return n.form("object") }

// List is the form of a node that is a list: nil where it has none.
func (n *Node) List() *Node { return n.form("array") }

func (n *Node) form(kind string) *Node {
	if n == nil {
		return nil
	}
	if slices.Contains(n.types, kind) {
		return n
	}
	for _, f := range n.forms {
		if found := f.form(kind); found != nil {
			return found
		}
	}
	return nil
}
