package foreign

import "github.com/prometheus/prometheus/promql/parser"

// readsLevels reports whether any of the queries reads what counters hold, and not
// how much they grew: a ratio of such values says nothing about any time.
func (e Events) readsLevels() bool {
	found := false
	for _, q := range []*Query{e.Total, e.Good, e.Bad} {
		if q == nil {
			continue
		}
		parser.Inspect(q.expr, func(node parser.Node, path []parser.Node) error {
			if _, ok := node.(*parser.VectorSelector); ok {
				found = found || len(path) == 0 || !isRange(path[len(path)-1])
			}
			return nil
		})
	}
	return found
}

func isRange(node parser.Node) bool {
	_, ok := node.(*parser.MatrixSelector)
	return ok
}
