package strictyaml

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Decode reads the value into a type of another library, which brings its own
// rules along and reports no columns: so its complaints are reported at the
// value. They never quote what stands in the file, since a value on the wrong
// line may be a secret. Keys that the type does not know are not reported.
func (v Value) Decode(into any) bool {
	if refused(v.node) {
		return false
	}
	err := v.node.Decode(into)
	var badURL *url.Error
	var badType *yaml.TypeError
	switch {
	case err == nil:
		return true
	case errors.As(err, &badURL):
		v.Errorf("%s: not a valid URL in there", v.name)
	case errors.As(err, &badType):
		v.Errorf("%s: a value of the wrong type in there", v.name)
	default:
		v.Errorf("%s: %s", v.name, scrub(err.Error(), v.node))
	}
	return false
}

// refused reports whether anything in a node has been reported as unusable.
func refused(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Tag == "!!merge" {
		return true
	}
	return slices.ContainsFunc(n.Content, refused)
}

// scrub takes every value of a node out of a message. Keys stay: they are no
// secrets.
func scrub(message string, n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && len(n.Value) > 2 {
		message = strings.ReplaceAll(message, n.Value, "…")
	}
	for i, child := range n.Content {
		if n.Kind != yaml.MappingNode || i%2 == 1 {
			message = scrub(message, child)
		}
	}
	return message
}
