package operate

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
)

// sloMetrics are the numbers of all SLOs, as series. What is not known has no
// series: a number that stands still would look like a good one.
type sloMetrics struct {
	server Handlers
	objective, remaining, burnRate, events, badEvents,
	state, data, info *prometheus.Desc
}

func newSLOMetrics(s Handlers) *sloMetrics {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc("slofuse_slo_"+name, help, append([]string{"service", "function", "slo"}, more...), nil)
	}
	return &sloMetrics{
		server:    s,
		objective: desc("objective_ratio", "Share of events that must be good."),
		remaining: desc("error_budget_remaining_ratio", "Share of the error budget of the SLO's window that is left; below 0 when it is overspent."),
		burnRate:  desc("burn_rate", "How many times faster than allowed the budget was spent over a window of the SLO's policy.", "window"),
		events:    desc("events", "Events in a window, from the ledger.", "window"),
		badEvents: desc("bad_events", "Bad events in a window, from the ledger.", "window"),
		state:     desc("state", "Always 1; the label is the word of the list of SLOs, which puts alert, data and budget together.", "state"),
		data:      desc("data_state", "Always 1; the label says how far the numbers can be believed.", "state"),
		info:      desc("info", "Always 1; the labels say whose the SLO is, and over which window it is judged.", "owner", "window"),
	}
}

// Describe is of prometheus.Collector.
func (m *sloMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.objective, m.remaining, m.burnRate, m.events, m.badEvents, m.state, m.data, m.info} {
		out <- d
	}
}

// Collect is of prometheus.Collector.
func (m *sloMetrics) Collect(out chan<- prometheus.Metric) {
	rows, err := m.server.Assemble(context.Background(), m.server.Objectives.SLOs(), time.Time{})
	if err != nil {
		out <- prometheus.NewInvalidMetric(m.data, err)
		return
	}
	for i := range rows {
		m.collect(out, &rows[i])
	}
}

func (m *sloMetrics) collect(out chan<- prometheus.Metric, row *listing.Row) {
	s, a := &row.SLO, &row.Assessment
	gauge := func(d *prometheus.Desc, value float64, more ...string) {
		labels := append([]string{s.ID.Service, s.ID.Function, s.ID.Name}, more...)
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(m.objective, s.Objective.Ratio())
	gauge(m.info, 1, s.Owner, s.Window.Name)
	gauge(m.state, 1, string(row.Status()))
	gauge(m.data, 1, string(cmp.Or(a.State, slo.StateStale))) // not evaluated yet
	if !a.State.Measured() {
		return
	}
	if remaining, known := a.Remaining(a.Window); known && a.Window.Decides() {
		gauge(m.remaining, remaining)
	}
	for _, w := range a.Burns {
		if w.Decides() {
			m.window(gauge, a, w)
		}
	}
}

// window tells of one window of the policy. Without a call there is no burn rate.
func (m *sloMetrics) window(gauge func(*prometheus.Desc, float64, ...string), a *slo.Assessment, w slo.WindowSum) {
	name := slo.FormatDuration(w.Length)
	gauge(m.events, a.Scale.Events(w.Total), name)
	gauge(m.badEvents, a.Scale.Events(w.Bad), name)
	if rate, known := a.BurnRateOf(w); known {
		gauge(m.burnRate, rate, name)
	}
}

// Metrics serves what a registry gathers to a Prometheus.
func (s Handlers) Metrics(mux *http.ServeMux, path string, from prometheus.Gatherer) {
	handler := promhttp.HandlerFor(from, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelError), Timeout: 10 * time.Second, MaxRequestsInFlight: 4})
	mux.Handle("GET "+path, s.GuardedHTTP(site.Route{Method: http.MethodGet}, handler))
	mux.Handle(path, s.Serve(site.MethodNotAllowed([]string{http.MethodGet})))
}

// SLOGatherer gathers the numbers of all SLOs.
func (s Handlers) SLOGatherer() prometheus.Gatherer {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newSLOMetrics(s))
	return registry
}
