package yamlfmt

import (
	"slices"

	"github.com/slofuse/slofuse/internal/schema"
)

// ranks are the places of keys; nil where no order is known, as with names.
func ranks(at *schema.Node) map[string]int {
	if at == nil || len(at.Keys()) == 0 {
		return nil
	}
	out := map[string]int{}
	for i, k := range at.Keys() {
		out[k.Name] = i
	}
	return out
}

// sortParts puts keys in order, and those that are not known behind them as they
// were.
func sortParts(all []part, at *schema.Node) {
	sorted(all, at, func(p part) string { return p.key })
}

func sorted[T any](all []T, at *schema.Node, key func(T) string) {
	places := ranks(at)
	if places == nil {
		return
	}
	place := func(v T) int {
		if i, ok := places[key(v)]; ok {
			return i
		}
		return len(places)
	}
	slices.SortStableFunc(all, func(a, b T) int { return place(a) - place(b) })
}
