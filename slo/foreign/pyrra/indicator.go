package pyrra

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// putIndicator writes how events are counted: one of four kinds.
func (t *translation) putIndicator(v strictyaml.Value) bool {
	m, ok := v.Map()
	if !ok {
		return false
	}
	kinds := []struct {
		name string
		put  func(*strictyaml.Map) bool
	}{
		{"ratio", t.putRatio}, {"latency", t.putLatency}, {"latencyNative", t.putNative}, {"bool_gauge", t.putGauge},
	}
	var given, names []string
	var put func() bool
	for _, k := range kinds {
		names = append(names, k.name)
		body, found := m.Take(k.name)
		if !found || body.IsEmpty() {
			continue
		}
		given = append(given, k.name)
		put = func() bool {
			inner, ok := body.Map()
			return ok && k.put(inner)
		}
	}
	foreign.Done(m)
	switch len(given) {
	case 1:
		return put()
	case 0:
		v.Errorf("an indicator of Pyrra needs a kind: one of %s", strings.Join(names, ", "))
	default:
		v.Errorf("an indicator of Pyrra has one kind, not %s together", strings.Join(given, " and "))
	}
	return false
}

// putRatio writes errors of all events.
func (t *translation) putRatio(m *strictyaml.Map) bool {
	errors, ok := readMetric(m, "errors")
	total, also := readMetric(m, "total")
	return t.putEvents(m, foreign.Events{Bad: errors, Total: total, Counters: true}, ok && also)
}

// putLatency writes the calls of a bucket of all calls.
func (t *translation) putLatency(m *strictyaml.Map) bool {
	success, ok := readMetric(m, "success")
	total, also := readMetric(m, "total")
	if ok && !selectsBucket(success) {
		success.At.Errorf("the metric of success is one bucket of a histogram: select it with le=\"…\"")
		ok = false
	}
	return t.putEvents(m, foreign.Events{Good: success, Total: total, Counters: true}, ok && also)
}

func (t *translation) putEvents(m *strictyaml.Map, e foreign.Events, ok bool) bool {
	grouping, at := readGrouping(m)
	foreign.Done(m)
	if !ok {
		return false
	}
	indicator, ok := t.Events(m.Value(), e)
	foreign.Put(t.slo, "sli", indicator.SLI)
	t.PutSplit(t.slo, at, without(grouping, e.Total))
	return ok
}

// putNative writes the calls of a native histogram up to a latency, which Pyrra
// estimates where it is no bound of a bucket.
func (t *translation) putNative(m *strictyaml.Map) bool {
	total, ok := readMetric(m, "total")
	latency, hasLatency := m.Require("latency")
	grouping, at := readGrouping(m)
	foreign.Done(m)
	if !ok || !hasLatency {
		return false
	}
	threshold, ok := readLatency(latency)
	if !ok {
		return false
	}
	body, sli := t.Map(m.Value()), t.Map(m.Value())
	foreign.Put(body, "histogram", t.Text(total.At, total.String()))
	foreign.Put(body, "threshold", t.Text(latency, threshold))
	foreign.Put(body, "unit", t.unit(total))
	foreign.Put(body, "interpolate", t.Plain(latency, "true"))
	foreign.Put(sli, "latency", body)
	foreign.Put(t.slo, "sli", sli)
	t.PutSplit(t.slo, at, without(grouping, total))
	return true
}

// without leaves out the labels of which a selector has one value only.
func without(labels []string, selector *foreign.Query) []string {
	s, _ := selector.Selector()
	return slices.DeleteFunc(labels, func(label string) bool {
		return slices.ContainsFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == label && m.Op == slo.MatchEqual })
	})
}

// unit is seconds, as Pyrra takes all native histograms, where the name of the
// histogram does not say so itself.
func (t *translation) unit(histogram *foreign.Query) *yaml.Node {
	if s, _ := histogram.Selector(); strings.HasSuffix(s.Metric, "_seconds") {
		return nil
	}
	return t.Text(histogram.At, "s")
}

// readLatency reads a duration of Prometheus, and writes it as thresholds are.
func readLatency(v strictyaml.Value) (string, bool) {
	text, ok := v.Text()
	if !ok {
		return "", false
	}
	d, err := model.ParseDuration(text)
	if err != nil || d <= 0 {
		v.Errorf("latency %q is no duration such as 250ms or 1s", text)
		return "", false
	}
	return time.Duration(d).String(), true
}

// putGauge writes the mean of gauges that are 1 while something works. Pyrra takes
// it over all samples, slofuse over what the gauges hold at the ends of slots.
func (t *translation) putGauge(m *strictyaml.Map) bool {
	gauge, ok := readText(m)
	grouping, at := readGrouping(m)
	foreign.Done(m)
	if !ok {
		return false
	}
	body, sli := t.Map(gauge.At), t.Map(gauge.At)
	foreign.Put(body, "query", t.Text(gauge.At, "1 - avg("+gauge.String()+")"))
	foreign.Put(sli, "error_ratio", body)
	foreign.Put(t.slo, "sli", sli)
	if len(grouping) > 0 {
		foreign.Lost(at, "grouping (%s): a query of gauges cannot be split, so one budget is kept over all of them; write an SLO for each that needs its own", strings.Join(grouping, ", "))
	}
	return true
}

// selectsBucket reports whether a selector is of one bucket.
func selectsBucket(q *foreign.Query) bool {
	s, _ := q.Selector()
	return slices.ContainsFunc(s.Matchers, func(m slo.Matcher) bool { return m.Label == "le" && m.Op == slo.MatchEqual })
}

// readMetric reads the selector under a key.
func readMetric(m *strictyaml.Map, key string) (*foreign.Query, bool) {
	v, ok := m.Require(key)
	if !ok {
		return nil, false
	}
	inner, ok := v.Map()
	if !ok {
		return nil, false
	}
	query, ok := readText(inner)
	foreign.Done(inner)
	return query, ok
}

// readText reads the key metric: a selector, as all queries of Pyrra are.
func readText(m *strictyaml.Map) (*foreign.Query, bool) {
	v, ok := m.Require("metric")
	if !ok {
		return nil, false
	}
	query, ok := foreign.ReadQuery(v)
	if !ok {
		return nil, false
	}
	if _, plain := query.Selector(); !plain {
		v.Errorf("a metric of Pyrra is a plain selector, such as calls_total{job=\"shop\"}: Pyrra and slofuse compute its growth themselves")
		return nil, false
	}
	return query, true
}

// readGrouping reads the labels that Pyrra has a budget for every value of, and
// where they stand.
func readGrouping(m *strictyaml.Map) ([]string, strictyaml.Value) {
	v, ok := m.Take("grouping")
	if !ok || v.IsEmpty() {
		return nil, m.Value()
	}
	items, _ := v.List()
	var names []string
	for _, item := range items {
		if text, ok := item.Text(); ok {
			names = append(names, text)
		}
	}
	return names, v
}
