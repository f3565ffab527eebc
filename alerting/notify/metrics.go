package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
)

// Outcome is how an attempt ended; a metric label.
type Outcome string

// OutcomeSent is success; the other outcomes are the kinds of [Error].
const OutcomeSent Outcome = "sent"

var outcomes = []Outcome{
	OutcomeSent, Outcome(KindTemporary), Outcome(KindAmbiguous), Outcome(KindBlocked), Outcome(KindPermanent),
}

type metrics struct {
	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight *prometheus.GaugeVec
	now      func() time.Time

	mu sync.Mutex
	// decided holds the oldest undelivered decision per incident and
	// destination: a newer notification replaces the older one, and the debt
	// stays as old as it is.
	decided map[debt]time.Time
	waiting map[string]time.Time // until when a destination asked to be left alone
}

type debt struct{ incident, destination string }

func newMetrics(reg prometheus.Registerer, now func() time.Time) (*metrics, error) {
	labels := []string{"receiver", "kind"}
	m := &metrics{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "slofuse_notifications_total",
			Help: "Attempts to deliver a notification, by outcome: sent, temporary, ambiguous, blocked, permanent.",
		}, append(labels, "outcome")),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "slofuse_notification_duration_seconds",
			Help:    "Duration of attempts to deliver a notification.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 15},
		}, labels),
		inFlight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "slofuse_notifications_in_flight",
			Help: "Attempts to deliver a notification that are under way.",
		}, labels),
		now: now, decided: map[debt]time.Time{}, waiting: map[string]time.Time{},
	}
	age := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "slofuse_notification_oldest_undelivered_age_seconds",
		Help: "Age of the oldest decision that a destination was not yet told; 0 when nothing is owed.",
	}, m.oldestAge)
	var errs []error
	for _, c := range []prometheus.Collector{m.total, m.duration, m.inFlight, age} {
		errs = append(errs, reg.Register(c))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("registering the metrics of notifications: %w", err)
	}
	return m, nil
}

// initialise makes the series of a target exist before their first event, so
// that the first failure is an increase.
func (m *metrics) initialise(t Target) {
	for _, outcome := range outcomes {
		m.total.WithLabelValues(t.Destination.Receiver, t.Kind, string(outcome))
	}
	m.duration.WithLabelValues(t.Destination.Receiver, t.Kind)
	m.inFlight.WithLabelValues(t.Destination.Receiver, t.Kind)
}

// started counts an attempt in flight until the returned function is called.
func (m *metrics) started(a attempt) (done func()) {
	labels := []string{a.first().Destination.Receiver, a.target.Kind}
	begun := m.now()
	m.inFlight.WithLabelValues(labels...).Inc()
	return func() {
		m.inFlight.WithLabelValues(labels...).Dec()
		m.duration.WithLabelValues(labels...).Observe(m.now().Sub(begun).Seconds())
	}
}

func (m *metrics) finished(a attempt, outcome Outcome) {
	m.total.WithLabelValues(a.first().Destination.Receiver, a.target.Kind, string(outcome)).Add(float64(len(a.batch)))
}

func (m *metrics) owed(n alerting.Notification) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := debt{n.Incident.ID, n.Destination.Name}
	from := n.DecidedAt
	if n.NotBefore.After(from) {
		from = n.NotBefore
	}
	if since, known := m.decided[key]; !known || from.Before(since) {
		m.decided[key] = from
	}
}

func (m *metrics) settled(batch []alerting.Notification) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range batch {
		delete(m.decided, debt{n.Incident.ID, n.Destination.Name})
	}
}

func (m *metrics) oldestAge() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	var age time.Duration
	for _, since := range m.decided {
		age = max(age, m.now().Sub(since))
	}
	return age.Seconds()
}

func (s *Sender) log(a attempt) *slog.Logger {
	n := a.first()
	return s.cfg.Logger.With("receiver", n.Destination.Receiver, "destination", n.Destination.Name,
		"incident", n.Incident.ID, "event", n.EventID, "messages", len(a.batch))
}
