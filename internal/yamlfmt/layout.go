package yamlfmt

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/schema"
)

// step is how many columns a level is indented.
const step = 2

// layout moves the lines of one document. Dashes are taken out of the lines on the
// way, so that the first key of an item stands alone like the others.
type layout struct {
	lines  []string
	failed bool // the lines are not where the nodes say: nothing of the result is to be used
}

// span is a range of lines, the last one left out.
type span struct{ from, to int }

func (l *layout) of(s span) []string {
	if s.from > s.to || s.to > len(l.lines) {
		l.failed = true
		return nil
	}
	return l.lines[s.from:s.to]
}

// document formats a whole document. What stands above its first key stays there.
func (l *layout) document(root *yaml.Node, at *schema.Node) []string {
	if !isBlock(root) {
		return tidy(l.lines)
	}
	first := root.Line - 1
	head := l.of(span{0, first})
	out := tidy(head)
	if len(out) > 0 && isBlank(head[len(head)-1]) {
		out = append(out, "")
	}
	near := len(head)
	for near > 0 && isComment(head[near-1]) {
		near--
	}
	return append(out, l.node(root, span{first, len(l.lines)}, 0, at, anyDirective(head[near:]))...)
}

// isBlock reports whether a node is a mapping or a list without braces.
func isBlock(n *yaml.Node) bool {
	return (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0
}

// node formats a mapping or a list that stands in lines of its own.
func (l *layout) node(n *yaml.Node, s span, indent int, at *schema.Node, pinned bool) []string {
	if n.Kind == yaml.SequenceNode {
		return l.sequence(n, s, indent, at.List())
	}
	return l.mapping(n, s, indent, at.Mapping(), pinned)
}

// part is a key or an item with what stands above it.
type part struct {
	key        string
	head, body span
	value      *yaml.Node
}

// parts divides lines among the keys or items that begin at some of them, in a
// column. What is left at the end belongs to none.
func (l *layout) parts(all []part, s span, column int) (foot span) {
	for i := range all {
		all[i].head.to = all[i].body.from
		if i == 0 {
			all[i].head.from = s.from
			continue
		}
		all[i].head.from = l.above(span{all[i-1].body.from + 1, all[i].body.from}, column, all[i-1].value)
		all[i-1].body.to = all[i].head.from
	}
	last := &all[len(all)-1]
	last.body.to = l.above(span{last.body.from + 1, s.to}, column, last.value)
	return span{last.body.to, s.to}
}

// above is the first of the comments and blank lines at the end of some lines that
// do not belong to the value before them: comments indented deeper do.
func (l *layout) above(s span, column int, before *yaml.Node) int {
	at := s.to
	for at > s.from && at <= len(l.lines) {
		line := l.lines[at-1]
		if isBlank(line) && !keepsBlanks(before) || isComment(line) && indentOf(line) <= column {
			at--
			continue
		}
		break
	}
	return at
}

// keepsBlanks reports whether the blank lines after a value are part of it.
func keepsBlanks(n *yaml.Node) bool {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	block := n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	return block && (strings.HasSuffix(n.Value, "\n\n") || strings.Trim(n.Value, "\n") == "")
}

// mapping formats the keys of a mapping in the order of the schema. A comment that
// says something to slofuse about one of them keeps all in their places.
func (l *layout) mapping(n *yaml.Node, s span, indent int, at *schema.Node, pinned bool) []string {
	column := n.Column - 1
	var all []part
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		line := key.Line - 1
		if key.Column-1 != column || line < s.from || line >= s.to || indentOf(l.lines[line]) != column || len(all) > 0 && line <= all[len(all)-1].body.from {
			l.failed = true
			return nil
		}
		all = append(all, part{key: key.Value, body: span{from: line}, value: n.Content[i+1]})
	}
	foot := l.parts(all, s, column)
	for _, p := range all {
		pinned = pinned || anyDirective(l.of(span{p.head.from, p.body.from + 1}))
	}
	if !pinned {
		sortParts(all, at)
	}
	var out []string
	for i, p := range all {
		out = append(out, comments(l.of(p.head), indent, i == 0)...)
		out = append(out, l.entry(p, column, indent, under(at, p.key))...)
	}
	return append(out, l.foot(foot, indent)...)
}

// foot are the comments after the last key, without the blank lines after them.
func (l *layout) foot(s span, indent int) []string {
	lines := l.of(s)
	for len(lines) > 0 && isBlank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return comments(lines, indent, false)
}

func under(at *schema.Node, key string) *schema.Node {
	if at == nil {
		return nil
	}
	return at.Key(key)
}

// entry formats a key with its value.
func (l *layout) entry(p part, column, indent int, at *schema.Node) []string {
	key, rest, ok := cutKey(l.lines[p.body.from][column:])
	if !ok {
		l.failed = true
		return nil
	}
	below := span{p.body.from + 1, p.body.to}
	if isBlock(p.value) {
		return append([]string{joined(spaces(indent)+key, rest)}, l.node(p.value, below, indent+step, at, false)...)
	}
	return l.text(joined(spaces(indent)+key, inOrder(rest, p.value, at)), p.value, below, indent-column)
}

// text is the first line of a value and the others, moved.
func (l *layout) text(first string, v *yaml.Node, below span, by int) []string {
	block := v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	return append([]string{first}, shift(l.of(below), by, block)...)
}

// inOrder is what stands behind a key or a dash, with what is in braces in order.
func inOrder(rest string, v *yaml.Node, at *schema.Node) string {
	if v.Kind == yaml.ScalarNode {
		return rest
	}
	return flow(rest, at)
}

// joined is a key or a dash with what stands behind it.
func joined(key, rest string) string {
	if rest == "" {
		return key
	}
	return key + " " + rest
}
