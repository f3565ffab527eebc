package fleet

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// Names of the metrics.
const (
	metricCalls   = "function_calls_total"
	metricSeconds = "function_call_duration_seconds"
	metricRetries = "function_retries_total"
	metricCold    = "function_cold_starts_total"
	metricUp      = "up"
	metricBacklog = "function_backlog"
	metricStart   = "process_start_time_seconds"
)

// reading is what a series reads from a segment.
type reading int

const (
	readSplits  reading = iota // calls, or what a path of splits leads to
	readBucket                 // the same of a histogram: there from the first call on
	readNative                 // calls as a native histogram
	readSeconds                // time spent in calls
	readUp                     // 1 while the target answers, else 0
	readStart                  // when the process started
	readBacklog                // how many jobs wait
)

// counts reports whether values fall only when a process ends.
func (r reading) counts() bool {
	return r == readSplits || r == readBucket || r == readNative || r == readSeconds
}

// series is one time series: a target and what is read from it.
type series struct {
	labels  labels.Labels
	fn      *function
	slot    int
	target  *target
	reading reading
	path    []ref
}

// index finds series. It is made once, for all planned targets.
type index struct {
	byName map[string][]*series // sorted by labels
	names  []string
}

func newIndex(functions []*function) *index {
	ix := &index{byName: map[string][]*series{}}
	for _, fn := range functions {
		for slot := range slots {
			var last *target
			for i := range fn.plan[slot] {
				if t := fn.plan[slot][i].target; t != last {
					ix.addTarget(fn, slot, t)
					last = t
				}
			}
		}
	}
	for name, list := range ix.byName {
		slices.SortFunc(list, func(a, b *series) int { return labels.Compare(a.labels, b.labels) })
		ix.names = append(ix.names, name)
	}
	slices.Sort(ix.names)
	return ix
}

// addTarget adds all series of a target.
func (ix *index) addTarget(fn *function, slot int, t *target) {
	add := func(name string, r reading, path []ref, extra ...string) {
		pairs := append([]string{model.MetricNameLabel, name, "job", t.job, "instance", t.instance}, extra...)
		ix.byName[name] = append(ix.byName[name], &series{
			labels: labels.FromStrings(pairs...), fn: fn, slot: slot, target: t, reading: r, path: path,
		})
	}
	own := []string{"service", fn.Service, "function", fn.Name}
	if t.version != "" {
		own = append(own, "version", t.version)
	}
	with := func(extra ...string) []string { return append(slices.Clone(own), extra...) }
	for _, code := range fn.splits.codes {
		extra := with("code", code.code)
		if code.gateway != "" {
			extra = append(extra, "gateway", code.gateway)
		}
		add(metricCalls, readSplits, code.path, extra...)
	}
	fn.splits.histogram(func(suffix string, r reading, path []ref, bucket ...string) {
		add(metricSeconds+suffix, r, path, with(bucket...)...)
	})
	if i := fn.splits.retries; i >= 0 {
		add(metricRetries, readSplits, []ref{{split: i}}, own...)
	}
	if i := fn.splits.cold; i >= 0 {
		add(metricCold, readSplits, []ref{{split: i}}, own...)
	}
	if fn.queue {
		add(metricBacklog, readBacklog, nil, own...)
	}
	add(metricUp, readUp, nil)
	add(metricStart, readStart, nil)
}

// match lists the series that all matchers accept and whose target was known
// at some time from mint to maxt.
func (ix *index) match(mint, maxt int64, matchers []*labels.Matcher) (found []*series) {
	for _, name := range ix.named(matchers) {
		for _, s := range ix.byName[name] {
			if s.target.start <= maxt && s.target.end > mint && accepts(matchers, s.labels) {
				found = append(found, s)
			}
		}
	}
	return found
}

// named are the metric names that the matchers may accept, sorted.
func (ix *index) named(matchers []*labels.Matcher) []string {
	for _, m := range matchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return []string{m.Value}
		}
	}
	return ix.names
}

func accepts(matchers []*labels.Matcher, ls labels.Labels) bool {
	for _, m := range matchers {
		if !m.Matches(ls.Get(m.Name)) {
			return false
		}
	}
	return true
}
