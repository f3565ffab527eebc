package spec

import (
	"errors"
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
)

// ParseMatchers reads matchers as PromQL writes them, with braces or without:
// `version="v2"` or `{version="v2",region=~"eu-.*"}`. There is at least one.
func ParseMatchers(text string) ([]slo.Matcher, error) {
	if len(text) > maxExpression {
		return nil, fmt.Errorf("matchers must not be longer than %d bytes", maxExpression)
	}
	inner := strings.TrimSpace(text)
	if strings.HasPrefix(inner, "{") && strings.HasSuffix(inner, "}") {
		inner = inner[1 : len(inner)-1]
	}
	// The end is on a line of its own: a comment cannot hide it.
	parsed, err := parser.NewParser(parser.Options{}).ParseMetricSelector("{" + inner + "\n}")
	if err != nil {
		return nil, notMatchers(text, inner, err)
	}
	out := make([]slo.Matcher, len(parsed))
	for i, m := range parsed {
		out[i] = slo.Matcher{Label: m.Name, Op: slo.MatchOp(m.Type.String()), Value: m.Value}
	}
	if len(out) == 0 {
		return nil, errors.New(`matchers are missing: name at least one, such as version="v2"`)
	}
	return out, nil
}

// notMatchers says where PromQL stumbled, counted from 1 in what was written.
func notMatchers(text, inner string, err error) error {
	var list parser.ParseErrors
	if !errors.As(err, &list) || len(list) == 0 {
		return fmt.Errorf(`%q is not a list of matchers such as version="v2": %w`, text, err)
	}
	at := int(list[0].PositionRange.Start) + strings.Index(text, inner)
	return fmt.Errorf(`%q is not a list of matchers such as version="v2": column %d: %w`, text, max(1, min(at, len(text)+1)), list[0].Err)
}
