package foreign

import (
	"regexp"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/promql"
)

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
	if len(text) > promql.MaxLength {
		v.Errorf("a query must not be longer than %d bytes", promql.MaxLength)
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
	expr, err := promql.Parse(text)
	if err != nil {
		at, first := promql.Stumble(err)
		v.ErrorAt(at, "not valid PromQL: %v", first)
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
