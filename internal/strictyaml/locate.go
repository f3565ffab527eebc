package strictyaml

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// locate finds the place of a byte of the value's text in the file. It answers
// with the start of the value where the text is folded over lines or written
// with escapes, and so does not stand there letter by letter.
func (v Value) locate(offset int) (line, column int) {
	n := v.node
	offset = min(max(offset, 0), len(n.Value))
	switch {
	case n.Kind != yaml.ScalarNode:
	case n.Style&yaml.LiteralStyle != 0:
		if line, column, ok := v.locateLiteral(offset); ok {
			return line, column
		}
	case n.Style&yaml.FoldedStyle == 0:
		if column, ok := v.locateInline(offset); ok {
			return n.Line, column
		}
	}
	return n.Line, n.Column
}

// locateLiteral finds a byte of a text after "|". Every line of it stands in
// the file as it is, behind its indentation.
func (v Value) locateLiteral(offset int) (line, column int, ok bool) {
	before := v.node.Value[:offset]
	row := strings.Count(before, "\n")
	within := before[strings.LastIndexByte(before, '\n')+1:]
	text := strings.Split(v.node.Value, "\n")[row]
	line = v.node.Line + 1 + row
	raw := strings.TrimRight(v.src.line(line), "\r")
	indent, found := strings.CutSuffix(raw, text)
	if !found || strings.Trim(indent, " ") != "" {
		return 0, 0, false
	}
	return line, len(indent) + utf8.RuneCountInString(within) + 1, true
}

// locateInline finds a byte of a text that stands on one line, plain or in
// quotes.
func (v Value) locateInline(offset int) (column int, ok bool) {
	n := v.node
	raw := []rune(v.src.line(n.Line))
	if n.Column < 1 || n.Column > len(raw) {
		return 0, false
	}
	rest := string(raw[n.Column-1:])
	quote := quoteOf(n.Style)
	inner, found := strings.CutPrefix(rest, quote)
	if !found {
		return 0, false
	}
	written := escape(n.Value, quote)
	if !strings.HasPrefix(inner, written) {
		return 0, false
	}
	before := quote + escape(n.Value[:offset], quote)
	return n.Column + utf8.RuneCountInString(before), true
}

func quoteOf(style yaml.Style) string {
	switch {
	case style&yaml.SingleQuotedStyle != 0:
		return "'"
	case style&yaml.DoubleQuotedStyle != 0:
		return `"`
	}
	return ""
}

// escape writes a text as people do inside these quotes.
func escape(text, quote string) string {
	switch quote {
	case "'":
		return strings.ReplaceAll(text, "'", "''")
	case `"`:
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
	}
	return text
}
