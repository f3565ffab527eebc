package config

import (
	"slices"
	"time"

	"github.com/prometheus/alertmanager/matcher/parse"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// routeReader reads the routing tree against what it may name.
type routeReader struct {
	receivers, named, steps *names // named are the time intervals, steps the escalations
	intervals               map[string]route.Interval
	escalations             map[string]route.Escalation
}

func (r *routeReader) read(v strictyaml.Value, root bool) route.Node {
	var n route.Node
	m, ok := v.Map()
	if !ok {
		return n
	}
	n.Receiver = r.readReceiver(m, root)
	if matchers, ok := m.Take("matchers"); ok {
		readMatchers(&n, matchers)
		if root {
			matchers.Errorf("the top route takes everything: move its matchers to a route below it")
		}
	}
	if more, ok := m.Take("continue"); ok {
		n.Continue, _ = more.Bool()
		if root {
			more.Errorf("the top route has no siblings: remove continue")
		}
	}
	readGroup(&n, m)
	n.Mute = r.readIntervals(m, "mute_time_intervals", root)
	n.Active = r.readIntervals(m, "active_time_intervals", root)
	n.Escalation = r.readEscalation(m)
	if routes, ok := m.Take("routes"); ok {
		items, _ := routes.List()
		for _, item := range items {
			n.Routes = append(n.Routes, r.read(item, false))
		}
	}
	m.Done()
	return n
}

func (r *routeReader) readReceiver(m *strictyaml.Map, root bool) string {
	take := m.Take
	if root {
		take = m.Require
	}
	v, ok := take("receiver")
	if !ok {
		return ""
	}
	name, _ := r.receivers.refer(v)
	return name
}

func readMatchers(n *route.Node, v strictyaml.Value) {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("matchers is empty: such a route takes everything; leave the key out if that is meant")
	}
	for _, item := range items {
		text, ok := item.Text()
		if !ok {
			continue
		}
		matchers, err := parse.Matchers(text)
		if err != nil {
			item.Errorf(`not a valid matcher such as severity="page": %v`, err)
			continue
		}
		warnOfSeverity(item, matchers)
		n.Matchers = append(n.Matchers, matchers...)
	}
}

// warnOfSeverity says which matchers hold for no alert: who comes from elsewhere
// writes critical.
func warnOfSeverity(at strictyaml.Value, matchers labels.Matchers) {
	for _, m := range matchers {
		if m.Name == "severity" && !m.Matches(slo.SeverityPage.String()) && !m.Matches(slo.SeverityTicket.String()) {
			at.Warnf(rule.MatcherNever, "%s holds for no alert: a severity is page or ticket", m)
		}
	}
}

// readGroup reads what is told together, and how often.
func readGroup(n *route.Node, m *strictyaml.Map) {
	if v, ok := m.Take("group_by"); ok {
		n.GroupBy = readGroupBy(v)
	}
	if v, ok := m.Take("group_wait"); ok {
		if d, ok := v.Duration(); ok {
			n.GroupWait = &d
			if d > time.Hour {
				v.Errorf("group_wait must be at most 1h: a page waits for it as well")
			}
		}
	}
	if v, ok := m.Take("group_interval"); ok {
		n.GroupInterval = readTiming(v, time.Second, 24*time.Hour, "group_interval must be between 1s and 24h")
	}
	if v, ok := m.Take("repeat_interval"); ok {
		n.RepeatInterval = readTiming(v, time.Minute, 30*24*time.Hour, "repeat_interval must be between 1m and 30d")
	}
}

func readTiming(v strictyaml.Value, low, high time.Duration, complaint string) time.Duration {
	d, ok := v.Duration()
	if ok && (d < low || d > high) {
		v.Errorf("%s", complaint)
	}
	return d
}

// everyLabel is how Alertmanager writes that nothing is told together.
const everyLabel = "..."

// readGroupBy reads the labels of a group: nil when they cannot be read, and not nil
// where none is named.
func readGroupBy(v strictyaml.Value) []string {
	items, ok := v.List()
	if !ok {
		return nil
	}
	labels := []string{}
	for _, item := range items {
		label, ok := item.Text()
		switch {
		case !ok:
			continue
		case label == everyLabel:
			if len(items) > 1 {
				item.Errorf("%q stands for every label: write it alone", everyLabel)
			}
			label = route.LabelIncident // no two incidents agree on every label
		case !model.LegacyValidation.IsValidLabelName(label):
			item.Errorf("%q is no label name: it takes letters, digits and _, and no digit first", label)
		case slices.Contains(labels, label):
			item.Errorf("label %q is already named", label)
		}
		labels = append(labels, label)
	}
	return labels
}

func (r *routeReader) readIntervals(m *strictyaml.Map, key string, root bool) []route.Interval {
	v, ok := m.Take(key)
	if !ok {
		return nil
	}
	if root {
		v.Errorf("the top route is never silent, since it takes what no other does: move %s to a route below it", key)
	}
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("%s is empty: name an interval, or leave the key out", key)
	}
	var out []route.Interval
	for _, item := range items {
		if name, ok := r.named.refer(item); ok {
			out = append(out, r.intervals[name])
		}
	}
	return out
}

func (r *routeReader) readEscalation(m *strictyaml.Map) *route.Escalation {
	v, ok := m.Take("escalation")
	if !ok {
		return nil
	}
	name, ok := v.Text()
	if ok && name == noEscalation {
		return &route.Escalation{}
	}
	if !ok || !r.steps.known(v, name) {
		return nil
	}
	e := r.escalations[name]
	return &e
}
