package yamlfmt

import "strings"

// scalar reads a text in braces as it is written. An anchor, a tag and what else
// has a meaning of its own is not understood.
func (p *flowParser) scalar() (string, bool) {
	c := p.next()
	switch {
	case c == '"' || c == '\'':
		n := quoted(p.text[p.at:])
		text := p.text[p.at : p.at+max(n, 0)]
		p.at += max(n, 0)
		return text, n > 0
	case c == 0 || strings.IndexByte("&*!|>%@`#,]}?", c) >= 0:
		return "", false
	}
	from := p.at
	for p.at < len(p.text) && !p.ends() {
		p.at++
	}
	text := strings.TrimRight(p.text[from:p.at], " \t")
	return text, text != ""
}

// ends reports whether a plain text ends where the parser stands.
func (p *flowParser) ends() bool {
	switch c := p.text[p.at]; c {
	case ',', '[', ']', '{', '}':
		return true
	case ':':
		return p.at+1 == len(p.text) || strings.IndexByte(" \t,[]{}", p.text[p.at+1]) >= 0
	case '#':
		return p.at > 0 && (p.text[p.at-1] == ' ' || p.text[p.at-1] == '\t')
	}
	return false
}

// quoted is the length of the quoted text at the beginning; 0 when it does not end.
func quoted(text string) int {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] != quote:
		case quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return 0
}

// cutKey cuts a line of a mapping into the key, with its colon, and what stands
// behind it.
func cutKey(line string) (key, rest string, ok bool) {
	end := 0
	if line != "" && (line[0] == '"' || line[0] == '\'') {
		end = quoted(line)
	} else if line == "" || strings.IndexByte("&*!?|>%@`#[]{},", line[0]) >= 0 {
		return "", "", false
	}
	for ; end < len(line); end++ {
		if line[end] == ':' && (end+1 == len(line) || line[end+1] == ' ' || line[end+1] == '\t') {
			return strings.TrimRight(line[:end], " \t") + ":", strings.TrimSpace(line[end+1:]), true
		}
	}
	return "", "", false
}
