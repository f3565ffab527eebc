package canary

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// Split says whose calls are the canary's and whose the baseline's: what matches all
// matchers of a side, on top of what the indicator selects.
type Split struct {
	Canary, Baseline []slo.Matcher
}

// Check refuses a split whose sides may be the same calls: a label has to tell them
// apart. Two patterns are believed. It also refuses matchers that cannot be meant.
func (s Split) Check() error {
	if len(s.Canary) == 0 || len(s.Baseline) == 0 {
		return errors.New(`both sides are needed: a canary such as version="v2" and a baseline such as version="v1"`)
	}
	for _, side := range [][]slo.Matcher{s.Canary, s.Baseline} {
		if err := sound(side); err != nil {
			return err
		}
	}
	for _, a := range s.Canary {
		for _, b := range s.Baseline {
			if a.Label == b.Label && mayDiffer(a, b) {
				return nil
			}
		}
	}
	return fmt.Errorf("canary %s and baseline %s are not told apart: no label has to differ, so calls would be on both sides", Format(s.Canary), Format(s.Baseline))
}

// mayDiffer reports whether two matchers of one label can be met by different series
// only, as far as that can be told.
func mayDiffer(a, b slo.Matcher) bool {
	switch {
	case a.Op == slo.MatchEqual:
		return !accepts(b, a.Value)
	case b.Op == slo.MatchEqual:
		return !accepts(a, b.Value)
	case a.Op == slo.MatchNotEqual || b.Op == slo.MatchNotEqual:
		return false
	case a.Op == slo.MatchNoRegexp && b.Op == slo.MatchNoRegexp:
		return false
	}
	return a.Value != b.Value || a.Op != b.Op
}

func accepts(m slo.Matcher, value string) bool {
	holds, err := m.Predicate()
	return err != nil || holds(value)
}

// Format writes matchers as they are given: version="v2",region="eu".
func Format(matchers []slo.Matcher) string {
	texts := make([]string, len(matchers))
	for i, m := range matchers {
		texts[i] = m.String()
	}
	return strings.Join(texts, ",")
}

// NotComparable says why the sides of an indicator cannot be counted apart.
type NotComparable struct{ Kind string }

// Error says what the indicator lacks.
func (e NotComparable) Error() string {
	return fmt.Sprintf("not compared: an SLI of kind %s is a free query, to which no matchers can be added", e.Kind)
}

// Narrow makes two SLOs of one, whose selectors have the matchers of a side as well.
// Their names end in @canary and @baseline. It refuses an indicator with a free query
// as [NotComparable], and matchers that contradict those of a selector.
func (s Split) Narrow(o slo.SLO) (canary, baseline slo.SLO, err error) {
	if kind := o.SLI.Kind(); kind != "ratio" && kind != "latency" {
		return o, o, NotComparable{Kind: kind}
	}
	if canary, err = narrow(o, s.Canary, "canary"); err != nil {
		return o, o, err
	}
	baseline, err = narrow(o, s.Baseline, "baseline")
	return canary, baseline, err
}

func narrow(o slo.SLO, with []slo.Matcher, side string) (slo.SLO, error) {
	for _, selector := range o.SLI.Selectors() {
		for _, own := range selector.Matchers {
			for _, added := range with {
				if contradict(own, added) {
					return o, fmt.Errorf("%s: the %s's %s contradicts %s of its SLI: %s would match nothing", o.ID, side, added, own, selector.Metric)
				}
			}
		}
	}
	o.ID.Name += "@" + side
	o.History, o.Revision = nil, 0
	o.SLI = o.SLI.With(with)
	return o, nil
}

// contradict reports whether no series can meet both matchers.
func contradict(a, b slo.Matcher) bool {
	switch {
	case a.Label != b.Label:
		return false
	case a.Op == slo.MatchEqual:
		return !accepts(b, a.Value)
	case b.Op == slo.MatchEqual:
		return !accepts(a, b.Value)
	}
	return false
}

// Bad says what a bad call of an indicator did, for a sentence.
func Bad(sli slo.SLI) string {
	if sli.Latency != nil {
		return "took longer than " + slo.FormatLatency(sli.Latency.Threshold)
	}
	return "failed"
}

// sound refuses matchers that cannot be put to a series: without a label, of the
// metric's name, or with a pattern that does not compile.
func sound(matchers []slo.Matcher) error {
	for _, m := range matchers {
		if m.Label == "" || m.Label == "__name__" {
			return fmt.Errorf("%s is about the metric and not about whose calls they are: use a label such as version", m)
		}
		if _, err := m.Predicate(); err != nil {
			return fmt.Errorf("%s: %w", m, err)
		}
	}
	if i := repeated(matchers); i >= 0 {
		return fmt.Errorf("%s is given twice", matchers[i])
	}
	return nil
}

func repeated(matchers []slo.Matcher) int {
	for i, m := range matchers {
		if slices.Contains(matchers[:i], m) {
			return i
		}
	}
	return -1
}
