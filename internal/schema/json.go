package schema

import (
	"bytes"
	"encoding/json"
)

// draft is the version of JSON Schema that is written.
const draft = "http://json-schema.org/draft-07/schema#"

// JSON writes a tree as a JSON Schema. The same tree gives the same bytes.
func JSON(title string, root *Node) ([]byte, error) {
	w := writer{shared: object{}}
	body := w.node(root, true)
	doc := object{{"$schema", draft}, {"title", title}}
	doc = append(doc, body...)
	if len(w.shared) > 0 {
		doc = append(doc, field{"definitions", w.shared})
	}
	return encode(doc)
}

// encode indents, and leaves < and > as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// object is a JSON object whose fields keep their order.
type object []field

type field struct {
	name  string
	value any
}

// MarshalJSON writes the fields in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{f.name, f.value} {
			if j > 0 {
				b.WriteByte(':')
			}
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err := e.Encode(part); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (o *object) set(name string, value any, given bool) {
	if given {
		*o = append(*o, field{name, value})
	}
}

func (o object) has(name string) bool {
	for _, f := range o {
		if f.name == name {
			return true
		}
	}
	return false
}

// writer writes nodes, those with a name once.
type writer struct{ shared object }

func (w *writer) node(n *Node, inPlace bool) object {
	if n.name != "" && !inPlace {
		if !w.shared.has(n.name) {
			at := len(w.shared)
			w.shared = append(w.shared, field{n.name, nil}) // known before its parts are written: it may hold itself
			w.shared[at].value = w.node(n, true)
		}
		return object{{"$ref", "#/definitions/" + n.name}}
	}
	var o object
	o.set("description", n.description, n.description != "")
	o.set("type", typeOf(n.types), len(n.types) > 0)
	o.set("enum", n.values, n.values != nil)
	o.set("pattern", n.pattern, n.pattern != "")
	o.set("patternErrorMessage", complaints[n.pattern], complaints[n.pattern] != "")
	o.set("maxLength", n.longest, n.longest > 0)
	o.set("minimum", n.low, n.low != nil)
	o.set("maximum", n.high, n.high != nil)
	o.set("exclusiveMinimum", n.above, n.above != nil)
	o.set("exclusiveMaximum", n.below, n.below != nil)
	o.set("default", n.standard, n.standard != nil)
	o.set("examples", n.examples, n.examples != nil)
	o.set("anyOf", w.nodes(n.forms), n.forms != nil)
	w.list(&o, n)
	w.mapping(&o, n)
	return o
}

func typeOf(types []string) any {
	if len(types) == 1 {
		return types[0]
	}
	return types
}

func (w *writer) nodes(all []*Node) []object {
	out := make([]object, len(all))
	for i, n := range all {
		out[i] = w.node(n, false)
	}
	return out
}

func (w *writer) list(o *object, n *Node) {
	if n.item != nil {
		o.set("items", w.node(n.item, false), true)
	}
	o.set("minItems", n.least, n.least > 0)
}

func (w *writer) mapping(o *object, n *Node) {
	if n.keys == nil && n.rest == nil {
		return
	}
	var properties object
	var required []string
	for _, k := range n.keys {
		properties.set(k.Name, w.node(k.Node, false), true)
		if k.Required {
			required = append(required, k.Name)
		}
	}
	o.set("properties", properties, properties != nil)
	o.set("required", required, required != nil)
	o.set("oneOf", requiring(n.exactly), n.exactly != nil)
	o.set("dependencies", n.together, n.together != nil)
	if n.called != nil {
		o.set("propertyNames", w.node(n.called, false), true)
	}
	if n.rest != nil {
		o.set("additionalProperties", w.node(n.rest, false), true)
		return
	}
	o.set("additionalProperties", false, true)
}

// requiring are the sets of keys of which one must be there.
func requiring(sets [][]string) []object {
	var out []object
	for _, keys := range sets {
		out = append(out, object{{"required", keys}})
	}
	return out
}
