package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/promql"
	"github.com/slofuse/slofuse/slo/rule"
)

// functionVariable stands for the function's name inside label values.
const functionVariable = "$function"

const plainSelector = "write a plain selector of a counter, slofuse computes its growth itself " +
	"(for other queries there are error_ratio and threshold)"

// readSelector reads a PromQL selector. Problems are reported at the character
// where PromQL stumbles.
func readSelector(v strictyaml.Value) (slo.Selector, bool) {
	text, ok := readExpression(v, "a selector")
	if !ok {
		return slo.Selector{}, false
	}
	expr, err := promql.Parse(text)
	if err != nil {
		reportPromQL(v, text, err)
		return slo.Selector{}, false
	}
	vector, ok := expr.(*parser.VectorSelector)
	if complaint := notPlain(expr); !ok || complaint != "" {
		v.ErrorAt(start(expr), "%s: %s", complaint, plainSelector)
		return slo.Selector{}, false
	}
	selector, ok := promql.Selector(vector)
	if !ok {
		v.Errorf("a selector must name its metric, and name it once")
		return slo.Selector{}, false
	}
	return selector, checkMatchers(v, text, vector)
}

// readExpression reads text that a parser is to understand.
func readExpression(v strictyaml.Value, what string) (string, bool) {
	text, ok := v.Text()
	if ok && len(text) > promql.MaxLength {
		v.Errorf("%s must not be longer than %d bytes", what, promql.MaxLength)
		return "", false
	}
	return text, ok
}

// reportPromQL reports the first parse error; those behind it follow from it.
func reportPromQL(v strictyaml.Value, text string, err error) {
	at, first := promql.Stumble(err)
	advice := ""
	if i := strings.Index(text, functionVariable); i >= 0 && i <= at+1 && at <= i+len(functionVariable) {
		advice = ": $function stands only inside the quotes of a label value"
	}
	v.ErrorAt(at, "not valid PromQL: %v%s", first, advice)
}

// notPlain says what makes an expression more than a selector of counters;
// empty for a plain selector.
func notPlain(expr parser.Expr) string {
	switch e := expr.(type) {
	case *parser.VectorSelector:
		if what := promql.Modified(e); what != "" {
			return what + " is not allowed here"
		}
		return ""
	case *parser.MatrixSelector:
		return "a range is not allowed here"
	case *parser.Call:
		return fmt.Sprintf("the function %s() is not allowed here", e.Func.Name)
	case *parser.AggregateExpr:
		return fmt.Sprintf("the aggregation %s() is not allowed here", e.Op)
	}
	return "an expression is not allowed here"
}

var variable = regexp.MustCompile(`\$[a-zA-Z_]+`)

// checkMatchers reports $function where it is not replaced, and what looks like
// another variable.
func checkMatchers(v strictyaml.Value, text string, s *parser.VectorSelector) bool {
	for _, m := range s.LabelMatchers {
		if strings.Contains(m.Name, functionVariable) || m.Name == labels.MetricName && strings.Contains(m.Value, functionVariable) {
			v.ErrorAt(start(s)+strings.Index(text[start(s):], functionVariable), "$function stands only in label values, not in names")
			return false
		}
		warnOfVariables(v, m.Value)
	}
	return true
}

// warnOfVariables reports what looks like another variable in a label value.
func warnOfVariables(v strictyaml.Value, text string) {
	for _, word := range variable.FindAllString(text, -1) {
		if !strings.HasPrefix(word, functionVariable) {
			v.Warnf(rule.VariableUnknown, "%s is not replaced: the only variable is $function", word)
		}
	}
}

// usesFunction reports whether any selector depends on the function's name.
func usesFunction(selectors []slo.Selector) bool {
	for _, s := range selectors {
		for _, m := range s.Matchers {
			if strings.Contains(m.Value, functionVariable) {
				return true
			}
		}
	}
	return false
}

// forFunction puts a function's name into the matchers.
func forFunction(s slo.Selector, function string) (slo.Selector, error) {
	s.Matchers = slices.Clone(s.Matchers)
	for i := range s.Matchers {
		m := &s.Matchers[i]
		m.Value = fill(m.Value, m.Op, function)
		if _, err := m.Predicate(); err != nil {
			return s, fmt.Errorf("label %s with %q for $function: %w", m.Label, function, err)
		}
	}
	return s, nil
}

// fill puts a function's name into what a matcher compares with. It is a value
// there, so quotes and backslashes in it mean nothing; in a regular expression it is
// quoted to match itself only.
func fill(value string, op slo.MatchOp, function string) string {
	if op == slo.MatchRegexp || op == slo.MatchNoRegexp {
		function = regexp.QuoteMeta(function)
	}
	return strings.ReplaceAll(value, functionVariable, function)
}
