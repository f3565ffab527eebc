package spec

import (
	"strings"
	"unicode/utf8"
)

// The most of a file that [Excerpt] gives.
const (
	maxExcerptLines = 200
	maxExcerptLine  = 500 // bytes of one line
)

// Excerpt is the text of what a line of a file begins: that line, the first of which
// is 1, and those below it that are indented further. Where the line is not indented
// at all, it goes on to the end of the document. It is cut after 200 lines and lines
// after 500 bytes; a line that is not in the file has none.
func Excerpt(text string, line int) []string {
	all := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if line < 1 || line > len(all) {
		return nil
	}
	own := indent(all[line-1])
	end := line
	for end < len(all) && end-line < maxExcerptLines-1 && continues(all[end], own) {
		end++
	}
	for end > line && strings.TrimSpace(all[end-1]) == "" {
		end--
	}
	out := make([]string, 0, end-line+1)
	for _, l := range all[line-1 : end] {
		out = append(out, cut(strings.ToValidUTF8(l, "\uFFFD")))
	}
	return out
}

// continues reports whether a line belongs to one above it that is indented by some.
func continues(line string, own int) bool {
	switch {
	case strings.TrimSpace(line) == "":
		return true
	case own == 0:
		return !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "...")
	}
	return indent(line) > own
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func cut(line string) string {
	if len(line) <= maxExcerptLine {
		return line
	}
	end := maxExcerptLine
	for end > 0 && !utf8.RuneStart(line[end]) {
		end--
	}
	return line[:end] + "…"
}
