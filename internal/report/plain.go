package report

import (
	"strconv"
	"strings"
	"unicode"
)

// Plain makes a text that comes from files, queries or servers safe to print on
// one line of a terminal: line breaks and tabs become spaces, and what would
// move the cursor, colour or reorder the line is shown as an escape.
func Plain(s string) string {
	if strings.IndexFunc(s, harmful) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case harmful(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Lines is [Plain] for a text that may have several lines, none of which may be a
// command to a program that reads the log of a pipeline.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, "\t"))]
		lines[i] = indent + noCommand(Plain(line[len(indent):]))
	}
	return strings.Join(lines, "\n")
}

func harmful(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar
}
