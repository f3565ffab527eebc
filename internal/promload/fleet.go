package promload

import (
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// Fleet is a number of functions and what each exports. Every function runs in
// several processes, and every process is restarted once a day, each at a time
// of its own.
type Fleet struct {
	Functions int
	Instances int       // processes of each function
	Codes     []string  // status codes; the first is success, the others share the errors
	Buckets   []float64 // bounds of a histogram of durations; none: no histogram
	Scrape    time.Duration
}

// perTarget is how many functions live in one process.
const perTarget = 20

// errorRatio is the share of calls that fail.
const errorRatio = 0.001

// Codes and Buckets of a usual function.
var (
	UsualCodes   = []string{"200", "500", "503"}
	UsualBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, math.Inf(1)}
)

// Name is the name of the nth function.
func (f Fleet) Name(n int) string { return fmt.Sprintf("function-%05d", n) }

// Series is one exported series: its labels and its value at an instant.
type Series struct {
	Labels labels.Labels
	Value  func(at time.Time) float64
}

// Series lists all of the fleet.
func (f Fleet) Series() []Series {
	var all []Series
	for n := range f.Functions {
		for i := range f.Instances {
			p := process{function: f.Name(n), instance: fmt.Sprintf("service-%03d-%d:8080", n/perTarget, i)}
			if n%perTarget == 0 {
				all = append(all, p.own()...)
			}
			all = append(all, p.calls(f.Codes)...)
			all = append(all, p.durations(f.Buckets)...)
		}
	}
	return all
}

// process is one function in one process.
type process struct{ function, instance string }

const day = 24 * 3600

// started is when the process running at an instant was started, in Unix
// seconds.
func (p process) started(at time.Time) int64 {
	phase := int64(hash(p.instance) % day)
	return (at.Unix()-phase)/day*day + phase
}

// rate is how often the function is called in this process, a second: from once
// in 20 seconds to 50 times, most of them rarely.
func (p process) rate() float64 {
	return 0.05 * math.Pow(1000, float64(hash(p.function)%1000)/1000)
}

// total is how often it was called since the start of the process.
func (p process) total(at time.Time) int64 {
	life := at.Sub(time.Unix(p.started(at), 0)).Seconds()
	return int64(p.rate() * life)
}

func (p process) own() []Series {
	return []Series{
		{p.labels("up"), func(time.Time) float64 { return 1 }},
		{p.labels("process_start_time_seconds"), func(at time.Time) float64 { return float64(p.started(at)) }},
	}
}

func (p process) calls(codes []string) []Series {
	failing := int64(max(len(codes)-1, 1))
	out := make([]Series, len(codes))
	for i, code := range codes {
		out[i] = Series{p.labels("function_calls_total", "function", p.function, "code", code), func(at time.Time) float64 {
			total := p.total(at)
			errors := int64(float64(total) * errorRatio)
			if i == 0 {
				return float64(total - errors)
			}
			return float64((errors + failing - int64(i)) / failing)
		}}
	}
	return out
}

// durations are the buckets of a histogram, with a distribution that is the same
// for all functions.
func (p process) durations(bounds []float64) []Series {
	out := make([]Series, len(bounds))
	for i, bound := range bounds {
		share := 1 - math.Exp(-float64(i+1)*1.2)
		if i == len(bounds)-1 {
			share = 1
		}
		le := labels.FormatOpenMetricsFloat(bound)
		out[i] = Series{p.labels("function_call_duration_seconds_bucket", "function", p.function, "le", le), func(at time.Time) float64 {
			return math.Floor(float64(p.total(at)) * share)
		}}
	}
	return out
}

func (p process) labels(name string, more ...string) labels.Labels {
	return labels.FromStrings(append([]string{"__name__", name, "job", "fleet", "instance", p.instance}, more...)...)
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum64()
}

// text writes a value as the exposition format does.
func text(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
