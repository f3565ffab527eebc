package yamlfmt

import (
	"regexp"
	"slices"
	"strings"
)

// directive is a comment that is said to slofuse about the line that it stands in
// or the one below: that line must stay there. What is said about the whole file may
// stand anywhere.
var (
	directive   = regexp.MustCompile(`#\s*slofuse[ :]`)
	ofWholeFile = regexp.MustCompile(`#\s*slofuse\s+ignore/file\b`)
)

func isBlank(line string) bool { return strings.TrimSpace(line) == "" }

func isComment(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") }

// indentOf counts the columns before the text of a line.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

func anyDirective(lines []string) bool {
	return slices.ContainsFunc(lines, func(line string) bool {
		return directive.MatchString(line) && !ofWholeFile.MatchString(line)
	})
}

// tidy takes blank lines away at both ends and leaves one where there are many.
func tidy(lines []string) []string {
	var out []string
	blank := false
	for _, line := range lines {
		if isBlank(line) {
			blank = len(out) > 0
			continue
		}
		if blank {
			out = append(out, "")
		}
		out, blank = append(out, strings.TrimRight(line, " \t")), false
	}
	return out
}

// comments are the lines between keys, indented: comments, and at most one blank
// line in a row. A blank line at the beginning is kept unless they come first.
func comments(lines []string, indent int, first bool) []string {
	var out []string
	for i, line := range lines {
		switch {
		case !isBlank(line):
			out = append(out, spaces(indent)+strings.TrimSpace(line))
		case i == 0 && !first, len(out) > 0 && out[len(out)-1] != "":
			out = append(out, "")
		}
	}
	return out
}

// shift moves lines that belong to a text. What stands in a block of text is left
// as it is to the last space; so is everything to the right of what is moved.
func shift(lines []string, by int, block bool) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		switch {
		case isBlank(line) && !block:
		case by < 0:
			out[i] = line[min(-by, indentOf(line)):]
		case line != "":
			out[i] = spaces(by) + line
		}
	}
	return out
}
