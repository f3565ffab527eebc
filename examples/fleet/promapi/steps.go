package promapi

import (
	"context"

	"github.com/prometheus/prometheus/promql/parser"
)

type stepsKey struct{}

// ReadsAtSteps reports whether the query that ctx belongs to evaluates every
// selector exactly at its own steps, shifted by the selector's offset: at
// hints.Start+hints.Range-1 and every hints.Step after it. Subqueries do not.
// A storage that can jump to an instant may use it to leave out what the
// function around a selector never reads.
func ReadsAtSteps(ctx context.Context) bool { return ctx.Value(stepsKey{}) != nil }

// MarkSteps adds to the context of a query what [ReadsAtSteps] reports. The
// handler of [New] does so; whoever runs the engine directly may.
func MarkSteps(ctx context.Context, query string) context.Context {
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		return ctx // the engine refuses it in a moment
	}
	plain := true
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.SubqueryExpr:
			plain = false
		case *parser.VectorSelector:
			plain = plain && !n.Anchored && !n.Smoothed
		}
		return nil
	})
	if !plain {
		return ctx
	}
	return context.WithValue(ctx, stepsKey{}, true)
}
