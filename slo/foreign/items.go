package foreign

import (
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// Items are the objects that a document holds: itself, or those in it where it is
// a list of objects, as kubectl prints them.
func Items(document strictyaml.Value) []strictyaml.Value {
	list := document
	if document.IsMap() {
		m, _ := document.Map()
		if items, ok := m.Take("items"); ok && strings.HasSuffix(m.Peek("kind"), "List") {
			list = items
		}
	}
	if !list.IsList() {
		return []strictyaml.Value{document}
	}
	items, _ := list.List()
	if len(items) == 0 || !isObject(items[0]) {
		return []strictyaml.Value{document}
	}
	return items
}

// isObject reports whether a value has a version and a kind, as objects in lists
// have.
func isObject(v strictyaml.Value) bool {
	if !v.IsMap() {
		return false
	}
	m, _ := v.Map()
	return m.Has("apiVersion") && m.Has("kind")
}
