package foreign

import (
	"errors"
	"regexp"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// maxQuery keeps the recursion of the parser small.
const maxQuery = 10_000

// QueryWindow is how far back a query looks where its file leaves that open.
const QueryWindow = "5m"

// windowVariable is what stands in a query for a window that the other tool
// fills in.
var windowVariable = regexp.MustCompile(`\{\{-?\s*\.[wW]indow\s*-?\}\}|\$\{window\}|\$window\b|\$__rate_interval\b|\$__interval\b`)

// Query is PromQL out of a foreign file, with [QueryWindow] for the window.
type Query struct {
	At   strictyaml.Value
	expr parser.Expr
	open bool // it left the window open
}

// ReadQuery reads a query and reports what is wrong with it, at the character
// where PromQL stumbles.
func ReadQuery(v strictyaml.Value) (*Query, bool) {
	text, ok := v.Text()
	if !ok {
		return nil, false
	}
	if len(text) > maxQuery {
		v.Errorf("a query must not be longer than %d bytes", maxQuery)
		return nil, false
	}
	// As long as before, so that places in it stay the same.
	open := windowVariable.MatchString(text)
	text = windowVariable.ReplaceAllStringFunc(text, func(variable string) string {
		return QueryWindow + strings.Repeat(" ", len(variable)-len(QueryWindow))
	})
	if refuseTemplates(v, text) {
		return nil, false
	}
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		reportPromQL(v, err)
		return nil, false
	}
	return &Query{At: v, expr: expr, open: open}, true
}

// refuseTemplates reports what a query would need another tool for, and what
// would become another query in a native file.
func refuseTemplates(v strictyaml.Value, text string) bool {
	if i := strings.Index(text, "{{"); i >= 0 {
		v.ErrorAt(i, "only {{.window}} is replaced in a query: write the other templates out")
		return true
	}
	if i := strings.Index(text, "$function"); i >= 0 {
		v.ErrorAt(i, "$function is the variable of native files, where it would be replaced: convert the file and check what it should mean")
		return true
	}
	return false
}

// reportPromQL reports the first parse error; those behind it follow from it.
func reportPromQL(v strictyaml.Value, err error) {
	var list parser.ParseErrors
	if !errors.As(err, &list) || len(list) == 0 {
		v.Errorf("not valid PromQL: %v", err)
		return
	}
	v.ErrorAt(int(list[0].PositionRange.Start), "not valid PromQL: %v", list[0].Err)
}

// String is the query as PromQL.
func (q *Query) String() string { return q.expr.String() }

// Selector is the query if it is a plain selector, with no function or operator.
func (q *Query) Selector() (slo.Selector, bool) {
	vector, ok := q.expr.(*parser.VectorSelector)
	if !ok {
		return slo.Selector{}, false
	}
	return plainSelector(vector)
}
