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
)

// functionVariable stands for the function's name inside label values.
const functionVariable = "$function"

// maxSelectorLength keeps the recursion of the PromQL parser small.
const maxSelectorLength = 10_000

const plainSelector = "write a plain selector of a counter, slofuse computes its growth itself " +
	"(for other queries there are error_ratio and threshold)"

// readSelector reads a PromQL selector. Problems are reported at the character
// where PromQL stumbles.
func readSelector(v strictyaml.Value) (slo.Selector, bool) {
	text, ok := v.Text()
	if !ok {
		return slo.Selector{}, false
	}
	if len(text) > maxSelectorLength {
		v.Errorf("a selector must not be longer than %d bytes", maxSelectorLength)
		return slo.Selector{}, false
	}
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		reportPromQL(v, text, err)
		return slo.Selector{}, false
	}
	vector, ok := expr.(*parser.VectorSelector)
	if complaint := notPlain(expr); !ok || complaint != "" {
		v.ErrorAt(int(expr.PositionRange().Start), "%s: %s", complaint, plainSelector)
		return slo.Selector{}, false
	}
	return convertSelector(v, text, vector)
}

// reportPromQL reports the first parse error; those behind it follow from it.
func reportPromQL(v strictyaml.Value, text string, err error) {
	var list parser.ParseErrors
	if !errors.As(err, &list) || len(list) == 0 {
		v.Errorf("not valid PromQL: %v", err)
		return
	}
	at := int(list[0].PositionRange.Start)
	advice := ""
	if i := strings.Index(text, functionVariable); i >= 0 && i <= at+1 && at <= i+len(functionVariable) {
		advice = ": $function stands only inside the quotes of a label value"
	}
	v.ErrorAt(at, "not valid PromQL: %v%s", list[0].Err, advice)
}

// notPlain says what makes an expression more than a selector of counters;
// empty for a plain selector.
func notPlain(expr parser.Expr) string {
	switch e := expr.(type) {
	case *parser.VectorSelector:
		switch {
		case e.OriginalOffset != 0 || e.OriginalOffsetExpr != nil:
			return "an offset is not allowed here"
		case e.Timestamp != nil || e.StartOrEnd != 0:
			return "an @ modifier is not allowed here"
		case e.Anchored || e.Smoothed:
			return "a modifier is not allowed here"
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

func convertSelector(v strictyaml.Value, text string, vector *parser.VectorSelector) (slo.Selector, bool) {
	selector := slo.Selector{Metric: vector.Name}
	for _, m := range vector.LabelMatchers {
		if m.Name == labels.MetricName && m.Type == labels.MatchEqual {
			selector.Metric = m.Value
			continue
		}
		selector.Matchers = append(selector.Matchers, slo.Matcher{Label: m.Name, Op: slo.MatchOp(m.Type.String()), Value: m.Value})
	}
	if selector.Metric == "" {
		v.Errorf("a selector must name its metric")
		return slo.Selector{}, false
	}
	return selector, checkVariables(v, text, selector)
}

var variable = regexp.MustCompile(`\$[a-zA-Z_]+`)

// checkVariables reports $function where it is not replaced, and what looks like
// another variable.
func checkVariables(v strictyaml.Value, text string, s slo.Selector) bool {
	names := []string{s.Metric}
	for _, m := range s.Matchers {
		names = append(names, m.Label)
	}
	for _, name := range names {
		if strings.Contains(name, functionVariable) {
			v.ErrorAt(strings.Index(text, functionVariable), "$function stands only in label values, not in names")
			return false
		}
	}
	for _, m := range s.Matchers {
		warnOfVariables(v, m.Value)
	}
	return true
}

// warnOfVariables reports what looks like another variable in a label value.
func warnOfVariables(v strictyaml.Value, text string) {
	for _, word := range variable.FindAllString(text, -1) {
		if !strings.HasPrefix(word, functionVariable) {
			v.Warnf("%s is not replaced: the only variable is $function", word)
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

// forFunction puts a function's name into the matchers. It is a value there, so
// quotes and backslashes in it mean nothing; in a regular expression it is
// quoted to match itself only.
func forFunction(selectors []slo.Selector, function string) ([]slo.Selector, error) {
	out := make([]slo.Selector, len(selectors))
	for i, s := range selectors {
		out[i] = slo.Selector{Metric: s.Metric}
		for _, m := range s.Matchers {
			word := function
			if m.Op == slo.MatchRegexp || m.Op == slo.MatchNoRegexp {
				word = regexp.QuoteMeta(function)
			}
			m.Value = strings.ReplaceAll(m.Value, functionVariable, word)
			if _, err := m.Predicate(); err != nil {
				return nil, fmt.Errorf("label %s with %q for $function: %w", m.Label, function, err)
			}
			out[i].Matchers = append(out[i].Matchers, m)
		}
	}
	return out, nil
}
