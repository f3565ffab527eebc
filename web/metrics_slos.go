package web

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/slofuse/slofuse/slo"
)

const (
	pathMetrics = "/metrics"
	// pathSLOMetrics is apart from the metrics of the process: thousands of SLOs have
	// a dozen series each, and not everybody wants them.
	pathSLOMetrics = "/metrics/slos"
)

// sloMetrics are the numbers of all SLOs, as series. What is not known has no
// series: a number that stands still would look like a good one.
type sloMetrics struct {
	objectives Objectives
	objective, remaining, events, badEvents,
	data *prometheus.Desc
}

func newSLOMetrics(o Objectives) *sloMetrics {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("slofuse_slo_"+name, help, append([]string{"service", "function", "slo"}, more...), nil)
	}
	return &sloMetrics{
		objectives: o,
		objective:  desc("objective_ratio", "Share of events that must be good."),
		remaining:  desc("error_budget_remaining_ratio", "Share of the error budget of the SLO's window that is left; below 0 when it is overspent."),
		events:     desc("events", "Events in a window, from the ledger.", "window"),
		badEvents:  desc("bad_events", "Bad events in a window, from the ledger.", "window"),
		data:       desc("data_state", "Always 1; the label says how far the numbers can be believed.", "state"),
	}
}

// Describe is of prometheus.Collector.
func (m *sloMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.objective, m.remaining, m.events, m.badEvents, m.data} {
		out <- d
	}
}

// Collect is of prometheus.Collector.
func (m *sloMetrics) Collect(out chan<- prometheus.Metric) {
	slos := m.objectives.SLOs()
	assessments, err := m.objectives.Assess(context.Background(), slos, time.Time{})
	if err != nil {
		out <- prometheus.NewInvalidMetric(m.data, err)
		return
	}
	for i, s := range slos {
		m.collect(out, s, assessments[i])
	}
}

func (m *sloMetrics) collect(out chan<- prometheus.Metric, s slo.SLO, a slo.Assessment) {
	gauge := func(d *prometheus.Desc, value float64, more ...string) {
		labels := append([]string{s.ID.Service, s.ID.Function, s.ID.Name}, more...)
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(m.objective, s.Objective.Ratio())
	gauge(m.data, 1, string(cmp.Or(a.State, slo.StateStale))) // not evaluated yet
	if !a.State.Measured() {
		return
	}
	if remaining, known := a.Remaining(a.Window); known && a.Window.Decides() {
		gauge(m.remaining, remaining)
	}
	for _, w := range a.Burns {
		if w.Decides() {
			gauge(m.events, a.Scale.Events(w.Total), slo.FormatDuration(w.Length))
			gauge(m.badEvents, a.Scale.Events(w.Bad), slo.FormatDuration(w.Length))
		}
	}
}

// metrics serves what a registry gathers to a Prometheus.
func (s *Server) metrics(mux *http.ServeMux, path string, from prometheus.Gatherer) {
	handler := promhttp.HandlerFor(from, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelError), Timeout: 10 * time.Second, MaxRequestsInFlight: 4})
	mux.Handle("GET "+path, s.guardedHTTP(route{method: http.MethodGet}, handler))
	mux.Handle(path, s.serve(methodNotAllowed([]string{http.MethodGet})))
}

// sloGatherer gathers the numbers of all SLOs.
func (s *Server) sloGatherer() prometheus.Gatherer {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newSLOMetrics(s.Objectives))
	return registry
}
