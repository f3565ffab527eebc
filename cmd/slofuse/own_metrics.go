package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// ownMetrics are what is read of the service when somebody asks for metrics.
type ownMetrics struct {
	*service
	lag, outbox, incidents, held *prometheus.Desc
}

func newOwnMetrics(s *service) *ownMetrics {
	return &ownMetrics{
		service:   s,
		lag:       prometheus.NewDesc("slofuse_evaluation_lag_seconds", "How far the last slot that was assessed is behind the one that should be.", nil, nil),
		outbox:    prometheus.NewDesc("slofuse_outbox_notifications", "Notifications in the outbox, by state: owed, and undeliverable of incidents that are kept.", []string{"state"}, nil),
		incidents: prometheus.NewDesc("slofuse_incidents_open", "Open incidents.", []string{"severity", "state"}, nil),
		held:      prometheus.NewDesc("slofuse_alerts_held_back", "Active alerts whose messages are held back, by what does it: silence, deploy or maintenance.", []string{"by"}, nil),
	}
}

// Describe is of prometheus.Collector.
func (m *ownMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.lag
	out <- m.outbox
	out <- m.incidents
	out <- m.held
}

// maxCollect bounds what a scrape waits for the database.
const maxCollect = 5 * time.Second

// Collect is of prometheus.Collector. What cannot be read is left out: a number
// that stands still would look like a good one.
func (m *ownMetrics) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	if last := m.latest.Load(); last != nil {
		gauge(m.lag, max(0, m.evaluator.LastSlot(m.now()).Sub(last.at).Seconds()))
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxCollect)
	defer cancel()
	if b, err := m.journal.Backlog(ctx); err == nil {
		gauge(m.outbox, float64(b.Owed), alerting.DeliveryOwed)
		gauge(m.outbox, float64(b.Undeliverable), alerting.DeliveryUndeliverable)
	}
	open, err := m.engine.Incidents(ctx, 0)
	if err != nil {
		return
	}
	for labels, n := range countOpen(open) {
		gauge(m.incidents, float64(n), labels[0], labels[1])
	}
	alerts, err := m.engine.Alerts(ctx)
	if err != nil {
		return
	}
	for by, n := range countHeld(alerts) {
		gauge(m.held, float64(n), by)
	}
}

// countHeld counts alerts by the kinds of what holds their messages back, each once
// for a kind.
func countHeld(alerts []alerting.Alert) map[string]int {
	counts := map[string]int{alerting.MutingSilence: 0, alerting.MutingDeploy: 0, alerting.MutingMaintenance: 0}
	for _, a := range alerts {
		kinds := map[string]bool{}
		for _, m := range a.MutedBy {
			kinds[m.Kind] = true
		}
		for kind := range kinds {
			counts[kind]++
		}
	}
	return counts
}

// countOpen counts incidents by severity and state, those that there are none of
// included.
func countOpen(incidents []alerting.Incident) map[[2]string]int {
	counts := map[[2]string]int{}
	for _, severity := range []slo.Severity{slo.SeverityTicket, slo.SeverityPage} {
		for _, state := range []alerting.IncidentState{alerting.IncidentOpen, alerting.IncidentAcked, alerting.IncidentEscalated} {
			counts[[2]string{severity.String(), string(state)}] = 0
		}
	}
	for _, i := range incidents {
		counts[[2]string{i.Severity.String(), string(i.State)}]++
	}
	return counts
}

// skipped is how many slots lie between two rounds that none of them assessed.
func skipped(before *round, now time.Time, step time.Duration) float64 {
	if before == nil || step <= 0 {
		return 0
	}
	return max(0, float64(now.Sub(before.at)/step)-1)
}
