package spec

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/promql"
	"github.com/slofuse/slofuse/slo/rule"
)

// maxQueryNesting bounds how deep a query is nested: servers work through a
// query by recursion.
const maxQueryNesting = 50

// readQuery reads a free query, which must give an instant vector or a scalar.
// What it returns holds $function as written; [fillQuery] fills it in.
func readQuery(v strictyaml.Value) (string, bool) {
	text, ok := readExpression(v, "a query")
	if !ok {
		return "", false
	}
	expr, err := promql.Parse(text)
	if err != nil {
		reportPromQL(v, text, err)
		return "", false
	}
	switch expr.Type() {
	case parser.ValueTypeMatrix:
		v.ErrorAt(start(expr), "the query gives a range of values where one for each slot is needed: take one of them, as with max_over_time(…)")
	case parser.ValueTypeString:
		v.ErrorAt(start(expr), "the query gives a text where a number is needed")
	default:
		return text, checkQuery(v, text, expr)
	}
	return "", false
}

func start(node parser.Node) int { return int(node.PositionRange().Start) }

// checkQuery reports what a query must not hold, and warns of what it may hold
// by mistake.
func checkQuery(v strictyaml.Value, text string, expr parser.Expr) bool {
	before, selects, conjures := v.Report().Errors(), false, ""
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		if len(path) > maxQueryNesting {
			v.ErrorAt(start(node), "the query is nested deeper than %d levels", maxQueryNesting)
			return errors.New("deep enough")
		}
		switch n := node.(type) {
		case *parser.VectorSelector:
			selects = true
			checkMatchers(v, text, n)
			refuseAt(v, n, n.Timestamp != nil || n.StartOrEnd != 0)
		case *parser.SubqueryExpr:
			refuseAt(v, n, n.Timestamp != nil || n.StartOrEnd != 0)
		case *parser.StringLiteral:
			if strings.Contains(n.Val, functionVariable) {
				v.ErrorAt(start(n), "$function stands only in the label values of a selector")
			}
		case *parser.Call:
			if name := n.Func.Name; name == "vector" || strings.HasPrefix(name, "absent") {
				conjures = name
			}
		}
		return nil
	})
	if v.Report().Errors() > before {
		return false
	}
	switch {
	case !selects:
		v.Warnf(rule.AlwaysAnswers, "the query selects nothing: it has a value even when nothing is scraped")
	case conjures != "":
		v.Warnf(rule.AlwaysAnswers, "%s() has a value even when nothing is scraped, so slots without data are counted like others", conjures)
	}
	return true
}

// refuseAt reports a fixed time: a slot is judged by what was there at its end.
func refuseAt(v strictyaml.Value, node parser.Node, fixed bool) {
	if fixed {
		v.ErrorAt(start(node), "an @ modifier is not allowed here: the query is asked at the end of every slot")
	}
}

// fillQuery puts a function's name into the label values of a query that
// [readQuery] took, and writes it as PromQL that Prometheus 2 reads as well. The
// result is an instant vector.
func fillQuery(text, function string) (string, error) {
	expr, err := promql.Parse(text)
	if err != nil {
		return "", err
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok && err == nil {
			err = fillSelector(s, function)
		}
		return nil
	})
	// PromQL's lexer takes the replacement character for broken UTF-8.
	written := strings.ReplaceAll(expr.String(), "\uFFFD", `\ufffd`)
	if expr.Type() == parser.ValueTypeScalar {
		written = "vector(" + written + ")"
	}
	return written, err
}

var plainName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)

func fillSelector(s *parser.VectorSelector, function string) error {
	if !plainName.MatchString(s.Name) {
		s.Name = "" // written as a matcher, which all servers know
	}
	for i, m := range s.LabelMatchers {
		if !strings.Contains(m.Value, functionVariable) {
			continue
		}
		filled, err := labels.NewMatcher(m.Type, m.Name, fill(m.Value, slo.MatchOp(m.Type.String()), function))
		if err != nil {
			return fmt.Errorf("label %s with %q for $function: %w", m.Name, function, err)
		}
		s.LabelMatchers[i] = filled
	}
	return nil
}
