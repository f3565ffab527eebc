package main

import (
	"context"
	"log/slog"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/audit/book"
	"github.com/slofuse/slofuse/web/auth"
)

// auditor writes down who changed what, and says so in the log with the hash
// that the record has to have from then on.
type auditor struct {
	*book.Book
	log      *slog.Logger
	entries  *prometheus.CounterVec
	lost     prometheus.Counter
	recorded func(entry string) // called with the id of each entry
}

func newAuditor(b *book.Book, log *slog.Logger, reg prometheus.Registerer, recorded func(entry string)) *auditor {
	factory := promauto.With(reg)
	a := &auditor{
		Book: b, log: log.With("component", "audit"), recorded: recorded,
		entries: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "slofuse_audit_entries_total", Help: "Attempts to change something that were recorded, by outcome: done, refused, failed.",
		}, []string{"outcome"}),
		lost: factory.NewCounter(prometheus.CounterOpts{
			Name: "slofuse_audit_write_failures_total", Help: "Attempts to change something that could not be recorded; they are in the log.",
		}),
	}
	for _, outcome := range []string{audit.Done, audit.Refused, audit.Failed} {
		a.entries.WithLabelValues(outcome)
	}
	return a
}

// Record adds an entry. When that fails, the log is the record: what was done is
// done.
func (a *auditor) Record(ctx context.Context, e audit.Entry) {
	sealed, err := a.Book.Record(ctx, e)
	what := []any{"actor", e.Actor, "role", e.Role, "via", e.Via, "remote", e.Remote, "action", e.Action, "target", e.Target, "outcome", e.Outcome}
	if err != nil {
		a.lost.Inc()
		a.log.Error("who changed something cannot be recorded", append(what, "err", err)...)
		return
	}
	a.entries.WithLabelValues(e.Outcome).Inc()
	a.log.Info("audit", append(what, "entry", sealed.ID, "hash", sealed.Hash)...)
	a.recorded(strconv.FormatInt(sealed.ID, 10))
}

// registerRefusals shows how often the guard refused, and why.
func registerRefusals(guard *auth.Guard, reg prometheus.Registerer) {
	for _, reason := range auth.Reasons() {
		promauto.With(reg).NewCounterFunc(prometheus.CounterOpts{
			Name: "slofuse_auth_refused_total", Help: "Requests that were refused, by reason.",
			ConstLabels: prometheus.Labels{"reason": string(reason)},
		}, func() float64 { return float64(guard.Refused(reason)) })
	}
}

// recordOwn adds an entry of what slofuse does because of its own machine: a signal,
// or a file that changed.
func (s *service) recordOwn(ctx context.Context, via, action string, err error) {
	e := audit.Entry{At: s.now(), Via: via, Action: action, Outcome: audit.Done}
	if err != nil {
		e.Outcome, e.Detail = audit.Failed, "the new configuration has errors"
	}
	s.audit.Record(context.WithoutCancel(ctx), e)
}

// recordPressed adds an entry of a button that was pressed in Slack.
func (s *service) recordPressed(ctx context.Context, by, action, incident string, err error) {
	e := audit.Entry{At: s.now(), Actor: by, Via: "slack", Action: action, Target: incident, Outcome: audit.Done}
	if err != nil {
		e.Outcome, e.Detail = audit.Failed, err.Error()
	}
	s.audit.Record(context.WithoutCancel(ctx), e)
}
