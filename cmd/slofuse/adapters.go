package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// The service answers the questions of the pages: it is their Objectives,
// Responder and Operations, and hands on the engine as their Alerts.
var (
	_ site.Objectives = (*service)(nil)
	_ site.Responder  = (*service)(nil)
	_ site.Operations = (*service)(nil)
	_ site.Signals    = (*service)(nil)
	_ site.Alerts     = alerts{}
)

func (s *service) buildWeb(cfg *config.Config) error {
	hosts := append([]string{s.listener.Addr().String()}, cfg.Web.Hosts...)
	if u, err := url.Parse(cfg.ExternalURL); err == nil && u.Host != "" {
		hosts = append(hosts, u.Host)
	}
	s.warnOfAccess(cfg)
	var err error
	s.web, err = web.New(site.Config{
		Journal: s.journal,

		Runbooks:   runbooks{s.applied.file},
		Objectives: s, Alerts: alerts{s.engine, s.announced.silences.all, s.SLOs, s.now}, Responder: s, Operations: s, Ledger: s.evaluator, Periods: s, Signals: s, Maintenance: s.announced, Silences: s.announced, Deploys: s.announced, Limits: s.announced, Interactions: s.buttons, Routing: &s.routing, System: s, Gatherer: s.registry, Guard: s.guard, Audit: s.audit, Versions: s.versions,
		Counts: s.evaluator, Exemplars: s.versions, TraceLink: alerting.RenderTrace,
		Past: s.journal, Sources: s, Edits: s.edits,
		Hosts: hosts, Links: alerting.RenderLinks, Basis: s.evaluator.Basis, ExternalURL: cfg.ExternalURL, Version: version(), Now: s.now, Logger: s.log,
		Live: s.live,
	})
	return err
}

// SLOs lists the objectives in force.
func (s *service) SLOs() []slo.SLO { return s.evaluator.SLOs() }

// Assess answers from the last round where it can: what the pages show is then
// what was decided on. Of all SLOs it is the very list of that round.
func (s *service) Assess(_ context.Context, slos []slo.SLO, at time.Time, windows ...time.Duration) ([]slo.Assessment, error) {
	var last round
	if at.IsZero() {
		at = s.evaluator.LastSlot(s.now())
		last = s.decidedBefore(at)
	}
	if len(windows) == 0 && len(slos) > 0 && len(slos) == len(last.slos) && &slos[0] == &last.slos[0] {
		return last.inOrder, nil
	}
	out := make([]slo.Assessment, len(slos))
	for i, o := range slos {
		a, ok := last.assessments[o.ID]
		if !ok || !sums(a, windows) {
			a = s.evaluator.Assess(o, at, windows...)
		}
		out[i] = a
	}
	return out, nil
}

// sums reports whether an assessment has the sums of burn windows.
func sums(a slo.Assessment, windows []time.Duration) bool {
	for _, w := range windows {
		if _, ok := a.Burn(w); !ok {
			return false
		}
	}
	return true
}

// roundsBehind is how many rounds may be late before the last one is no longer
// shown as how things are.
const roundsBehind = 3

// decidedBefore is the last round, unless that is too long ago: if rounds stand
// still, the evaluator says that it is behind.
func (s *service) decidedBefore(slot time.Time) round {
	last := s.latest.Load()
	if last == nil || slot.Sub(last.at) >= roundsBehind*s.step {
		return round{}
	}
	return *last
}

// History is the past of one objective in steps.
func (s *service) History(_ context.Context, o slo.SLO, from, to time.Time, step time.Duration) ([]slo.Point, error) {
	return s.evaluator.Points(o, from, to, step), nil
}

// Signals lists the signals in force.
func (s *service) Signals() []slo.Signal { return s.evaluator.Signals() }

// SignalHistory is the past of one signal in steps.
func (s *service) SignalHistory(_ context.Context, x slo.Signal, from, to time.Time, step time.Duration) ([]slo.SignalPoint, error) {
	return s.evaluator.SignalPoints(x, from, to, step), nil
}

