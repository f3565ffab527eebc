package prom

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	queries  *prometheus.CounterVec
	seconds  prometheus.Observer
	inFlight prometheus.Gauge
}

// newMetrics registers the metrics of one backend. Several backends share the
// registerer, so each carries its name as a constant label.
func newMetrics(cfg Config) *metrics {
	reg := cfg.Registerer
	if reg == nil {
		reg = prometheus.NewRegistry()
	}
	factory := promauto.With(prometheus.WrapRegistererWith(prometheus.Labels{"backend": cfg.Name}, reg))
	m := &metrics{
		queries: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "slofuse_backend_queries_total", Help: "Queries sent to a backend, retries included, by outcome.",
		}, []string{"outcome"}),
		seconds: factory.NewHistogram(prometheus.HistogramOpts{
			Name: "slofuse_backend_query_duration_seconds", Help: "How long a backend took to answer.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}),
		inFlight: factory.NewGauge(prometheus.GaugeOpts{
			Name: "slofuse_backend_queries_in_flight", Help: "Queries a backend is answering now.",
		}),
	}
	for _, kind := range []Kind{"ok", Unavailable, BadQuery, TooMuch, TooSlow, BadAnswer, Partial, Denied} {
		m.queries.WithLabelValues(string(kind))
	}
	return m
}

// start counts a query in; the returned function counts it out.
func (m *metrics) start() func(error) {
	m.inFlight.Inc()
	timer := prometheus.NewTimer(m.seconds)
	return func(err error) {
		m.inFlight.Dec()
		timer.ObserveDuration()
		outcome := "ok"
		if err != nil {
			outcome = string(KindOf(err))
		}
		m.queries.WithLabelValues(outcome).Inc()
	}
}
