package pyrra

import (
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
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
