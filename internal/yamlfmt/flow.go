package yamlfmt

import (
	"strings"

	"github.com/slofuse/slofuse/internal/schema"
)

// flow formats what stands in braces or brackets on one line. What it does not
// understand it returns as it is.
func flow(text string, at *schema.Node) string {
	p := flowParser{text: text}
	v, ok := p.value()
	if !ok || v.kind == 0 {
		return text
	}
	tail := strings.TrimSpace(text[p.at:])
	if tail != "" && !strings.HasPrefix(tail, "#") {
		return text
	}
	if tail != "" { // a comment stays as far away as it was
		gap := len(text[p.at:]) - len(strings.TrimLeft(text[p.at:], " \t"))
		tail = spaces(gap) + tail
	}
	return v.write(at) + tail
}

// flowValue is a value in braces or brackets, or a text within.
type flowValue struct {
	kind    byte   // { or [ or 0
	text    string // of a text, as written
	entries []flowEntry
}

type flowEntry struct {
	key   string // as written; empty in a list
	colon bool
	value flowValue
}

func (v flowValue) write(at *schema.Node) string {
	switch v.kind {
	case '{':
		at = at.Mapping()
		sorted(v.entries, at, func(e flowEntry) string { return strings.Trim(e.key, `"'`) })
		return "{" + v.list(func(e flowEntry) string {
			if !e.colon {
				return e.key
			}
			return e.key + ": " + e.value.write(under(at, strings.Trim(e.key, `"'`)))
		}) + "}"
	case '[':
		var item *schema.Node
		if at = at.List(); at != nil {
			item = at.Item()
		}
		return "[" + v.list(func(e flowEntry) string { return e.value.write(item) }) + "]"
	}
	return v.text
}

func (v flowValue) list(write func(flowEntry) string) string {
	var out []string
	for _, e := range v.entries {
		out = append(out, write(e))
	}
	return strings.Join(out, ", ")
}

// flowParser reads what stands in braces, one line of it.
type flowParser struct {
	text string
	at   int
}

// next is the byte at which it stands after spaces; 0 at the end.
func (p *flowParser) next() byte {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
	if p.at >= len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *flowParser) value() (flowValue, bool) {
	switch c := p.next(); c {
	case '{':
		return p.collection(c, '}')
	case '[':
		return p.collection(c, ']')
	default:
		text, ok := p.scalar()
		return flowValue{text: text}, ok
	}
}

func (p *flowParser) collection(open, end byte) (flowValue, bool) {
	v := flowValue{kind: open}
	p.at++
	for {
		if p.next() == end {
			p.at++
			return v, true
		}
		e, ok := p.entry(open)
		if !ok {
			return v, false
		}
		v.entries = append(v.entries, e)
		switch p.next() {
		case ',':
			p.at++
		case end:
		default:
			return v, false
		}
	}
}

func (p *flowParser) entry(open byte) (e flowEntry, ok bool) {
	if open == '[' {
		e.value, ok = p.value()
		return e, ok && p.next() != ':'
	}
	if e.key, ok = p.scalar(); !ok {
		return e, false
	}
	if p.next() != ':' {
		return e, true
	}
	e.colon = true
	p.at++
	if c := p.next(); c == ',' || c == '}' {
		return e, true
	}
	e.value, ok = p.value()
	return e, ok
}
