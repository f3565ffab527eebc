package report

import (
	"strings"
	"unicode"
)

// plain makes a text one line: what breaks lines is a blank, and what cannot be seen,
// or would turn the direction of what follows, is left out.
func plain(text string) string {
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

// escapes keep a text from being markup or the end of a cell.
var escapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "|", `\|`, "#", `\#`, "!", `\!`,
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "://", "&#58;//", "www.", "www&#46;", "@", "&#64;",
)

// text is a text in Markdown.
func text(s string) string { return escapes.Replace(plain(s)) }
