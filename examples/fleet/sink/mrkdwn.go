package sink

import (
	"strings"
)

// span is a run of text with one look.
type span struct {
	Text   string
	Bold   bool
	Italic bool
	Strike bool
	Code   bool
	Pre    bool
	Rings  bool   // a mention: whoever is meant hears of it
	URL    string // where it leads; empty is nowhere
}

// entities are the three that Slack has senders escape.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// parseMrkdwn reads Slack's markup into spans. What is no valid markup is text;
// nothing of the input becomes HTML, the page escapes it.
func parseMrkdwn(text string) []span {
	p := parser{rest: text}
	for p.rest != "" {
		p.step()
	}
	p.flush()
	return p.spans
}

type parser struct {
	rest  string
	text  strings.Builder
	look  span // of the text that is being gathered
	last  byte // before rest; 0 at the start
	spans []span
}

// step consumes one piece of markup or one byte.
func (p *parser) step() {
	switch {
	case p.fenced("```", func(s *span) { s.Pre = true }):
	case p.rest[0] == '`' && p.fenced("`", func(s *span) { s.Code = true }):
	case p.rest[0] == '<' && p.angle():
	case strings.IndexByte("*_~", p.rest[0]) >= 0 && p.toggle(p.rest[0]):
	default:
		p.text.WriteByte(p.rest[0])
		if p.rest[0] == '\n' {
			p.flush()
			p.look = span{}
		}
		p.advance(1)
	}
}

func (p *parser) advance(n int) {
	p.last, p.rest = p.rest[n-1], p.rest[n:]
}

// flush ends the current span.
func (p *parser) flush() {
	if p.text.Len() > 0 {
		s := p.look
		s.Text = entities.Replace(p.text.String())
		p.spans = append(p.spans, s)
		p.text.Reset()
	}
}

// add appends a span of its own that inherits the current look.
func (p *parser) add(text string, change func(*span)) {
	p.flush()
	s := p.look
	s.Text = entities.Replace(text)
	change(&s)
	p.spans = append(p.spans, s)
}

// fenced consumes text between two fences, in which nothing is markup.
func (p *parser) fenced(fence string, change func(*span)) bool {
	if !strings.HasPrefix(p.rest, fence) {
		return false
	}
	inside, _, closed := strings.Cut(p.rest[len(fence):], fence)
	if !closed || inside == "" {
		return false
	}
	p.add(inside, change)
	p.advance(len(inside) + 2*len(fence))
	return true
}

// angle consumes a link <url|text>, a mention <@id> or a command
// <!date^…|fallback>.
func (p *parser) angle() bool {
	inside, _, closed := strings.Cut(p.rest[1:], ">")
	if !closed || inside == "" || strings.ContainsAny(inside, "<\n") {
		return false
	}
	target, label, labelled := strings.Cut(inside, "|")
	switch target[:min(1, len(target))] {
	case "":
		return false
	case "!", "@", "#":
		if !labelled {
			label = strings.Replace(target, "!", "@", 1)
		}
		mentions := target[0] != '!' || !labelled
		p.add(label, func(s *span) { s.Rings = mentions && target[0] != '#'; s.Bold = s.Bold || mentions })
	default:
		if !labelled {
			label = target
		}
		p.add(label, func(s *span) { s.URL = entities.Replace(target) })
	}
	p.advance(len(inside) + 2)
	return true
}

// toggle begins or ends bold, italic or struck text. As in Slack, a mark counts
// only at the edge of a word, and only within a line.
func (p *parser) toggle(mark byte) bool {
	on := map[byte]*bool{'*': &p.look.Bold, '_': &p.look.Italic, '~': &p.look.Strike}[mark]
	if *on {
		if len(p.rest) > 1 && isWord(p.rest[1]) {
			return false
		}
	} else if isWord(p.last) || !closes(p.rest, mark) {
		return false
	}
	p.flush()
	*on = !*on
	p.advance(1)
	return true
}

// closes reports whether a mark at the start of text has a partner in its line.
func closes(text string, mark byte) bool {
	line, _, _ := strings.Cut(text[1:], "\n")
	return len(line) > 1 && line[0] != ' ' && line[0] != mark && strings.IndexByte(line, mark) > 0
}

func isWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b >= 0x80
}
