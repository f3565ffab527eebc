package yamlfmt

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/schema"
	"github.com/slofuse/slofuse/internal/strictyaml"
)

// Foreign says that a file is in a format of somebody else, whose form is not ours
// to choose, or holds something else than SLOs and configurations.
type Foreign struct{ What string }

// Error says what the file is.
func (f *Foreign) Error() string { return f.What }

// errLayout is the cause when lines could not be told apart: it never leaves a file
// half formatted.
var errLayout = errors.New("this layout cannot be formatted without changing what the file means: it was left as it is")

// Format returns the canonical form of an SLO file or a configuration; data itself
// where it is in that form already. The error is [strictyaml.Problems] where the
// YAML cannot be read, and a [*Foreign] where it is not ours. Keys that are not
// known stay behind those that are. Line ends are those of the first line, and a
// byte order mark is dropped.
func Format(name string, data []byte) ([]byte, error) {
	docs, report := strictyaml.Parse(name, data)
	if err := report.Problems().Err(); err != nil {
		return nil, err
	}
	for _, doc := range docs {
		if _, err := schemaOf(doc); err != nil {
			return nil, err
		}
	}
	text, end := unixLines(string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	out, err := formatStream(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !means(out, text) {
		return nil, fmt.Errorf("%s: %w", name, errLayout)
	}
	return []byte(strings.ReplaceAll(out, "\n", end)), nil
}

// unixLines is a text with plain line ends, and the line end it had at first.
func unixLines(text string) (plain, end string) {
	first, _, _ := strings.Cut(text, "\n")
	end = "\n"
	if strings.HasSuffix(first, "\r") {
		end = "\r\n"
	}
	return strings.ReplaceAll(text, "\r\n", "\n"), end
}

// schemaOf tells SLO files and configurations from everything else.
func schemaOf(doc strictyaml.Value) (*schema.Node, error) {
	m, ok := doc.Map()
	if !ok {
		return nil, &Foreign{"neither an SLO file nor a configuration"}
	}
	switch {
	case m.Has("apiVersion"):
		return nil, &Foreign{"another format, apiVersion " + textOf(m, "apiVersion")}
	case strings.HasPrefix(textOf(m, "version"), "prometheus/"):
		return nil, &Foreign{"Sloth's format, version " + textOf(m, "version")}
	case m.Has("version"), m.Has("service"), m.Has("functions"), m.Has("slis"):
		return schema.SLO(), nil
	case m.Has("backends"):
		return schema.Config(), nil
	}
	return nil, &Foreign{"neither an SLO file nor a configuration"}
}

// textOf is a text under a key; empty where there is none.
func textOf(m *strictyaml.Map, key string) string {
	v, ok := m.Take(key)
	if !ok {
		return ""
	}
	text, _ := v.Text()
	return text
}

// formatStream formats the documents of a text one by one.
func formatStream(text string) (string, error) {
	var out []string
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for from := 0; from <= len(lines); {
		to := from
		for to < len(lines) && !isMarker(lines[to]) {
			to++
		}
		part, err := formatDocument(lines[from:to])
		if err != nil {
			return "", err
		}
		out = append(out, part...)
		if to < len(lines) {
			out = append(out, strings.TrimRight(lines[to], " \t"))
		}
		from = to + 1
	}
	return strings.Join(out, "\n") + "\n", nil
}

// isMarker reports whether a line begins or ends a document.
func isMarker(line string) bool {
	for _, marker := range []string{"---", "..."} {
		if rest, ok := strings.CutPrefix(line, marker); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
			return true
		}
	}
	return false
}

func formatDocument(lines []string) ([]string, error) {
	text := strings.Join(lines, "\n") + "\n"
	docs, _ := strictyaml.Parse("", []byte(text))
	var root yaml.Node
	if len(docs) == 0 {
		return tidy(lines), nil
	}
	if err := yaml.Unmarshal([]byte(text), &root); err != nil || len(docs) != 1 {
		return nil, errLayout
	}
	at, err := schemaOf(docs[0])
	if err != nil {
		return nil, err
	}
	l := &layout{lines: lines}
	out := l.document(root.Content[0], at)
	if l.failed {
		return nil, errLayout
	}
	return out, nil
}
