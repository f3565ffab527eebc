package schema

// Patterns of texts. They are written for the regular expressions of JavaScript
// and of Go alike.
const (
	durationPattern  = `^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$`
	durationOrZero   = durationPattern + `|^0$`
	latencyPattern   = `^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$`
	objectivePattern = `^\s*[0-9]+(\.[0-9]{0,9})?\s*%?\s*$`
	labelPattern     = `^([a-zA-Z][a-zA-Z0-9_]*|_([a-zA-Z0-9][a-zA-Z0-9_]*)?)$`
	urlPattern       = `^[hH][tT][tT][pP][sS]?://[^/]`
	numberPattern    = `^[+-]?([0-9._eExXa-fA-FpP+-]+)$`
)

// complaints are what the yaml-language-server says of a text that does not match,
// where the pattern alone would tell nobody anything.
var complaints = map[string]string{
	durationOrZero:   "write a duration in whole units, such as 30d, 1h30m or 5m",
	latencyPattern:   "write a duration such as 250ms, 1s or 2.5s",
	objectivePattern: "write a percentage such as 99.9%",
	labelPattern:     "write a label name: letters, digits and _, not starting with a digit or __",
	urlPattern:       "write an http or https URL",
	numberPattern:    "write a number",
}

// text is any text that is not empty. YAML reads some texts as numbers or as
// true and false, and slofuse takes them as they are written.
func text(description string, examples ...any) *Node {
	return &Node{description: description, types: []string{"string", "number", "boolean"}, pattern: `\S`, examples: examples}
}

// name is a text on one line that people call something.
func name(description string, examples ...any) *Node {
	n := text(description, examples...)
	n.longest = 200
	return n
}

// patterned is a text of a form of its own.
func patterned(description, pattern string, examples ...any) *Node {
	return &Node{description: description, types: []string{"string"}, pattern: pattern, examples: examples}
}

// duration is a duration in Prometheus' notation. 0 needs no unit.
func duration(description string, examples ...any) *Node {
	zero := 0.0
	return &Node{description: description, types: []string{"string", "integer"}, pattern: durationOrZero, low: &zero, high: &zero, examples: examples}
}

func webURL(description string, examples ...any) *Node {
	return patterned(description, urlPattern, examples...)
}

func boolean(description string) *Node {
	return &Node{description: description, types: []string{"boolean"}}
}

func whole(description string, low, high float64) *Node {
	return &Node{description: description, types: []string{"integer", "string"}, low: &low, high: &high, pattern: `^[+-]?[0-9]+$`}
}

func positive(description string, examples ...any) *Node {
	zero := 0.0
	return &Node{description: description, types: []string{"number", "string"}, above: &zero, pattern: numberPattern, examples: examples}
}

// word is one of a few.
func word(description string, words ...any) *Node {
	return &Node{description: description, values: words}
}

func list(description string, item *Node) *Node {
	return &Node{description: description, types: []string{"array"}, item: item}
}

func mapping(description string, keys ...Key) *Node {
	return &Node{description: description, types: []string{"object"}, keys: keys}
}

// named is a mapping from names to values.
func named(description string, called, value *Node) *Node {
	return &Node{description: description, types: []string{"object"}, called: called, rest: value}
}

// either is any of some forms.
func either(description string, forms ...*Node) *Node {
	return &Node{description: description, forms: forms}
}

func (n *Node) or(standard any) *Node {
	n.standard = standard
	return n
}

func (n *Node) atLeast(items int) *Node {
	n.least = items
	return n
}

func (n *Node) as(name string) *Node {
	n.name = name
	return n
}

func must(key string, n *Node) Key { return Key{Name: key, Required: true, Node: n} }

func may(key string, n *Node) Key { return Key{Name: key, Node: n} }

// later is a key that belongs to the format and can only be empty yet.
func later(key string) Key {
	return may(key, word("Not yet supported in this version: leave it out, or empty.", nil, []any{}, map[string]any{}))
}
