package pyrra

import (
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

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
