package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/audit/book"
	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/revision"
	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/editbook"
	"github.com/slofuse/slofuse/internal/heartbeat"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/front"
	"github.com/slofuse/slofuse/web/live"
	"github.com/slofuse/slofuse/web/site"
)

// serviceOptions say what a service runs on.
type serviceOptions struct {
	// settings reads the configuration and the SLO files, at the start and at
	// every reload.
	settings func() (*settings, error)
	listener net.Listener
	webFile  front.File // TLS and passwords of the server
	slackAPI string     // base of Slack's Web API; empty is Slack's own
	log      *slog.Logger
	now      func() time.Time
	report   func(evaluator.Progress) // follows the catching up; may be nil
	hasty    bool                     // catch up without pauses
}

// service is the running slofuse: everything that `serve` and `demo` start.
type service struct {
	serviceOptions
	registry  *prometheus.Registry
	db        *sqldb.DB
	revisions *revision.Book
	edits     *editbook.Book
	counts    *ledger.Ledger
	evaluator *evaluator.Evaluator
	versions  versions
	engine    *alerting.Engine
	journal   *journal.Journal
	announced *announced
	sender    *notify.Sender
	limits    *notify.Limits
	buttons   *buttons
	routing   routing
	web       *web.Server
	live      *live.Hub
	attempted *gathered // incidents that somebody was told of, or could not be
	guard     *auth.Guard
	audit     *auditor
	heart     *heartbeat.Heart
	metrics   *serviceMetrics
	step      time.Duration

	mu      sync.Mutex // held over a reload
	applied *settings
	reload  atomic.Pointer[site.Reload]
	latest  atomic.Pointer[round]
	pages   atomic.Pointer[evaluator.Progress]

	committed atomic.Pointer[time.Time] // when a round was last saved
	undecided atomic.Pointer[error]     // why the last round could not be saved
}

// round is what was assessed last.
type round struct {
	at          time.Time // the slot's end
	decided     time.Time
	slos        []slo.SLO
	inOrder     []slo.Assessment // of these, one for each
	assessments map[slo.ID]slo.Assessment
}