// SignalTrouble says why a signal is not read at present.
func (s *service) SignalTrouble(x slo.Signal) error { return s.evaluator.SignalTrouble(x) }

func forWeb(err error) error {
	for ours, theirs := range map[error]error{
		alerting.ErrNoIncident: site.ErrUnknownIncident,
		alerting.ErrResolved:   site.ErrResolved,
		alerting.ErrBurning:    site.ErrStillBurning,
	} {
		if errors.Is(err, ours) {
			return theirs
		}
	}
	return err
}

// Acknowledge says that somebody is on an incident.
func (s *service) Acknowledge(ctx context.Context, id, by, comment string) (alerting.Incident, error) {
	incident, err := s.engine.Acknowledge(ctx, id, by, comment)
	return incident, forWeb(err)
}

// Resolve ends an incident by hand.
func (s *service) Resolve(ctx context.Context, id, by, comment string, force bool) (alerting.Incident, error) {
	incident, err := s.engine.Resolve(ctx, id, by, comment, force)
	return incident, forWeb(err)
}

// Status says how the process is doing.
func (s *service) Status() site.Status {
	var st site.Status
	if failed := s.undecided.Load(); failed != nil {
		st.Storage = (*failed).Error()
	}
	last := s.latest.Load()
	if last == nil {
		st.NotReady = "the first round is not over"
	}
	for _, h := range s.evaluator.Health() {
		b := site.Backend{Name: h.Backend, Up: h.Err == nil, Since: h.DownSince}
		if h.Err != nil {
			b.Reason = h.Err.Error()
		}
		if h.Unsaved != nil {
			st.Storage = h.Unsaved.Error()
		}
		st.Backends = append(st.Backends, b)
	}
	if last != nil {
		st.Behind = max(0, s.evaluator.LastSlot(s.now()).Sub(last.at)-s.step)
	}
	if p := s.pages.Load(); p != nil && p.Done < p.Total {
		st.CatchUp = &site.CatchUp{Done: p.Done, Total: p.Total}
	}
	if r := s.reload.Load(); r != nil {
		st.Reload = *r
	}
	st.Families = shortcomings(s.evaluator.Families())
	return st
}

// serviceMetrics are the metrics of the process as a whole.
type serviceMetrics struct {
	reloadOK, reloadAt prometheus.Gauge
	skipped            prometheus.Counter
	unworded           *prometheus.CounterVec
}

func newServiceMetrics(reg prometheus.Registerer) *serviceMetrics {
	factory := promauto.With(reg)
	m := &serviceMetrics{
		skipped: factory.NewCounter(prometheus.CounterOpts{
			Name: "slofuse_slots_skipped_total", Help: "Slots that no round assessed in time; they are counted, and decided on with the next one.",
		}),
		reloadOK: factory.NewGauge(prometheus.GaugeOpts{
			Name: "slofuse_config_last_reload_successful", Help: "1 when the files in force are the files on disk, 0 when the last reload failed.",
		}),
		reloadAt: factory.NewGauge(prometheus.GaugeOpts{
			Name: "slofuse_config_last_reload_success_timestamp_seconds", Help: "When settings were last put in force.",
		}),
		unworded: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "slofuse_template_failures_total", Help: "Texts of a receiver that could not be rendered and went out in the built-in words.",
		}, []string{"receiver"}),
	}
	m.reloadOK.Set(1)
	return m
}

// unworded says that words of a receiver could not be rendered: the built-in ones
// went out.
func (s *service) unworded(receiver, which string, err error) {
	s.log.Error("a template failed, the built-in words are sent", "receiver", receiver, "key", which, "err", err)
	s.metrics.unworded.WithLabelValues(receiver).Inc()
}

func (m *serviceMetrics) reloaded(at time.Time, err error) {
	if err != nil {
		m.reloadOK.Set(0)
		return
	}
	m.reloadOK.Set(1)
	m.reloadAt.Set(float64(at.Unix()))
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
