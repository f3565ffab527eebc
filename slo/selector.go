package slo

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MatchOp is how a [Matcher] compares: one of PromQL's four operators.
type MatchOp string

// The four match operators of PromQL.
const (
	MatchEqual    MatchOp = "="
	MatchNotEqual MatchOp = "!="
	MatchRegexp   MatchOp = "=~"
	MatchNoRegexp MatchOp = "!~"
)

// Matcher is one condition on a label of a series.
type Matcher struct {
	Label string
	Op    MatchOp
	Value string
}

// String writes the matcher as PromQL, with the value quoted: whatever it
// holds, it cannot end the string.
func (m Matcher) String() string {
	return QuoteName(m.Label) + string(m.Op) + quote(m.Value)
}

// AnyOf matches each of the values and nothing else: with = where there is one.
func AnyOf(label string, values ...string) Matcher {
	if len(values) == 1 {
		return Matcher{Label: label, Op: MatchEqual, Value: values[0]}
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return Matcher{Label: label, Op: MatchRegexp, Value: strings.Join(quoted, "|")}
}

// NoneOf matches everything but the values.
func NoneOf(label string, values ...string) Matcher {
	m := AnyOf(label, values...)
	if m.Op == MatchEqual {
		m.Op = MatchNotEqual
		return m
	}
	m.Op = MatchNoRegexp
	return m
}

// Predicate compiles the matcher. An absent label is the empty string, and a
// regular expression is anchored on both ends, as in Prometheus.
func (m Matcher) Predicate() (func(value string) bool, error) {
	if m.Op == MatchEqual || m.Op == MatchNotEqual {
		return func(v string) bool { return (v == m.Value) == (m.Op == MatchEqual) }, nil
	}
	re, err := regexp.Compile("^(?s:" + m.Value + ")$")
	if err != nil {
		return nil, err
	}
	return func(v string) bool { return re.MatchString(v) == (m.Op == MatchRegexp) }, nil
}

// Selector is a plain PromQL selector of counters: a metric name and matchers,
// without range, offset or function.
type Selector struct {
	Metric   string
	Matchers []Matcher // as written, without the metric name
}

// String writes the selector as PromQL.
func (s Selector) String() string {
	name, parts := s.Metric, make([]string, 0, len(s.Matchers)+1)
	if !legacyName(name) || reserved(name) { // in the form that all servers know
		name, parts = "", append(parts, "__name__="+quote(name))
	}
	for _, m := range s.Matchers {
		parts = append(parts, m.String())
	}
	if len(parts) == 0 {
		return name
	}
	return name + "{" + strings.Join(parts, ",") + "}"
}

// Canonical is the selector with its matchers sorted and without repeats: equal
// for selectors that mean the same and differ in order only.
func (s Selector) Canonical() Selector {
	ms := slices.Clone(s.Matchers)
	slices.SortFunc(ms, func(a, b Matcher) int { return strings.Compare(a.String(), b.String()) })
	return Selector{Metric: s.Metric, Matchers: slices.Compact(ms)}
}

// Narrows reports whether s selects a part of what wide selects because it has
// all of wide's matchers, and returns the matchers it has on top.
func (s Selector) Narrows(wide Selector) (extra []Matcher, ok bool) {
	if s.Metric != wide.Metric {
		return nil, false
	}
	for _, m := range wide.Matchers {
		if !slices.Contains(s.Matchers, m) {
			return nil, false
		}
	}
	for _, m := range s.Matchers {
		if !slices.Contains(wide.Matchers, m) {
			extra = append(extra, m)
		}
	}
	return extra, true
}

// QuoteName writes a label name as PromQL takes it: in quotes where it has to be.
func QuoteName(name string) string {
	if legacyName(name) && !strings.Contains(name, ":") {
		return name
	}
	return quote(name)
}

// quote writes a string of PromQL. Its lexer takes the replacement character for
// broken UTF-8, so that one is escaped.
func quote(s string) string {
	return strings.ReplaceAll(strconv.Quote(s), "\uFFFD", `\ufffd`)
}

// reserved reports whether PromQL takes the word for something else than a
// metric.
func reserved(name string) bool {
	words := []string{"nan", "inf", "bool", "on", "ignoring", "group_left", "group_right", "atan2"}
	return slices.Contains(words, strings.ToLower(name))
}

// legacyName reports whether PromQL takes the name without quotes.
func legacyName(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == ':' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}
