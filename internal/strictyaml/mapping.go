package strictyaml

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/slo/rule"
)

// Map is a mapping that is being read. Keys are taken one by one; [Map.Done]
// reports those that nobody took.
type Map struct {
	value    Value
	entries  []entry
	index    map[string]int // of an entry
	known    []string       // in the order they were asked for
	reserved []string
}

type entry struct {
	key, value Value
	taken      bool
}

// Map reads a mapping. It never returns nil: where there is no mapping, that is
// reported and the result is empty and false.
func (v Value) Map() (*Map, bool) {
	m := &Map{value: v, index: make(map[string]int)}
	if !v.is(yaml.MappingNode, "a mapping") {
		return m, false
	}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key, value := v.node.Content[i], v.node.Content[i+1]
		_, repeated := m.index[key.Value]
		if repeated || key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			continue // already reported
		}
		m.index[key.Value] = len(m.entries)
		m.entries = append(m.entries, entry{
			key:   Value{node: key, src: v.src, name: "key"},
			value: Value{node: value, src: v.src, name: key.Value},
		})
	}
	return m, true
}

// Value is the mapping as a value.
func (m *Map) Value() Value { return m.value }

// Has reports whether the key stands there, without taking it.
func (m *Map) Has(key string) bool {
	_, ok := m.index[key]
	return ok
}

// Peek is the text of a key, without taking it; empty where there is none.
func (m *Map) Peek(key string) string {
	i, ok := m.index[key]
	if !ok || m.entries[i].value.node.Kind != yaml.ScalarNode {
		return ""
	}
	return m.entries[i].value.node.Value
}

// Take returns the value of a key that may be left out.
func (m *Map) Take(key string) (Value, bool) {
	m.known = append(m.known, key)
	i, ok := m.index[key]
	if !ok {
		return Value{}, false
	}
	m.entries[i].taken = true
	return m.entries[i].value, true
}

// Require returns the value of a key and reports when it is missing.
func (m *Map) Require(key string) (Value, bool) {
	v, ok := m.Take(key)
	if !ok && m.value.IsMap() {
		m.value.Errorf("missing key %q", key)
	}
	return v, ok
}

// Key is the key itself as a value, to report a problem with it; the mapping
// where it is missing.
func (m *Map) Key(key string) Value {
	if i, ok := m.index[key]; ok {
		return m.entries[i].key
	}
	return m.value
}

// Reserve names keys that belong to the format but that this version cannot
// honour. To set one is an error, unless its value asks for nothing.
func (m *Map) Reserve(keys ...string) { m.reserved = append(m.reserved, keys...) }

// Each calls f for every key in the order of the file and takes them all: for
// mappings whose keys are names.
func (m *Map) Each(f func(key, value Value)) {
	for i := range m.entries {
		m.entries[i].taken = true
		f(m.entries[i].key, m.entries[i].value)
	}
}

// Done reports the keys that were not taken.
func (m *Map) Done() {
	for _, name := range m.reserved {
		i, ok := m.index[name]
		if !ok || m.entries[i].taken {
			continue
		}
		m.entries[i].taken = true
		if !m.entries[i].value.IsEmpty() {
			m.entries[i].key.Errorf("%q is not yet supported in this version", name)
		}
	}
	m.Leave(rule.Invalid)
}

// Leave reports the keys that were not taken by a rule: for formats that others
// define, where an unknown key need not make the file unusable.
func (m *Map) Leave(by rule.Name) {
	words := append(m.known, m.reserved...)
	for _, e := range m.entries {
		if e.taken || m.value.src.report.full() {
			continue
		}
		n := e.key.node
		e.key.src.add(by, n.Line, n.Column, fmt.Sprintf("unknown key %q: %s", n.Value, Suggest(n.Value, words)))
	}
}
