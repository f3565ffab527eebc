package lint

import (
	"fmt"
	"slices"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// neverBad looks at selectors of bad events. That one matches nothing is no error,
// since nothing may have failed yet; but a label that no series has at all would
// count nothing, or everything, for ever.
func neverBad(o one) []found {
	var out []found
	for _, u := range o.uses {
		m := o.metric(u)
		if u.role != roleBad || m.Refused != nil {
			continue
		}
		if f, wrong := o.misread(u, m); wrong {
			out = append(out, f)
		}
	}
	return out
}

func (o one) misread(u use, m *Metric) (found, bool) {
	if label, unknown := o.unknownLabel(u, m); unknown {
		text := fmt.Sprintf("no series of %s has a label %s, by which the bad events are told%s", m.Name, label, suggestion(label, m.Labels, "it has"))
		return found{rule.LabelMissing, m.Name + " " + label, text}, true
	}
	if o.there(u) || len(m.Before.Match(u.sel.Matchers)) > 0 || m.Before == nil || !m.Before.All {
		return found{}, false
	}
	if m.Now.Empty() && m.Before.Empty() {
		return o.noSuchFailures(u), !slices.ContainsFunc(o.uses, func(t use) bool { return t.role == roleTotal && t.sel.Metric == m.Name })
	}
	d := diagnose(m.Now, u.sel)
	seen := len(m.Now.Match([]slo.Matcher{d.culprit})) > 0 // of another function, so it is spelt right
	if m.Now.Empty() || seen || !o.ownMatcher(d.culprit) {
		return found{}, false
	}
	text := fmt.Sprintf("nothing has failed in %s, or the selector is wrong: %s", slo.FormatDuration(o.Window.Reach()), d.say(m))
	return found{rule.BadNeverSeen, d.kind(), text}, true
}

// ownMatcher reports whether a matcher is of the bad events only: what the total has
// as well is told of the total.
func (o one) ownMatcher(m slo.Matcher) bool {
	return !slices.ContainsFunc(o.uses, func(u use) bool { return u.role == roleTotal && slices.Contains(u.sel.Matchers, m) })
}

// unknownLabel is the label of a matcher of the bad events only that no series of the
// metric had within the window. One that is asked to be absent is not missed.
func (o one) unknownLabel(u use, m *Metric) (string, bool) {
	for _, c := range u.sel.Matchers {
		absent := c.Op == slo.MatchEqual && c.Value == ""
		if !absent && o.ownMatcher(c) && !m.Now.has(c.Label) && m.Labels != nil && !slices.Contains(m.Labels, c.Label) {
			return c.Label, true
		}
	}
	return "", false
}

// noSuchFailures is about a metric of failures that was never there. It may appear
// with the first failure; a misspelt one never does.
func (o one) noSuchFailures(u use) found {
	text := fmt.Sprintf("there is no series of %s, and was none in %s", u.sel.Metric, slo.FormatDuration(o.Window.Reach()))
	const perhaps = "f nothing has failed yet, it may appear with the first failure"
	near, ok := o.near(u.sel.Metric)
	if ok {
		text += fmt.Sprintf(": did you mean %s? I", near) + perhaps
	} else {
		text += "; i" + perhaps
	}
	return found{rule.BadMetricUnseen, u.sel.Metric, text}
}
