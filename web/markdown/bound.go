package markdown

import "bytes"

// What a text that people wrote does not come near. A parser walks each level for
// every line, and compares marks of one paragraph with each other.
const (
	deepest   = 50   // quotes and lists within each other
	mostMarks = 1000 // of a paragraph: brackets, stars, underscores and the like
)

// excessive reports whether a text costs more to parse than it can be worth.
func excessive(source []byte) bool {
	marks := 0
	for line := range bytes.Lines(source) {
		text := bytes.TrimSpace(line)
		if len(text) == 0 {
			marks = 0
		}
		for _, c := range text {
			if bytes.IndexByte([]byte("[]*_~`<&!"), c) >= 0 {
				marks++
			}
		}
		if marks > mostMarks || openings(text) > deepest {
			return true
		}
	}
	return false
}

// openings is how many quotes and items of lists a line may begin.
func openings(line []byte) (n int) {
	for i, c := range line {
		switch {
		case c == '>' || c == '+' || c == '.' || c == ')' || c == '-' || c == '*':
			n++
		case c != ' ' && c != '\t' && (c < '0' || c > '9'):
			return n
		}
		if i > 0 && c == line[i-1] && (c == '-' || c == '*') { // a line across, or emphasis
			n--
		}
	}
	return n
}
