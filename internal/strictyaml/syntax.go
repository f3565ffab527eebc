package strictyaml

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	syntaxMessage = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// grammarMessages are the messages of the second stage of the YAML library,
// which counts lines from 0 where the first stage counts from 1.
var grammarMessages = []string{
	"did not find expected '-' indicator",
	"did not find expected key",
	"did not find expected ',' or ']'",
	"did not find expected ',' or '}'",
	"did not find expected node content",
	"did not find expected <document start>",
	"did not find expected <stream-start>",
	"found duplicate %YAML directive",
	"found duplicate %TAG directive",
	"found incompatible YAML document",
	"found undefined tag handle",
}

// syntaxAdvice says what usually is behind a message.
var syntaxAdvice = map[string]string{
	"did not find expected ',' or '}'":                      "is a brace missing, or a text with { } [ ] , : or # inside { … } without quotes?",
	"did not find expected ',' or ']'":                      "is a bracket missing, or a text with [ ] , : or # inside [ … ] without quotes?",
	"mapping values are not allowed in this context":        "check the indentation, and quote a text that holds a colon and a space",
	"did not find expected key":                             "check the indentation",
	"did not find expected '-' indicator":                   "check the indentation",
	"could not find expected ':'":                           "is a colon missing, or a quote not closed?",
	"found unexpected end of stream":                        "is a quote not closed?",
	"found character that cannot start any token":           "quote a text that starts with @, ` or %",
	"did not find expected alphabetic or numeric character": "quote a text that starts with * or &",
}

const maxDepthMessage = "exceeded max depth"

// syntaxError turns an error of the YAML library into a problem. The library
// gives a line at best, so the column is that of the line's first character.
func (s *source) syntaxError(err error) {
	parts := syntaxMessage.FindStringSubmatch(err.Error())
	if parts == nil {
		s.errorf(1, 1, "not valid YAML")
		return
	}
	line, _ := strconv.Atoi(parts[1])
	message := parts[2]
	if slices.Contains(grammarMessages, message) {
		line++
	}
	line = min(max(line, 1), s.lastLine())
	switch anchor := unknownAnchor.FindStringSubmatch(message); {
	case anchor != nil:
		line, column := s.find("*" + anchor[1])
		s.errorf(line, column, "%s", aliasMessage)
	case strings.HasPrefix(message, maxDepthMessage):
		s.errorf(line, 1, "%s", depthMessage)
	case message == "found character that cannot start any token" && s.tabColumn(line) > 0:
		s.errorf(line, s.tabColumn(line), "a tab cannot indent YAML: use spaces")
	default:
		s.errorf(line, s.firstColumn(line), "not valid YAML: %s%s", message, advice(message))
	}
}

func advice(message string) string {
	if text, ok := syntaxAdvice[message]; ok {
		return ": " + text
	}
	return ""
}

// lastLine is the number of the last line that is not blank.
func (s *source) lastLine() int {
	for i := len(s.lines); i > 1; i-- {
		if strings.TrimSpace(s.lines[i-1]) != "" {
			return i
		}
	}
	return 1
}

func (s *source) firstColumn(line int) int {
	text := s.line(line)
	return len(text) - len(strings.TrimLeft(text, " \t")) + 1
}

// tabColumn is the column of a tab in the indentation of a line; 0 without one.
func (s *source) tabColumn(line int) int {
	text := s.line(line)
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t-"))]
	return strings.IndexByte(indent, '\t') + 1
}

func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return s.lines[n-1]
}

// find returns the first place that holds the text, or the start of the file.
func (s *source) find(text string) (line, column int) {
	for i, l := range s.lines {
		if before, _, ok := strings.Cut(l, text); ok {
			return i + 1, len([]rune(before)) + 1
		}
	}
	return 1, 1
}
