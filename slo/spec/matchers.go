package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/promql"
)

// ParseMatchers reads matchers as PromQL writes them, with braces or without:
// `version="v2"` or `{version="v2",region=~"eu-.*"}`. There is at least one, and
// none is about the name of the metric.
func ParseMatchers(text string) ([]slo.Matcher, error) {
	if len(text) > promql.MaxLength {
		return nil, fmt.Errorf("matchers must not be longer than %d bytes", promql.MaxLength)
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
	out := promql.Matchers(parsed)
	switch {
	case len(out) == 0:
		return nil, errors.New(`matchers are missing: name at least one, such as version="v2"`)
	case slices.ContainsFunc(out, func(m slo.Matcher) bool { return m.Label == labels.MetricName }):
		return nil, fmt.Errorf(`%q names a metric, which is for the SLOs to name: write label="value"`, text)
	}
	return out, nil
}

// notMatchers says where PromQL stumbled, counted from 1 in what was written.
func notMatchers(text, inner string, err error) error {
	at, first := promql.Stumble(err)
	at += strings.Index(text, inner)
	return fmt.Errorf(`%q is not a list of matchers such as version="v2": column %d: %w`, text, max(1, min(at, len(text)+1)), first)
}
