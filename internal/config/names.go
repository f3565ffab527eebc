package config

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/rule"
)

// names are what is defined in one place of the file and named in others.
type names struct {
	kind, key string // "receiver", and the key that defines them
	places    map[string]strictyaml.Value
	used      map[string]bool
}

func newNames(kind, key string) names {
	return names{kind: kind, key: key, places: map[string]strictyaml.Value{}, used: map[string]bool{}}
}

// define reads the name of a definition.
func (n *names) define(v strictyaml.Value) (string, bool) {
	name, ok := v.Text()
	if !ok {
		return name, false
	}
	if first, twice := n.places[name]; twice {
		v.Errorf("%s %q is already defined at %s", n.kind, name, first.Position())
		return name, false
	}
	n.places[name] = v
	return name, true
}

// refer reads the name of what must be defined.
func (n *names) refer(v strictyaml.Value) (string, bool) {
	name, ok := v.Text()
	return name, ok && n.known(v, name)
}

// known reports whether a name that stands at v is defined.
func (n *names) known(v strictyaml.Value, name string) bool {
	n.used[name] = true
	_, known := n.places[name]
	switch {
	case known:
	case len(n.places) == 0:
		v.Errorf("unknown %s %q: define it under %s", n.kind, name, n.key)
	default:
		v.Errorf("unknown %s %q: %s", n.kind, name, strictyaml.Suggest(name, slices.Sorted(maps.Keys(n.places))))
	}
	return known
}

// warnUnused warns of what no route leads to.
func (n *names) warnUnused() {
	for name, at := range n.places {
		if !n.used[name] {
			at.Warnf(rule.UnusedDefinition, "%s %q is not used by any route", n.kind, name)
		}
	}
}
