package postmortem

import (
	"net/url"
	"strings"
	"unicode"
)

// special are the characters that may begin markup within a line.
const special = "\\`*_{}[]<>#|~&!$@"

// noLinks keeps an address from becoming a link by itself.
var noLinks = strings.NewReplacer("://", "\\://", "www.", "www\\.")

// longestText bounds a text from outside, in characters.
const longestText = 500

// plain writes a text from outside so that it reads as it is: on one line, with
// nothing of it markup and nothing invisible.
func plain(text string) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range strings.TrimSpace(text) {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Zl, unicode.Zp):
			space = true
			continue
		case unicode.In(r, unicode.Cc, unicode.Cf), r == unicode.ReplacementChar:
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		if n++; n > longestText {
			b.WriteString("…")
			break
		}
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return firstOfLine(noLinks.Replace(b.String()))
}

// firstOfLine escapes what would begin a list or a line across: a cell or an item
// may begin with it.
func firstOfLine(text string) string {
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		return "\\" + text
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits > 0 && (strings.HasPrefix(text[digits:]+" ", ". ") || strings.HasPrefix(text[digits:]+" ", ") ")) {
		return text[:digits] + "\\" + text[digits:]
	}
	return text
}

// linked is a link to an http or https address, and the text alone for any other.
func linked(text, address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return plain(text)
	}
	address = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\\", "%5C", "|", "%7C", "`", "%60").Replace(u.String())
	if strings.ContainsFunc(address, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return plain(text)
	}
	return "[" + plain(text) + "](" + address + ")"
}
