package strictyaml

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/slo/rule"
)

// Value is a value in a document together with the place it stands at. Its
// accessors report what does not fit and then return false: a false never needs
// another report.
type Value struct {
	node *yaml.Node
	src  *source
	name string // what it is, for messages: the key, or the key and an index
}

// Position is where the value stands.
func (v Value) Position() Position {
	return Position{File: v.src.name, Line: max(v.node.Line, 1), Column: max(v.node.Column, 1)}
}

// Report is where the problems of the value's file go.
func (v Value) Report() *Report { return v.src.report }

// Errorf reports an error at the value.
func (v Value) Errorf(format string, args ...any) {
	v.src.add(rule.Invalid, v.node.Line, v.node.Column, fmt.Sprintf(format, args...))
}

// Warnf reports at the value what a rule found that one can live with.
func (v Value) Warnf(r rule.Name, format string, args ...any) {
	v.src.add(r, v.node.Line, v.node.Column, fmt.Sprintf(format, args...))
}

// ErrorAt reports an error at a byte offset into the value's text, or at the
// value itself where the text does not stand in the file letter by letter.
func (v Value) ErrorAt(offset int, format string, args ...any) {
	line, column := v.locate(offset)
	v.src.add(rule.Invalid, line, column, fmt.Sprintf(format, args...))
}

// IsMap reports whether the value is a mapping.
func (v Value) IsMap() bool { return v.node.Kind == yaml.MappingNode }

// IsList reports whether the value is a list.
func (v Value) IsList() bool { return v.node.Kind == yaml.SequenceNode }

// IsEmpty reports whether the value says nothing: null, an empty list or an
// empty mapping.
func (v Value) IsEmpty() bool {
	if v.node.Kind == yaml.ScalarNode {
		return v.node.Tag == "!!null"
	}
	return v.node.Kind != yaml.AliasNode && len(v.node.Content) == 0
}

// IsBlank reports whether the value says nothing, an empty text included.
func (v Value) IsBlank() bool {
	return v.IsEmpty() || v.node.Kind == yaml.ScalarNode && strings.TrimSpace(v.node.Value) == ""
}

// Text reads a text that is not empty. A number or a boolean is taken as it is
// written.
func (v Value) Text() (string, bool) {
	switch {
	case !v.is(yaml.ScalarNode, "text"):
		return "", false
	case v.node.Tag == "!!null" || strings.TrimSpace(v.node.Value) == "":
		v.Errorf("%s is empty", v.name)
		return "", false
	}
	return v.node.Value, true
}

// Bool reads true or false.
func (v Value) Bool() (value, ok bool) {
	if !v.is(yaml.ScalarNode, "true or false") {
		return false, false
	}
	if v.node.Tag != "!!bool" {
		v.Errorf("%s must be true or false", v.name)
		return false, false
	}
	return strings.EqualFold(v.node.Value, "true"), true
}

// Int reads a whole number between low and high.
func (v Value) Int(low, high int64) (int64, bool) {
	if !v.is(yaml.ScalarNode, "a whole number") {
		return 0, false
	}
	n, err := strconv.ParseInt(v.node.Value, 10, 64)
	if err != nil || n < low || n > high {
		v.Errorf("%s must be a whole number between %d and %d", v.name, low, high)
		return 0, false
	}
	return n, true
}

// Float reads a finite number above 0.
func (v Value) Float() (float64, bool) {
	if !v.is(yaml.ScalarNode, "a number") {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.node.Value, 64)
	if err != nil || math.IsInf(f, 0) || !(f > 0) {
		v.Errorf("%s must be a number above 0", v.name)
		return 0, false
	}
	return f, true
}

// Duration reads a duration in Prometheus' notation, such as 30d, 1h30m or
// 250ms.
func (v Value) Duration() (time.Duration, bool) {
	if !v.is(yaml.ScalarNode, "a duration") {
		return 0, false
	}
	d, err := model.ParseDuration(v.node.Value)
	if err != nil {
		v.Errorf("%s must be a duration such as 30d, 1h30m or 5m, in whole units", v.name)
		return 0, false
	}
	return time.Duration(d), true
}

// List reads the items of a list.
func (v Value) List() ([]Value, bool) {
	if !v.is(yaml.SequenceNode, "a list") {
		return nil, false
	}
	items := make([]Value, len(v.node.Content))
	for i, n := range v.node.Content {
		items[i] = Value{node: n, src: v.src, name: fmt.Sprintf("%s[%d]", v.name, i)}
	}
	return items, true
}

// is reports a value of another shape. What was already refused is passed over
// in silence.
func (v Value) is(kind yaml.Kind, want string) bool {
	if v.node.Kind == kind {
		return true
	}
	if v.node.Kind != yaml.AliasNode {
		v.Errorf("%s must be %s, not %s", v.name, want, shape(v.node))
	}
	return false
}

func shape(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "empty"
	}
	return "text"
}

// Derive is a value made by the program of what stands in the file: its problems
// go to the same report, at the lines and columns that its nodes have.
func (v Value) Derive(node *yaml.Node) Value {
	return Value{node: node, src: v.src, name: "the file"}
}

// Node is the YAML of the value, to be written out again. It is not to be changed.
func (v Value) Node() *yaml.Node { return v.node }
