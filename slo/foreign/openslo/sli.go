package openslo

import (
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// sli is what an SLI measures. One of its three kinds is set.
type sli struct {
	at        strictyaml.Value
	events    *foreign.Events    // counted by counters, or read from gauges
	raw       *foreign.Query     // a share that is computed elsewhere
	success   bool               // raw is the share of what is good
	threshold *foreign.Query     // compared by the objective
	sources   []strictyaml.Value // the DataSources it names
}

// readSLI reads the spec of an SLI.
func (c *catalog) readSLI(m *strictyaml.Map) (sli, bool) {
	s := sli{at: m.Value()}
	readDescription(m)
	ratio, hasRatio := m.Take("ratioMetric")
	threshold, hasThreshold := m.Take("thresholdMetric")
	foreign.Done(m)
	if hasRatio == hasThreshold {
		s.at.Errorf("an SLI has either a ratioMetric or a thresholdMetric")
		return s, false
	}
	if hasThreshold {
		var ok bool
		s.threshold, ok = c.readMetric(&s, threshold)
		return s, ok
	}
	ok := c.readRatio(&s, ratio)
	return s, ok
}

// readRatio reads a share: of two counts, or computed elsewhere.
func (c *catalog) readRatio(s *sli, v strictyaml.Value) bool {
	m, ok := v.Map()
	if !ok {
		return false
	}
	s.at = v
	counter, hasCounter := m.Take("counter")
	raw, hasRaw := m.Take("raw")
	if hasRaw {
		s.raw, ok = c.readMetric(s, raw)
		kind, typed := m.Require("rawType")
		foreign.Done(m)
		return typed && s.readRawType(kind) && ok
	}
	s.events = &foreign.Events{Counters: true}
	if hasCounter {
		s.events.Counters, ok = counter.Bool()
	}
	sound := c.readCounts(s, m)
	foreign.Done(m)
	if sound && !hasCounter {
		foreign.Changed(v, "counter is missing: the metrics are taken for counters; write counter: false for gauges")
	}
	return sound && ok
}

// readRawType reads what a share that is computed elsewhere is one of.
func (s *sli) readRawType(v strictyaml.Value) bool {
	text, ok := v.Text()
	s.success = text == "success"
	if ok && text != "success" && text != "failure" {
		v.Errorf("unknown rawType %q: success or failure", text)
		return false
	}
	return ok
}

// readCounts reads a count of all events, and one of good or of bad ones.
func (c *catalog) readCounts(s *sli, m *strictyaml.Map) bool {
	e, ok := s.events, true
	read := func(v strictyaml.Value, found bool) *foreign.Query {
		if !found {
			return nil
		}
		query, sound := c.readMetric(s, v)
		ok = ok && sound
		return query
	}
	e.Good, e.Bad = read(m.Take("good")), read(m.Take("bad"))
	if m.Has("good") == m.Has("bad") {
		m.Value().Errorf("a ratioMetric has either good or bad, beside total")
		ok = false
	}
	e.Total = read(m.Require("total"))
	return ok && e.Total != nil
}
