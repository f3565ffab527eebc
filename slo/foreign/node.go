package foreign

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// Builder makes the nodes of one native document. A node stands at the place of
// the foreign value it is made of. A value of another file has no place in this
// one: its nodes stand where the document refers to it.
type Builder struct {
	home, reference strictyaml.Value
}

// NewBuilder makes nodes for a native document whose home is a foreign one.
func NewBuilder(home *strictyaml.Map) Builder {
	return Builder{home: home.Value(), reference: home.Value()}
}

// Via is the builder for what another file holds and this document refers to.
func (b Builder) Via(reference strictyaml.Value) Builder {
	b.reference = reference
	return b
}

// Text is a text. It may be any that the native format reads as such, a number
// or a duration too.
func (b Builder) Text(at strictyaml.Value, text string) *yaml.Node {
	return b.place(at, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text})
}

// Plain is a value that is written without quotes: a number, true or false.
func (b Builder) Plain(at strictyaml.Value, text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: text}
	n.Tag = n.ShortTag()
	return b.place(at, n)
}

// Map is an empty mapping, to be filled with [Put].
func (b Builder) Map(at strictyaml.Value) *yaml.Node {
	return b.place(at, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"})
}

// List is a list.
func (b Builder) List(at strictyaml.Value, items ...*yaml.Node) *yaml.Node {
	return b.place(at, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items})
}

// place puts a node where a value stands.
func (b Builder) place(at strictyaml.Value, n *yaml.Node) *yaml.Node {
	position := at.Position()
	if position.File != b.home.Position().File {
		position = b.reference.Position()
	}
	n.Line, n.Column = position.Line, position.Column
	return n
}

// Put sets a key of a mapping. Without a value it does nothing.
func Put(m *yaml.Node, key string, value *yaml.Node) {
	if value == nil {
		return
	}
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key, Line: value.Line, Column: value.Column}, value)
}

// Flow writes a mapping or a list on one line: {like: this}.
func Flow(n *yaml.Node) *yaml.Node {
	if n != nil {
		n.Style |= yaml.FlowStyle
	}
	return n
}

// Comment gives a node the comments that stand above and behind a foreign value.
func Comment(n *yaml.Node, at ...strictyaml.Value) {
	for _, v := range at {
		if own := v.Node(); n != nil {
			n.HeadComment, n.LineComment = joined(n.HeadComment, own.HeadComment), joined(n.LineComment, own.LineComment)
		}
	}
}

func joined(a, b string) string {
	return strings.Trim(a+"\n"+b, "\n")
}
