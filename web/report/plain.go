package report

import (
	"strings"

	"github.com/slofuse/slofuse/web/format"
)

// escapes keep a text from being markup or the end of a cell.
var escapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "|", `\|`, "#", `\#`, "!", `\!`,
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "://", "&#58;//", "www.", "www&#46;", "@", "&#64;",
)

// text is a text in Markdown.
func text(s string) string { return escapes.Replace(format.OneLine(s)) }
