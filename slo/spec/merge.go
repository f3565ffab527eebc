package spec

import (
	"reflect"
	"slices"

	"gopkg.in/yaml.v3"
)

// merged puts documents that foreign ones became together where only their
// functions differ, and functions where only their SLOs do: formats with a
// document for each SLO would become files full of repeats otherwise.
func merged(documents []written) []written {
	var out []written
	for _, d := range documents {
		if last := len(out) - 1; last >= 0 && d.format != "" && out[last].format == d.format {
			if joint, ok := joinBy("functions", out[last].root, d.root, mergedFunctions); ok {
				out[last].root = joint
				continue
			}
		}
		out = append(out, d)
	}
	return out
}

// mergedFunctions adds functions to a list, or their SLOs to those of the last
// one.
func mergedFunctions(list, more []*yaml.Node) []*yaml.Node {
	for _, f := range more {
		if last := len(list) - 1; last >= 0 {
			if joint, ok := joinBy("slos", list[last], f, func(a, b []*yaml.Node) []*yaml.Node { return slices.Concat(a, b) }); ok {
				list[last] = joint
				continue
			}
		}
		list = append(list, f)
	}
	return list
}

// joinBy is a mapping with the lists that two have under a key, if they are alike
// but for these.
func joinBy(key string, a, b *yaml.Node, join func(a, b []*yaml.Node) []*yaml.Node) (*yaml.Node, bool) {
	i, j := keyIndex(a, key), keyIndex(b, key)
	if i < 0 || i != j || len(a.Content) != len(b.Content) {
		return nil, false
	}
	for k := range a.Content {
		if k != i && !alike(a.Content[k], b.Content[k]) {
			return nil, false
		}
	}
	list := *a.Content[i]
	list.Content = join(slices.Clone(list.Content), b.Content[i].Content)
	joint := *a
	joint.Content = slices.Clone(a.Content)
	joint.Content[i] = &list
	return &joint, true
}

// keyIndex is where the value of a key stands among the content of a mapping.
func keyIndex(m *yaml.Node, key string) int {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

// alike reports whether two nodes are written alike, comments included.
func alike(a, b *yaml.Node) bool {
	return reflect.DeepEqual(placeless(a), placeless(b))
}

// placeless is a node without the places it came from.
func placeless(n *yaml.Node) *yaml.Node {
	c := *n
	c.Line, c.Column, c.Content = 0, 0, nil
	for _, child := range n.Content {
		c.Content = append(c.Content, placeless(child))
	}
	return &c
}
