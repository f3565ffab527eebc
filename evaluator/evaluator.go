package evaluator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/slo"
)

// Defaults of a [Config].
const (
	DefaultStep  = 30 * time.Second
	DefaultDelay = 30 * time.Second
)

// settleSlots is how many slots every round reads: a sample that is late by L
// is still booked when settleSlots × step + delay ≥ L + step.
const settleSlots = 4

// Backend is a named place to ask.
type Backend struct {
	Name    string
	Querier read.Querier
	// ReplicaLabels tell apart servers that scraped the same targets into this one
	// store. Of each counter one of them is counted at a time.
	ReplicaLabels []string
}

// Sink is handed the assessments of every round, all of one instant together.
type Sink func(ctx context.Context, now time.Time, slos []slo.SLO, assessments []slo.Assessment) error

// Config is what an [Evaluator] needs. Backends and Ledger are required.
type Config struct {
	Backends []Backend // the first is the default
	Ledger   *ledger.Ledger
	Step     time.Duration // width of a slot
	Delay    time.Duration // how long after its end a slot is read first
	Horizon  time.Duration // how far back to read; 0: as far as the objectives look
	Hasty    bool          // Run catches up without a pause after every page: the backends have nothing else to do
	Aging    ledger.Aging  // how the ledger gets coarser; zero: its defaults
	Sink     Sink
	// Corrections lists the spans between two instants that maintenance takes out of
	// the error budget of an objective, in any order; nil is none ever. It is asked for
	// every objective of every round.
	Corrections func(s slo.SLO, from, to time.Time) []slo.Correction
	// Revise gives objectives their revisions before they are put in force, in the
	// same order; nil leaves them as they are.
	Revise func([]slo.SLO) []slo.SLO
	// Known are the members of families known before a restart, by family key, and
	// Remember writes down those of some families; nil forgets them.
	Known      map[string]roll.Members
	Remember   func(ctx context.Context, families map[string]roll.Members) error
	Now        func() time.Time // for Run only
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

func (c Config) withDefaults() (Config, error) {
	if len(c.Backends) == 0 || c.Ledger == nil {
		return c, errors.New("evaluator: a backend and a ledger are required")
	}
	if c.Step == 0 {
		c.Step = DefaultStep
	}
	if c.Delay == 0 {
		c.Delay = DefaultDelay
	}
	if c.Aging == (ledger.Aging{}) {
		c.Aging = ledger.DefaultAging()
	}
	if c.Sink == nil {
		c.Sink = func(context.Context, time.Time, []slo.SLO, []slo.Assessment) error { return nil }
	}
	if c.Revise == nil {
		c.Revise = func(slos []slo.SLO) []slo.SLO { return slos }
	}
	if c.Remember == nil {
		c.Remember = func(context.Context, map[string]roll.Members) error { return nil }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Registerer == nil {
		c.Registerer = prometheus.NewRegistry()
	}
	return c, c.check()
}

// check reports what cannot be evaluated with.
func (c Config) check() error {
	if c.Step < 0 || c.Step%time.Second != 0 || time.Hour%c.Step != 0 {
		return fmt.Errorf("evaluator: a step of %s does not divide an hour into whole seconds", c.Step)
	}
	if c.Delay < 0 {
		return fmt.Errorf("evaluator: a delay of %s reads the future", c.Delay)
	}
	for i, b := range c.Backends {
		if slices.ContainsFunc(c.Backends[:i], func(other Backend) bool { return other.Name == b.Name }) {
			return fmt.Errorf("evaluator: two backends are named %q", b.Name)
		}
	}
	return nil
}

// Evaluator reads, books and assesses a set of objectives. It is safe for
// concurrent use.
type Evaluator struct {
	cfg     Config
	step    int64 // seconds
	metrics *metrics

	forecasts forecasts
	gaps      gaps
	usuals    usuals
	recounted sync.Map // accounts, by key; see recount

	mu       sync.RWMutex
	defined  slo.Set            // as given
	slos     []slo.SLO          // in force, ordered by ID
	signals  []slo.Signal       // in force
	families []slo.Family       // in force
	rosters  map[string]*roster // their members, by family key
	findings map[finding]string // what they bring, and the root it counts for
	space    space              // how much that is
	sources  map[string]*source // by backend name
	fallback string             // name of the default backend
}

// New makes an evaluator without objectives; see [Evaluator.SetSLOs].
func New(cfg Config) (*Evaluator, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	e := &Evaluator{
		cfg: cfg, step: int64(cfg.Step / time.Second), metrics: newMetrics(cfg.Registerer),
		sources: map[string]*source{}, fallback: cfg.Backends[0].Name,
	}
	e.forecasts.reset()
	e.usuals.reset()
	for _, b := range cfg.Backends {
		e.sources[b.Name] = newSource(b, cfg.Logger, e.metrics.up.WithLabelValues(b.Name))
	}
	return e, nil
}

// SetSLOs replaces what is evaluated. Indicators that were read before keep
// their account; new ones are caught up by the next round.
func (e *Evaluator) SetSLOs(set slo.Set) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.defined = set
	e.usuals.reset()
	crowds := e.crowds()
	e.enforce()
	e.tellCrowds(crowds)
	e.metrics.families(e.familiesLocked())
}

// enforce puts in force what is defined.
func (e *Evaluator) enforce() {
	x := expand(e.defined, e.rosters, e.cfg.Known, e.findings)
	e.families, e.rosters, e.signals = x.families, x.rosters, x.signals
	e.findings, e.space = x.found, x.space
	e.slos = e.cfg.Revise(x.slos)
	slices.SortFunc(e.slos, func(a, b slo.SLO) int { return a.ID.Compare(b.ID) })
	e.forecasts.reset()
	for name, src := range e.sources {
		src.setSLIs(e.indicators(name), e.names(name), e.horizon(name))
	}
	e.metrics.objectives.Set(float64(len(e.slos)))
}

// SLOs returns the objectives in force, ordered by ID. It is the same list until others
// are, and nobody changes it.
func (e *Evaluator) SLOs() []slo.SLO {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return slices.Clip(e.slos)
}

// indicators lists what the objectives of a backend read, each once.
func (e *Evaluator) indicators(backend string) []plan.SLI {
	seen := map[string]bool{}
	var out []plan.SLI
	for _, s := range e.slos {
		key := e.key(s)
		if e.backendOf(s) == backend && !seen[key] {
			seen[key] = true
			out = append(out, plan.SLI{Key: key, SLI: s.SLI})
		}
	}
	return out
}

// names says for the log whose indicators and signals a backend reads, by key: the
// first that reads it stands for all.
func (e *Evaluator) names(backend string) map[string]string {
	out := map[string]string{}
	for _, s := range slices.Backward(e.signals) {
		if e.backendName(s.Backend) == backend {
			out[e.signalKey(s)] = s.ID().String()
		}
	}
	for _, s := range slices.Backward(e.slos) {
		if e.backendOf(s) == backend {
			out[e.key(s)] = s.ID.String()
		}
	}
	return out
}

// horizon is how far back the objectives of a backend look.
func (e *Evaluator) horizon(backend string) time.Duration {
	if e.cfg.Horizon > 0 {
		return e.cfg.Horizon
	}
	var longest time.Duration
	for _, s := range e.slos {
		if e.backendOf(s) == backend {
			longest = max(longest, s.Reach())
		}
	}
	return longest
}

func (e *Evaluator) backendOf(s slo.SLO) string {
	return e.backendName(s.Backend)
}

func (e *Evaluator) key(s slo.SLO) string { return s.SLI.Key(e.backendOf(s)) }

// source returns the source of an objective, or nil when its backend is not
// configured.
func (e *Evaluator) source(s slo.SLO) *source {
	return e.sources[e.backendOf(s)]
}

// LastSlot is the end of the newest slot that is to be read at an instant.
func (e *Evaluator) LastSlot(now time.Time) time.Time {
	end := now.Add(-e.cfg.Delay).Unix()
	return time.Unix(end-end%e.step, 0).UTC()
}
