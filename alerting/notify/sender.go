package notify

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
)

// Target is a configured destination.
type Target struct {
	Destination alerting.Destination
	Kind        string // of integration, "slack" or "webhook"; a metric label
	Notifier    Notifier
	Concurrency int  // notifications of different incidents at once; 0 is one
	FiringOnly  bool // ends are not sent
	limiter     *Limiter
}

// Wants reports whether the destination is told of n at all.
func (t Target) Wants(n alerting.Notification) bool {
	return !t.FiringOnly || n.Status != alerting.StatusResolved
}

// Config is what a [Sender] needs. Zero durations take the defaults.
type Config struct {
	Outbox  alerting.Outbox
	Targets []Target
	Latest  Latest          // what is owed by now, for what waited; nil sends what was handed out
	Told    Told            // for destinations that are a [Refresher]; nil refreshes none
	Wake    <-chan struct{} // says that something new is owed; may be nil
	// Attempted is told the incidents of each attempt to tell of them, once it is
	// recorded what became of it; it must not wait for anything, and may be nil.
	Attempted      func(incidents ...string)
	Logger         *slog.Logger
	Registerer     prometheus.Registerer
	Now            func() time.Time
	Poll           time.Duration // asks the outbox at least this often; 5 s
	AttemptTimeout time.Duration // for one attempt, everything included; 15 s
	Grace          time.Duration // for attempts in flight when Run is asked to stop; 10 s
}

func (c *Config) check() error {
	switch {
	case c.Outbox == nil:
		return errors.New("notify: an outbox is required")
	case c.Logger == nil:
		return errors.New("notify: a logger is required")
	case c.Registerer == nil:
		return errors.New("notify: a metrics registerer is required")
	case c.Now == nil:
		return errors.New("notify: a clock is required")
	}
	setDefault(&c.Poll, 5*time.Second)
	setDefault(&c.AttemptTimeout, 15*time.Second)
	setDefault(&c.Grace, 10*time.Second)
	return nil
}

func setDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// Sender delivers what the outbox owes, at least once each. Its targets may be
// replaced while it runs.
type Sender struct {
	cfg     Config
	metrics *metrics
	targets atomic.Pointer[Targets]
	asked   atomic.Pointer[time.Time]
}

// NewSender checks the configuration and registers the metrics. Nothing is sent
// before [Sender.Run].
func NewSender(cfg Config) (*Sender, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg.Logger = cfg.Logger.With("component", "notify")
	m, err := newMetrics(cfg.Registerer, cfg.Now)
	if err != nil {
		return nil, err
	}
	targets, err := NewTargets(cfg.Targets...)
	if err != nil {
		return nil, err
	}
	s := &Sender{cfg: cfg, metrics: m}
	s.SetTargets(targets)
	return s, nil
}

// Targets are destinations that have been checked, by name.
type Targets map[string]Target

// NewTargets refuses targets of one name and those without a notifier.
func NewTargets(targets ...Target) (Targets, error) {
	byName := make(Targets, len(targets))
	for _, t := range targets {
		switch _, twice := byName[t.Destination.Name]; {
		case twice:
			return nil, errors.New("notify: two targets are named " + t.Destination.Name)
		case t.Notifier == nil:
			return nil, errors.New("notify: target " + t.Destination.Name + " has no notifier")
		}
		t.Concurrency = max(t.Concurrency, 1)
		if limited, ok := t.Notifier.(Limited); ok {
			t.limiter = limited.Limiter()
		}
		byName[t.Destination.Name] = t
	}
	return byName, nil
}

// SetTargets replaces the targets, for attempts that start from now on. What is
// owed to a destination that is no longer among them becomes undeliverable. It is
// safe for concurrent use.
func (s *Sender) SetTargets(targets Targets) {
	for _, t := range targets {
		s.metrics.initialise(t)
	}
	s.targets.Store(&targets)
}

func (s *Sender) target(name string) (Target, bool) {
	t, ok := (*s.targets.Load())[name]
	return t, ok
}

// Run delivers until ctx ends, then waits for the attempts in flight, but not
// longer than the grace. What was not sent stays in the outbox. It returns nil
// after an orderly stop; call it once.
func (s *Sender) Run(ctx context.Context) error {
	// Attempts outlive ctx: one that is under way should learn its outcome.
	attempts, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	refreshed := make(chan struct{})
	go func() { defer close(refreshed); s.refresh(ctx) }()
	defer func() { <-refreshed }()
	d := newDispatcher(attempts, s)
	for ctx.Err() == nil {
		d.claim(ctx)
		d.start()
		d.wait(ctx)
	}
	grace := time.AfterFunc(s.cfg.Grace, abort)
	defer grace.Stop()
	d.drain()
	return nil
}
