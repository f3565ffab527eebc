package format

import (
	"strings"
	"unicode"
)

// OneLine makes a text one line: what breaks lines is a blank, and what cannot be seen,
// or would turn the direction of what follows, is left out.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
}
