package fleet

import (
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Exporter exposes the values of now in the Prometheus text format, for a real
// server to scrape. One scrape holds all targets, each series with its own job
// and instance: set honor_labels. ?instance=NAME narrows it to one target. The
// target that a fault has taken down is missing, and up is left to the scraper.
func (f *Fleet) Exporter() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		registry := prometheus.NewRegistry()
		registry.MustRegister(exposition{fleet: f, instance: r.FormValue("instance")})
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	})
}

// exposition collects the fleet at one instant.
type exposition struct {
	fleet    *Fleet
	instance string // empty is all
}

// Describe implements [prometheus.Collector]. It announces nothing, because
// which series there are is known only when collecting.
func (e exposition) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector].
func (e exposition) Collect(out chan<- prometheus.Metric) {
	at := e.fleet.now().UnixMilli()
	for _, fn := range e.fleet.functions {
		c := fn.upTo(at)
		for _, segments := range c.slots {
			i := find(segments, at)
			if i == len(segments) || segments[i].start > at || segments[i].weather.down {
				continue
			}
			if s := &segments[i]; e.instance == "" || e.instance == s.process.instance {
				fn.expose(s, at, c.traffic.at(at), out)
			}
		}
	}
}

// exposer sends const metrics with the labels of one target.
type exposer struct {
	target *target
	fn     Function
	splits *splits
	out    chan<- prometheus.Metric
}

func (x exposer) desc(name, help string, more prometheus.Labels) *prometheus.Desc {
	constant := prometheus.Labels{"job": x.target.job, "instance": x.target.instance}
	if strings.HasPrefix(name, "function_") {
		constant["service"], constant["function"] = x.fn.Service, x.fn.Name
		if x.target.version != "" {
			constant["version"] = x.target.version
		}
	}
	maps.Copy(constant, more)
	return prometheus.NewDesc(name, help, nil, constant)
}

func (x exposer) counter(name, help string, value int64, more prometheus.Labels) {
	if value > 0 { // born by its first event
		x.out <- prometheus.MustNewConstMetric(x.desc(name, help, more), prometheus.CounterValue, float64(value))
	}
}

// expose sends what one process shows.
func (fn *function) expose(s *segment, now, arrived int64, out chan<- prometheus.Metric) {
	x := exposer{target: s.process.target, fn: fn.Function, splits: fn.splits, out: out}
	calls := s.callsAt(arrived)
	for _, code := range fn.splits.codes {
		more := prometheus.Labels{"code": code.code}
		if code.gateway != "" {
			more["gateway"] = code.gateway
		}
		x.counter(metricCalls, "Calls by response code.", s.follow(code.path, calls), more)
	}
	if i := fn.splits.retries; i >= 0 {
		x.counter(metricRetries, "Calls that were tried again.", s.follow([]ref{{split: i}}, calls), nil)
	}
	if i := fn.splits.cold; i >= 0 {
		x.counter(metricCold, "Calls that had to start an instance first.", s.follow([]ref{{split: i}}, calls), nil)
	}
	if calls > 0 {
		out <- x.durations(s, calls)
	}
	if fn.queue {
		out <- prometheus.MustNewConstMetric(x.desc(metricBacklog, "Jobs that wait.", nil), prometheus.GaugeValue, fn.backlog(now))
	}
	out <- prometheus.MustNewConstMetric(x.desc(metricStart, "When the process started, in seconds since 1970.", nil),
		prometheus.GaugeValue, float64(s.process.start)/1000)
}

// durations is the histogram of one process, of the kind its function has.
func (x exposer) durations(s *segment, calls int64) prometheus.Metric {
	desc, sum := x.desc(metricSeconds, "How long calls took.", nil), float64(s.microsAt(calls))/1e6
	all := x.splits
	if all.native {
		buckets := map[int]int64{}
		for i, n := range s.doubling(all, calls) {
			buckets[all.firstIndex()+i] = n
		}
		return prometheus.MustNewConstNativeHistogram(desc, uint64(calls), sum, buckets, nil, 0, 0, prometheus.DefNativeHistogramZeroThreshold, time.UnixMilli(s.process.start))
	}
	buckets := map[float64]uint64{}
	for i, bound := range all.bounds {
		buckets[bound] = uint64(s.follow(all.buckets[i], calls))
	}
	return prometheus.MustNewConstHistogram(desc, uint64(calls), sum, buckets)
}
