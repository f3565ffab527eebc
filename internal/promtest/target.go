package promtest

import (
	"maps"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// ScrapeInterval is how often every target is scraped.
const ScrapeInterval = 15 * time.Second

// The metrics a target exposes beside up and process_start_time_seconds.
const (
	CallsMetric    = "function_calls_total"                  // labels function, code
	DurationMetric = "function_call_duration_seconds"        // classic histogram, label function
	bucketMetric   = "function_call_duration_seconds_bucket" // label le: 0.5, 1.0, +Inf
	startMetric    = "process_start_time_seconds"
)

// Target is one scraped process that runs functions, and what happens to it.
// It needs a job, an instance, a function and a time to be scraped; everything
// else may be zero.
type Target struct {
	Job, Instance string
	Functions     []Function
	Seed          uint64            // of its ups and downs and of the phase of its scrapes
	Extra         map[string]string // more labels on every series
	From, To      time.Time         // scraped from, inclusive, to, exclusive
	// Born is when the process started, From if zero. A process that is older
	// than its first scrape comes with large counters.
	Born        time.Time
	Restarts    []Restart
	Lulls       []Lull
	Relabels    []Relabel
	Gaps        []Gap
	Late        []Late
	NoStartTime bool // exposes no process_start_time_seconds
}

// Function is what a target runs.
type Function struct {
	Name    string
	Rate    float64                 // calls a second, on average
	Since   time.Time               // nobody called it before
	Errors  func(time.Time) float64 // errors a second; nil for none
	Code    func(nth int) string    // of the n-th error of a process; nil for 500, each seventh 503
	Latency bool                    // also exposes a classic histogram; errors are the calls slower than 1 s
	Native  *Native                 // also exposes a native histogram of the same calls
	// ClassicSince and ClassicUntil bound when the classic histogram is exposed:
	// always, if they are zero.
	ClassicSince, ClassicUntil time.Time
}

// Native is what native histograms a function has.
type Native struct {
	Schema int32     // of exponential buckets
	Bounds []float64 // of custom buckets, ascending; nil: exponential ones
	Since  time.Time // not exposed before
}

// Restart kills the process and starts it again. Its counters begin at zero,
// series of errors vanish until the next error, scrapes in between fail.
type Restart struct {
	At   time.Time
	Down time.Duration
}

// Lull is a time in [From, To) in which nobody calls anything. It begins with the
// first scrape in it.
type Lull struct{ From, To time.Time }

// Relabel gives the series of the running process other labels from At on.
type Relabel struct {
	At       time.Time
	Instance string            // empty: as before
	Extra    map[string]string // nil: as before
	// Unmarked relabels leave no staleness markers on the old series, as some
	// senders of remote write do.
	Unmarked bool
}

// Gap is a time without samples in [From, To).
type Gap struct {
	From, To time.Time
	// Silent gaps leave no trace: nobody scraped. In others the scrapes failed:
	// up is 0 and every series ends with a staleness marker.
	Silent bool
	// Idle gaps are those of an exporter that is scraped but drops the series
	// of its functions.
	Idle bool
}

// Late delays the visibility of the samples scraped in [From, To).
type Late struct {
	From, To time.Time
	By       time.Duration
	Each     int // only each n-th scrape is late; 0 and 1: all
}

func (g Gap) holds(t time.Time) bool  { return !t.Before(g.From) && t.Before(g.To) }
func (l Late) holds(t time.Time) bool { return !t.Before(l.From) && t.Before(l.To) }
func (l Lull) holds(t time.Time) bool { return !t.Before(l.From) && t.Before(l.To) }

// identity is the labels common to all series of the target at a time.
func (t Target) identity(at time.Time) map[string]string {
	id := map[string]string{"job": t.Job, "instance": t.Instance}
	set := func(extra map[string]string) {
		maps.Copy(id, extra)
	}
	set(t.Extra)
	for _, r := range t.Relabels {
		if at.Before(r.At) {
			continue
		}
		if r.Instance != "" {
			id["instance"] = r.Instance
		}
		set(r.Extra)
	}
	return id
}

// unmarked reports whether a scrape is the first after an unmarked relabel.
func (t Target) unmarked(at time.Time) bool {
	return slices.ContainsFunc(t.Relabels, func(r Relabel) bool {
		return r.Unmarked && !at.Before(r.At) && at.Add(-ScrapeInterval).Before(r.At)
	})
}

// gap finds the gap at a time.
func (t Target) gap(at time.Time) (Gap, bool) {
	for _, g := range t.Gaps {
		if g.holds(at) {
			return g, true
		}
	}
	return Gap{}, false
}

// visible says when the n-th scrape, made at a time, can be read.
func (t Target) visible(at time.Time, n int) time.Time {
	for _, l := range t.Late {
		if l.holds(at) && n%max(l.Each, 1) == 0 {
			return at.Add(l.By)
		}
	}
	return at
}

// named builds the labels of one series; pairs are name, value.
func named(metric string, identity map[string]string, pairs ...string) labels.Labels {
	b := labels.NewBuilder(labels.FromStrings(labels.MetricName, metric))
	for name, v := range identity {
		b.Set(name, v)
	}
	for i := 0; i < len(pairs); i += 2 {
		b.Set(pairs[i], pairs[i+1])
	}
	return b.Labels()
}
