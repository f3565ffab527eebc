package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/slo/rule"
)

// Limits of what is read. Files that people write stay far below.
const (
	MaxSize  = 1 << 20 // bytes of a file
	MaxDepth = 64      // lists and mappings inside each other

	maxMessage = 1000 // bytes of what is said about one problem, which may quote the file
)

// source is a file while it is read: its name, its lines for finding columns,
// and where its problems go.
type source struct {
	name   string
	lines  []string
	report *Report
}

func (s *source) errorf(line, column int, format string, args ...any) {
	s.add(rule.Invalid, line, column, fmt.Sprintf(format, args...))
}

func (s *source) add(r rule.Name, line, column int, message string) {
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	at := Position{File: s.name, Line: max(line, 1), Column: max(column, 1)}
	s.report.add(Problem{Position: at, Rule: r, Message: message})
}

// Parse reads the documents of a file. Several documents, separated by "---",
// are returned in order and empty ones left out; a file without any content is
// a problem. Documents before a syntax error are returned as well. The report
// already holds what is wrong with the YAML itself, and collects what the
// caller finds while it reads the documents.
func Parse(name string, data []byte) ([]Value, *Report) {
	s := &source{name: name, report: new(Report)}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !s.checkBytes(data) {
		return nil, s.report
	}
	s.lines = strings.Split(string(data), "\n")
	var docs []Value
	for _, root := range s.documents(data) {
		if root.Tag != "!!null" {
			s.checkNode(root, 0)
			docs = append(docs, Value{node: root, src: s, name: "the file"})
		}
	}
	if len(docs) == 0 && s.report.Errors() == 0 {
		s.errorf(1, 1, "the file is empty")
	}
	return docs, s.report
}

// documents composes the nodes of the stream up to its end or its first syntax
// error.
func (s *source) documents(data []byte) []*yaml.Node {
	var roots []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := decodeNode(decoder, &doc)
		if errors.Is(err, io.EOF) {
			return roots
		}
		if err != nil {
			s.syntaxError(err)
			return roots
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
			roots = append(roots, doc.Content[0])
		}
	}
}

// decodeNode shields the caller from the parser: it is frozen, and input nobody
// foresaw must be an error of the file, not the end of the process.
func decodeNode(decoder *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML parser gave up: %v", r)
		}
	}()
	return decoder.Decode(into)
}

// checkBytes refuses what is no text, with the position of the first bad byte.
func (s *source) checkBytes(data []byte) bool {
	if len(data) > MaxSize {
		s.errorf(1, 1, "the file is larger than %d MiB: no hand-written file is, so it was not read", MaxSize>>20)
		return false
	}
	line, column := 1, 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if message := badRune(r, size); message != "" {
			s.errorf(line, column, "%s", message)
			return false
		}
		i += size
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return true
}

func badRune(r rune, size int) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return "the file is not UTF-8 text: save it as UTF-8"
	case r == 0:
		return "the file holds a NUL byte: it is binary, or not UTF-8 text"
	case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
		return fmt.Sprintf("control character U+%04X is not allowed in YAML", r)
	}
	return ""
}
