package strictyaml

import (
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	aliasMessage = "aliases (*name) are not supported: write the value out"
	mergeMessage = "merge keys (<<) are not supported: write the keys out"
	depthMessage = "nested too deeply: more than 64 levels"
)

// checkNode reports what no file may hold, whatever its keys mean. It visits
// every node once and never follows an alias, so its cost is bounded by the
// size of the file.
func (s *source) checkNode(n *yaml.Node, depth int) {
	switch {
	case n.Kind == yaml.AliasNode:
		s.errorf(n.Line, n.Column, "%s", aliasMessage)
		return
	case depth > MaxDepth:
		s.errorf(n.Line, n.Column, "%s", depthMessage)
		n.Kind, n.Content = yaml.AliasNode, nil // reported: nobody shall read it
		return
	case !plainTag(n.Tag):
		s.errorf(n.Line, n.Column, "the tag %s is not supported", n.Tag)
	}
	if n.Kind == yaml.MappingNode {
		s.checkKeys(n)
	}
	for _, child := range n.Content {
		s.checkNode(child, depth+1)
	}
}

func plainTag(tag string) bool {
	return strings.HasPrefix(tag, "!!") && tag != "!!binary" || tag == ""
}

// checkKeys reports the keys of a mapping that are repeated, no text or merges.
func (s *source) checkKeys(n *yaml.Node) {
	first := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Tag == "!!merge" {
			s.errorf(key.Line, key.Column, "%s", mergeMessage)
			continue
		}
		if key.Kind != yaml.ScalarNode {
			if key.Kind != yaml.AliasNode {
				s.errorf(key.Line, key.Column, "a key must be text")
			}
			continue
		}
		if before, ok := first[key.Value]; ok {
			s.errorf(key.Line, key.Column, "duplicate key %q: already set at %s", key.Value,
				Position{File: s.name, Line: before.Line, Column: before.Column})
			continue
		}
		first[key.Value] = key
	}
}