// newService opens and wires everything; nothing runs yet. On an error all that
// was opened is closed.
func newService(ctx context.Context, o serviceOptions) (*service, error) {
	s := &service{serviceOptions: o, registry: prometheus.NewRegistry(), limits: notify.NewLimits(o.now)}
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.metrics = newServiceMetrics(s.registry)
	s.live = newLive(o.now(), s.registry)
	s.attempted = newGathered(func(incidents ...string) { s.live.Publish(live.Incident, incidents...) })
	first, err := o.settings()
	if err != nil {
		return nil, err
	}
	if s.db, err = sqldb.Open(ctx, first.config.Storage.Path, o.log); err != nil {
		return nil, err
	}
	if err := s.wire(ctx, first); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

// wire builds the parts in the order the data takes: the ledger before the
// evaluator, the journal before the engine that continues from it, and the
// pages, which read them all, last.
func (s *service) wire(ctx context.Context, first *settings) error {
	var err error
	if s.counts, err = ledger.Open(ctx, s.db); err != nil {
		return err
	}
	if s.revisions, err = revision.Open(ctx, s.db); err != nil {
		return err
	}
	if s.edits, err = editbook.Open(ctx, s.db); err != nil {
		return err
	}
	if s.journal, err = journal.Open(ctx, s.db); err != nil {
		return err
	}
	if s.announced, err = openAnnounced(ctx, s.journal, s.now); err != nil {
		return err
	}
	s.announced.changed = func(id string) { s.live.Publish(live.Status, id) }
	wake := make(chan struct{}, 1)
	s.engine, err = alerting.NewEngine(ctx, alerting.Config{Store: s.journal, Muter: s.announced.muter, Sources: s.sources, Now: s.now, Log: s.log, Changed: func(incidents ...string) { s.live.Publish(live.Incident, incidents...) }, Wake: func() {
		select {
		case wake <- struct{}{}:
		default: // it is awake already
		}
	}})
	if err != nil {
		return err
	}
	if err := s.buildEvaluator(ctx, first.config); err != nil {
		return err
	}
	s.sender, err = notify.NewSender(notify.Config{
		Outbox: s.journal, Latest: s.journal, Told: s.journal, Wake: wake, Logger: s.log, Registerer: s.registry, Now: s.now, Attempted: s.attempted.add,
	})
	if err != nil {
		return err
	}
	record, err := book.Open(ctx, s.db)
	if err != nil {
		return err
	}
	s.audit = newAuditor(record, s.log, s.registry, func(entry string) { s.live.Publish(live.Audit, entry) })
	s.guard = auth.New(s.now, auth.Rules{})
	registerRefusals(s.guard, s.registry)
	if s.buttons, err = newButtons(s); err != nil {
		return err
	}
	s.heart = heartbeat.New(heartbeat.Config{Pulse: s.pulse, Limits: heartbeat.LimitsFor(s.step), Now: s.now, Logger: s.log, Registerer: s.registry})
	if err := s.apply(ctx, first); err != nil {
		return err
	}
	s.registry.MustRegister(newOwnMetrics(s))
	s.metrics.reloaded(s.now(), nil)
	return s.buildWeb(first.config)
}

func (s *service) buildEvaluator(ctx context.Context, cfg *config.Config) error {
	backends, err := buildBackends(cfg, s.registry)
	if err != nil {
		return err
	}
	members, err := roll.Open(ctx, s.db)
	if err != nil {
		return err
	}
	known, err := members.All(ctx)
	if err != nil {
		return err
	}
	s.step = cfg.Evaluation.Step
	s.versions = versions{backends: backends, step: cfg.Evaluation.Step, delay: cfg.Evaluation.Delay, now: s.now}
	aging := ledger.DefaultAging()
	aging.Retention = cfg.Storage.Retention
	s.evaluator, err = evaluator.New(evaluator.Config{
		Backends: backends, Ledger: s.counts, Step: cfg.Evaluation.Step, Delay: cfg.Evaluation.Delay, Hasty: s.hasty,
		Aging: aging, Sink: s.observe, Corrections: s.announced.Corrections, Revise: s.reviseFound, Known: known, Remember: members.Record, Now: s.now, Logger: s.log, Registerer: s.registry,
	})
	return err
}

// observe hands the assessments of a round to whoever decides and shows.
func (s *service) observe(ctx context.Context, now time.Time, slos []slo.SLO, assessments []slo.Assessment) error {
	r := &round{at: s.evaluator.LastSlot(now), decided: now, slos: slos, inOrder: assessments, assessments: make(map[slo.ID]slo.Assessment, len(assessments))}
	for _, a := range assessments {
		r.assessments[a.ID] = a
	}
	before := s.latest.Swap(r)
	s.metrics.skipped.Add(skipped(before, r.at, s.step))
	err := s.engine.Observe(ctx, now, slos, assessments)
	s.tellSLOs(before, assessments)
	var failed *error
	if err != nil {
		failed = &err
	} else {
		s.committed.Store(new(s.now()))
	}
	s.undecided.Store(failed)
	return err
}

// run serves until the context ends, then stops deciding, lets the sends in
// flight finish and closes. The first part to fail stops the others.
func (s *service) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	server := web.HTTPServer(s.web, s.log)
	group.Go(func() error {
		return ignoreClosed(s.webFile.Serve(s.listener, server, s.web.Open, s.log.With("component", "web")))
	})
	group.Go(func() error { return s.evaluator.Run(ctx, s.follow) })
	group.Go(func() error { return s.sender.Run(ctx) })
	group.Go(func() error { return s.heart.Run(ctx) })
	group.Go(func() error { return s.buttons.run(ctx) })
	group.Go(func() error { return s.watchFiles(ctx) })
	group.Go(func() error { return s.prune(ctx) })
	group.Go(func() error { return s.watchStatus(ctx) })
	group.Go(func() error { return s.attempted.run(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		s.live.Close()
		return stopServing(server, lastRequests)
	})
	err := group.Wait()
	if closeErr := s.db.Close(); closeErr != nil {
		err = errors.Join(err, fmt.Errorf("close database: %w", closeErr))
	}
	return err
}

// lastRequests is how long requests may take that are under way at the end.
const lastRequests = 5 * time.Second

// stopServing lets the requests under way finish. Whoever is slower is cut off:
// a browser that keeps a connection open does not make an orderly stop a failure.
func stopServing(server *http.Server, grace time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	}
	return err
}

// follow keeps the progress of catching up for the pages, logs every tenth of
// it, and passes it on.
func (s *service) follow(p evaluator.Progress) {
	s.pages.Store(&p)
	if tenth(p.Done, p.Total) != tenth(p.Done-1, p.Total) {
		s.log.Info("catching up", "backend", p.Backend, "done", p.Done, "pages", p.Total)
	}
	if s.report != nil {
		s.report(p)
	}
}

// tenth is how many tenths of the whole are done; -1 before the start.
func tenth(done, whole int) int {
	if whole == 0 || done < 0 {
		return -1
	}
	return done * 10 / whole
}

// keepIncidents is how long resolved incidents are kept.
const keepIncidents = 400 * 24 * time.Hour

// prune forgets old incidents once a day.
func (s *service) prune(ctx context.Context) error {
	ticker := time.NewTicker(24 * time.Hour)
	defer ticker.Stop()
	for {
		if _, err := s.journal.Prune(ctx, s.now().Add(-keepIncidents)); err != nil && ctx.Err() == nil {
			s.log.Error("old incidents are not pruned", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
