package starter

import (
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// Instrument is something that counts the calls of functions.
type Instrument struct {
	Preset   string // name of the known instrumentation; empty: found by its labels
	Function string // label that tells functions apart
	// Calls says which calls there are and which failed; Duration how long they took,
	// without a threshold. Without a metric there is no histogram. Neither selects a
	// function.
	Calls       slo.Ratio
	Fingerprint []string
	Duration    slo.Latency
}

// Metric is the counter that stands for the instrument.
func (i Instrument) Metric() string {
	return slices.Concat(i.Calls.Total, i.Calls.Good)[0].Metric
}

// Instruments are the known instrumentations among the names of metrics.
func Instruments(names []string) []Instrument {
	there := set(names)
	var out []Instrument
	for _, p := range spec.Presets() {
		calls := slices.Concat(p.Calls.Ratio.Total, p.Calls.Ratio.Good)
		if !there[calls[0].Metric] {
			continue
		}
		i := Instrument{Preset: p.Name, Function: p.Function, Calls: *p.Calls.Ratio, Fingerprint: p.Calls.Fingerprint}
		if base := p.Duration.Latency.Histogram.Metric; there[base] || there[base+"_bucket"] {
			i.Duration = *p.Duration.Latency
		}
		out = append(out, i)
	}
	return out
}

func set(names []string) map[string]bool {
	out := make(map[string]bool, len(names))
	for _, name := range names {
		out[name] = true
	}
	return out
}

// runtimes are what the name of a metric begins with that counts no calls.
var runtimes = []string{"go_", "process_", "scrape_", "slofuse_", "promhttp_", "python_", "jvm_", "nodejs_", "node_", "container_", "kube_"}

// words are what counters of calls are often called; those that come first are
// looked at first.
var words = []string{"calls", "requests", "invocation", "handled", "executions", "jobs", "tasks", "messages", "events"}

// Counters lists at most limit counters that may count calls, and that no known
// instrumentation has: the likely ones first.
func Counters(names []string, known []Instrument, limit int) []string {
	there := set(names)
	for _, i := range known {
		for _, s := range slices.Concat(i.Calls.Total, i.Calls.Good, i.Calls.Bad) {
			delete(there, s.Metric)
		}
		delete(there, i.Duration.Histogram.Metric+"_count")
	}
	var found []string
	for _, name := range names {
		base, isCount := strings.CutSuffix(name, "_count")
		counts := strings.HasSuffix(name, "_total") || isCount && there[base+"_bucket"]
		ours := slices.ContainsFunc(runtimes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if there[name] && counts && !ours {
			found = append(found, name)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return likely(a) - likely(b) })
	return found[:min(len(found), limit)]
}

// likely is how early a counter is looked at.
func likely(name string) int {
	for i, word := range words {
		if strings.Contains(name, word) {
			return i
		}
	}
	return len(words)
}

// UnitOf is the unit of a histogram of durations, as its name ends; 0: it has none.
func UnitOf(metric string) time.Duration { return spec.UnitOfName(metric) }

// Histograms are the durations that may belong to a counter, the one whose name has
// most in common with it first.
func Histograms(names []string, counter string) []string {
	own := set(names)
	var found []string
	for _, name := range names {
		base := strings.TrimSuffix(name, "_bucket")
		if (base != name || own[name+"_count"]) && UnitOf(base) > 0 && common(base, counter) > 0 && !slices.Contains(found, base) {
			found = append(found, base)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return common(b, counter) - common(a, counter) })
	return found
}

// common counts the words at the beginning that two names share; a plural is the
// same word.
func common(a, b string) int {
	n := 0
	other := strings.Split(b, "_")
	for i, word := range strings.Split(a, "_") {
		if i >= len(other) || strings.TrimSuffix(word, "s") != strings.TrimSuffix(other[i], "s") {
			break
		}
		n++
	}
	return n
}
