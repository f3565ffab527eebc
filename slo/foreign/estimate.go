package foreign

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// estimate writes an error_ratio of queries whose counters are not known.
func (b Builder) estimate(at strictyaml.Value, e Events) Indicator {
	var query *yaml.Node
	switch {
	case e.Total == nil:
		query = b.Text(at, "("+e.Bad.String()+") / (("+e.Good.String()+") + ("+e.Bad.String()+"))")
	case e.Bad != nil:
		query = b.Text(at, "("+e.Bad.String()+") / ("+e.Total.String()+")")
	default:
		query = b.Text(at, "1 - ("+e.Good.String()+") / ("+e.Total.String()+")")
	}
	return b.errorRatio(at, query, e.Total, over(e.Total, e.Good, e.Bad))
}

// errorRatio writes an error_ratio, weighted by the events of total where they
// can be counted.
func (b Builder) errorRatio(at strictyaml.Value, query *yaml.Node, total *Query, over string) Indicator {
	ratio, sli := b.Map(at), b.Map(at)
	Put(ratio, "query", query)
	how := "time-weighted: every slot counts the same, however many events were in it"
	if total != nil {
		if g, ok := growthOf(total.expr, false); ok && len(g.minus) == 0 {
			Put(ratio, "weight", b.Selectors(at, g.plus))
			how = "weighted with the total: as exact as the ratio, which a query estimates"
		}
	}
	Lost(at, "the events are not counted one by one, since this is no sum of rates or increases of counters; it is asked as an error_ratio%s, %s", over, how)
	Put(sli, "error_ratio", ratio)
	return Indicator{SLI: sli}
}

// over says how far back queries look that leave it open.
func over(queries ...*Query) string {
	if slices.ContainsFunc(queries, func(q *Query) bool { return q != nil && q.open }) {
		return " over " + QueryWindow
	}
	return ""
}

// Ratio makes an indicator of one query for the share of bad events, or of good
// ones: like [Builder.Events] where the query divides growth of counters.
func (b Builder) Ratio(q *Query, good bool) Indicator {
	if r, ok := dividedRoles(q.expr, good); ok {
		return b.indicator(q.At, r)
	}
	text := q.String()
	if good {
		text = "1 - (" + text + ")"
	}
	return b.errorRatio(q.At, b.Text(q.At, text), divisor(q.expr), over(q))
}

// divisor is what a share is a share of; nil where that cannot be told.
func divisor(expr parser.Expr) *Query {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return divisor(e.Expr)
	case *parser.BinaryExpr:
		switch {
		case e.Op == parser.DIV:
			return &Query{expr: e.RHS}
		case e.Op == parser.SUB && isOne(e.LHS):
			return divisor(e.RHS)
		}
	}
	return nil
}

// dividedRoles recognises a part of the events divided by all of them, and 1
// less such a quotient.
func dividedRoles(expr parser.Expr, good bool) (roles, bool) {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return dividedRoles(e.Expr, good)
	case *parser.BinaryExpr:
		switch {
		case e.Op == parser.LOR && isZero(e.RHS):
			return dividedRoles(e.LHS, good)
		case e.Op == parser.SUB && isOne(e.LHS):
			return dividedRoles(e.RHS, !good)
		case e.Op == parser.DIV && good:
			return Events{Good: &Query{expr: e.LHS}, Total: &Query{expr: e.RHS}}.roles()
		case e.Op == parser.DIV:
			return Events{Bad: &Query{expr: e.LHS}, Total: &Query{expr: e.RHS}}.roles()
		}
	}
	return roles{}, false
}

func isOne(expr parser.Expr) bool {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return isOne(e.Expr)
	case *parser.NumberLiteral:
		return e.Val == 1
	}
	return false
}
