package foreign

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/promql"
)

// growth is how much counters grew: those of plus added, those of minus taken
// off. Two are in one unit when their quotient is one of numbers of events.
type growth struct {
	plus, minus []slo.Selector
	unit        string
	grouping    []string // labels that it is told apart by
	apart       bool     // every series stands for itself
}

// growthOf recognises the growth of counters: sums of rates or of increases,
// added, subtracted, with nothing else for what is missing but 0. With counters
// a selector itself stands for its growth, that of all its series together.
func growthOf(expr parser.Expr, counters bool) (growth, bool) {
	return reading{counters: counters}.read(expr)
}

// reading is where in an expression it is read.
type reading struct {
	counters bool
	summed   bool // in a sum
}

func (r reading) read(expr parser.Expr) (growth, bool) {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return r.read(e.Expr)
	case *parser.AggregateExpr:
		return r.readSum(e)
	case *parser.Call:
		return r.readCall(e)
	case *parser.VectorSelector:
		s, ok := plainSelector(e)
		return growth{plus: []slo.Selector{s}, unit: "counts"}, ok && r.counters
	case *parser.BinaryExpr:
		return r.readBinary(e)
	}
	return growth{}, false
}

func (r reading) readSum(e *parser.AggregateExpr) (growth, bool) {
	if e.Op != parser.SUM {
		return growth{}, false
	}
	g, ok := reading{counters: r.counters, summed: true}.read(e.Expr)
	switch {
	case r.summed: // whatever it keeps apart, the sum around it adds
	case e.Without:
		g.apart = true
	default:
		g.grouping = slices.Sorted(slices.Values(e.Grouping))
	}
	return g, ok
}

func (r reading) readCall(e *parser.Call) (growth, bool) {
	name := e.Func.Name
	if name != "rate" && name != "increase" {
		return growth{}, false
	}
	matrix, ok := e.Args[0].(*parser.MatrixSelector)
	if !ok {
		return growth{}, false
	}
	vector, _ := matrix.VectorSelector.(*parser.VectorSelector)
	s, ok := plainSelector(vector)
	unit := name
	if name == "increase" { // more of it the longer the window is
		unit += model.Duration(matrix.Range).String()
	}
	return growth{plus: []slo.Selector{s}, unit: unit, apart: !r.summed}, ok
}

func (r reading) readBinary(e *parser.BinaryExpr) (growth, bool) {
	if e.Op == parser.LOR && isZero(e.RHS) || isAboveZero(e) {
		return r.read(e.LHS)
	}
	if r.summed || e.Op != parser.ADD && e.Op != parser.SUB {
		return growth{}, false
	}
	left, ok := r.read(e.LHS)
	right, also := r.read(e.RHS)
	if !ok || !also || !left.comparable(right) {
		return growth{}, false
	}
	if e.Op == parser.SUB {
		right.plus, right.minus = right.minus, right.plus
	}
	left.plus, left.minus = slices.Concat(left.plus, right.plus), slices.Concat(left.minus, right.minus)
	return left, true
}

// comparable reports whether two can be added, or divided by each other.
func (g growth) comparable(other growth) bool {
	return g.unit == other.unit && slices.Equal(g.grouping, other.grouping) && g.apart == other.apart
}

// isAboveZero reports whether an expression leaves out what is 0: no events are
// none, whether they are left out or not.
func isAboveZero(e *parser.BinaryExpr) bool {
	return (e.Op == parser.GTR || e.Op == parser.NEQ) && !e.ReturnBool && isZero(e.RHS)
}

// isZero reports whether an expression is what people write for 0 events.
func isZero(expr parser.Expr) bool {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return isZero(e.Expr)
	case *parser.NumberLiteral:
		return e.Val == 0
	case *parser.Call:
		return e.Func.Name == "vector" && isZero(e.Args[0])
	case *parser.BinaryExpr:
		return e.Op == parser.MUL && (isZero(e.LHS) || isZero(e.RHS))
	}
	return false
}

// plainSelector is a selector with a metric and matchers only.
func plainSelector(v *parser.VectorSelector) (slo.Selector, bool) {
	if v == nil || promql.Modified(v) != "" {
		return slo.Selector{}, false
	}
	return promql.Selector(v)
}
