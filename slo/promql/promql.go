package promql

import (
	"errors"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
)

// MaxLength is how many bytes of PromQL are read at most: it keeps the recursion
// of parsers small.
const MaxLength = 10_000

// Parse reads an expression, in the PromQL that every server understands. Of an
// error, [Stumble] says where.
func Parse(text string) (parser.Expr, error) {
	return parser.NewParser(parser.Options{}).ParseExpr(text)
}

// Stumble is the first error of the parser, since those behind it follow from it,
// and the byte of the text at which it stands: 0 where that is not known.
func Stumble(err error) (offset int, first error) {
	var list parser.ParseErrors
	if !errors.As(err, &list) || len(list) == 0 {
		return 0, err
	}
	return int(list[0].PositionRange.Start), list[0].Err
}

// Modified says what a selector asks for besides a metric and matchers, such as
// "an offset"; empty for a plain one.
func Modified(v *parser.VectorSelector) string {
	switch {
	case v.OriginalOffset != 0 || v.OriginalOffsetExpr != nil:
		return "an offset"
	case v.Timestamp != nil || v.StartOrEnd != 0:
		return "an @ modifier"
	case v.Anchored || v.Smoothed:
		return "a modifier"
	}
	return ""
}

// Selector is the metric and the other matchers of a selector, as written. It is
// false for one that does not name its metric, or that says more about the name.
func Selector(v *parser.VectorSelector) (slo.Selector, bool) {
	var s slo.Selector
	names := 0
	for _, m := range Matchers(v.LabelMatchers) {
		switch {
		case m.Label != labels.MetricName:
			s.Matchers = append(s.Matchers, m)
		case m.Op == slo.MatchEqual:
			s.Metric = m.Value
			fallthrough
		default:
			names++
		}
	}
	return s, s.Metric != "" && names == 1
}

// Matchers are those of PromQL as SLOs have them.
func Matchers(list []*labels.Matcher) []slo.Matcher {
	var out []slo.Matcher
	for _, m := range list {
		out = append(out, slo.Matcher{Label: m.Name, Op: slo.MatchOp(m.Type.String()), Value: m.Value})
	}
	return out
}
