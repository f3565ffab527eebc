package yamlfmt

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/schema"
)

// sequence formats the items of a list, each behind its dash.
func (l *layout) sequence(n *yaml.Node, s span, indent int, at *schema.Node) []string {
	column := n.Column - 1
	var all []part
	for line := s.from; line < s.to && line < len(l.lines); line++ {
		if text := l.lines[line]; indentOf(text) == column && isDash(text[column:]) {
			all = append(all, part{body: span{from: line}})
		}
	}
	if len(all) != len(n.Content) {
		l.failed = true
		return nil
	}
	for i := range all {
		all[i].value = n.Content[i]
	}
	foot := l.parts(all, s, column)
	var item *schema.Node
	if at != nil {
		item = at.Item()
	}
	var out []string
	for i, p := range all {
		out = append(out, comments(l.of(p.head), indent, i == 0)...)
		out = append(out, l.item(p, column, indent, item)...)
	}
	return append(out, l.foot(foot, indent)...)
}

func isDash(text string) bool {
	return text == "-" || strings.HasPrefix(text, "- ")
}

// item formats one item. The comments right above it are about its first line.
func (l *layout) item(p part, column, indent int, at *schema.Node) []string {
	line := l.lines[p.body.from]
	rest := strings.TrimSpace(line[column+1:])
	if !isBlock(p.value) {
		first := joined(spaces(indent)+"-", inOrder(rest, p.value, at))
		return l.text(first, p.value, span{p.body.from + 1, p.body.to}, indent-column)
	}
	l.lines[p.body.from] = line[:column] + " " + line[column+1:]
	pinned := anyDirective(l.of(p.head))
	return dashed(l.node(p.value, p.body, indent+step, at, pinned), indent)
}

// dashed puts the dash of an item before its first line, and comments before the
// dash.
func dashed(lines []string, indent int) []string {
	var out []string
	for i, line := range lines {
		switch {
		case isBlank(line):
		case isComment(line):
			out = append(out, spaces(indent)+strings.TrimSpace(line))
		default:
			out = append(out, spaces(indent)+"- "+strings.TrimLeft(line, " "))
			return append(out, lines[i+1:]...)
		}
	}
	return append(out, spaces(indent)+"-")
}
