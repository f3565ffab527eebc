package slack

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// How a press, or what posed as one, ended; a metric label.
const (
	pressDone     = "done"
	pressRefused  = "refused"  // what it asked for could not be done
	pressUnsigned = "unsigned" // a request that nobody we trust has signed
)

type deskMetrics struct {
	presses *prometheus.CounterVec
	sockets prometheus.Gauge
}

func newDeskMetrics(reg prometheus.Registerer) (*deskMetrics, error) {
	m := &deskMetrics{
		presses: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "slofuse_slack_presses_total", Help: "Buttons pressed in Slack, by outcome: done, refused, unsigned.",
		}, []string{"outcome"}),
		sockets: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "slofuse_slack_sockets_connected", Help: "Connections to Slack over which presses arrive; each app-level token should have one.",
		}),
	}
	for _, outcome := range []string{pressDone, pressRefused, pressUnsigned} {
		m.presses.WithLabelValues(outcome)
	}
	if err := errors.Join(reg.Register(m.presses), reg.Register(m.sockets)); err != nil {
		return nil, fmt.Errorf("registering the metrics of Slack's buttons: %w", err)
	}
	return m, nil
}
