// Package sheet writes tables as CSV that people open in spreadsheets.
//
// Names and reasons come from files and people, and a spreadsheet takes a text that begins
// with =, +, - or @ for a formula, which may run a program or send data away. Here every
// text stays a text, in every export alike.
package sheet

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/web/format"
)

// CSV writes lines of cells as RFC 4180 wants them. A cell that is a number stays one, any
// other is one line of text and no formula, see [Cell]. Texts in which a spreadsheet of
// any country could see the end of a cell are quoted.
func CSV(lines [][]string) []byte {
	var out bytes.Buffer
	for _, cells := range lines {
		for i, text := range cells {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(quoted(Cell(text)))
		}
		out.WriteString("\r\n")
	}
	return out.Bytes()
}

// formulas begin with one of these signs, also behind blanks that a spreadsheet drops.
const formulas = "=+-@|＝＋－＠"

// Cell is a text that no spreadsheet takes for a formula: on one line, without what cannot
// be seen, and with an apostrophe in front where it would begin one. Numbers stay as they are.
func Cell(text string) string {
	if isNumber(text) {
		return text
	}
	text = format.OneLine(text)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, unicode.IsSpace))
	if first != utf8.RuneError && strings.ContainsRune(formulas, first) {
		return "'" + text
	}
	return text
}

// isNumber is true of what programs write as a number, and of nothing else that could be
// read as one.
func isNumber(text string) bool {
	if strings.Trim(text, "0123456789.eE+-") != "" || strings.HasPrefix(text, "+") {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// quoted protects what separates cells or lines anywhere: some countries separate by
// semicolons or tabs.
func quoted(text string) string {
	if isNumber(text) || !strings.ContainsAny(text, "\",;'\t\r\n") && text == strings.TrimSpace(text) {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
