package lint

import (
	"math"
	"regexp"
	"strings"
)

// aim finds the lines that a comment is about. With ignore/next-line these are
// the next line that holds more than a comment, and all that is indented below
// it: the SLO or the function that begins there. False: there are none.
func (c *comment) aim(verb string, lines []string, inText []bool) bool {
	switch verb {
	case wholeFile:
		c.from, c.to = 1, math.MaxInt
		return true
	case thisLine:
		c.from, c.to = c.line, c.line
		return true
	}
	first := c.line // the index of the line after the comment
	for first < len(lines) && blank(lines[first]) {
		first++
	}
	if first == len(lines) {
		return false
	}
	last := first
	for i := first + 1; i < len(lines); i++ {
		switch {
		case blank(lines[i]) && !inText[i]:
		case indent(lines[i]) > indent(lines[first]) || inText[i]:
			last = i
		default:
			c.from, c.to = first+1, last+1
			return true
		}
	}
	c.from, c.to = first+1, last+1
	return true
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// blank reports whether a line holds nothing but a comment, if that.
func blank(line string) bool {
	text := strings.TrimSpace(line)
	return text == "" || text[0] == '#'
}

// commentStart is the place of the # that begins a comment; -1 without one. A #
// within quotes or within a word begins none.
func commentStart(line string) int {
	quote := byte(0)
	for i := range len(line) {
		before := byte(' ')
		if i > 0 {
			before = line[i-1]
		}
		switch ch := line[i]; {
		case quote != 0 && ch == quote && (quote == '\'' || before != '\\'):
			quote = 0
		case quote != 0:
		case (ch == '"' || ch == '\'') && strings.IndexByte(" \t[{,:(", before) >= 0:
			quote = ch
		case ch == '#' && (before == ' ' || before == '\t'):
			return i
		}
	}
	return -1
}

// blockStart is a line whose value is a text on the lines below it.
var blockStart = regexp.MustCompile(`(^|[\s:-])[|>][-+0-9]{0,2}$`)

// textLines tells the lines that are part of a text after | or >, in which a #
// is a letter like others.
func textLines(lines []string) []bool {
	in := make([]bool, len(lines))
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if at := commentStart(line); at >= 0 {
			line = line[:at]
		}
		if !blockStart.MatchString(strings.TrimRight(line, " \t\r")) {
			continue
		}
		depth := 0
		for j := i + 1; j < len(lines); j++ {
			empty := strings.TrimSpace(lines[j]) == ""
			if depth == 0 && !empty {
				depth = indent(lines[j])
			}
			if !empty && (indent(lines[j]) < depth || depth <= indent(lines[i])) {
				break
			}
			in[j], i = true, j
		}
	}
	return in
}
