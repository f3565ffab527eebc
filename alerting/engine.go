package alerting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// DefaultReopen is how long after its end an incident continues when it burns
// again.
const DefaultReopen = 30 * time.Minute

// DefaultAckPage and DefaultAckTicket are how long an acknowledgement holds: who
// took a page and went to sleep must not keep it from everybody else.
const (
	DefaultAckPage   = 4 * time.Hour
	DefaultAckTicket = 24 * time.Hour
)

// Config is what an [Engine] needs.
type Config struct {
	Store    Store // required
	Settings Settings
	// Muter returns what mutes from now on; it is asked once for each slot. Nil, or
	// an answer of nil, mutes nothing.
	Muter func() Muter
	// Sources lists how the backends are doing; it is asked once for each slot. Nil
	// is none to speak of.
	Sources func() []Source
	Now     func() time.Time // required; when people did what they do
	Wake    func()           // called after something new is owed; must not block; may be nil
	// Changed is told the ids of incidents that readers now see otherwise; it must not
	// block, and may be nil.
	Changed func(incidents ...string)
	Log     *slog.Logger // nil discards
}

// Settings may change while an engine runs, see [Engine.Configure].
type Settings struct {
	Route     Router        // nil routes nowhere
	Reopen    time.Duration // 0 is [DefaultReopen]
	AckPage   time.Duration // how long an acknowledgement of a page holds; 0 is [DefaultAckPage]
	AckTicket time.Duration // and of a ticket; 0 is [DefaultAckTicket]
	// Platform are told about backends that are down, beside the routes; none: the
	// routes alone.
	Platform    []Destination
	ExternalURL string // where people find slofuse
}

func (s Settings) withDefaults() Settings {
	s.Reopen = cmp.Or(s.Reopen, DefaultReopen)
	s.AckPage = cmp.Or(s.AckPage, DefaultAckPage)
	s.AckTicket = cmp.Or(s.AckTicket, DefaultAckTicket)
	return s
}

// ackHolds is how long an acknowledgement of an incident of that severity holds.
func (s Settings) ackHolds(severity slo.Severity) time.Duration {
	if severity == slo.SeverityPage {
		return s.AckPage
	}
	return s.AckTicket
}

// Engine decides the assessments of a slot together, keeps the incidents, and
// commits both with the notifications they owe before anybody is told. All
// methods are safe for concurrent use; readers are never kept waiting by a
// commit.
type Engine struct {
	store   Store
	muter   func() Muter
	sources func() []Source
	now     func() time.Time
	wake    func()
	changed func(incidents ...string)
	log     *slog.Logger

	deciding sync.Mutex // one decision at a time; guards what follows
	settings Settings
	unsure   bool             // a commit failed: what the store has must be read again
	latest   map[slo.ID]Input // of alerts that burn, for the facts of what people do

	mu        sync.RWMutex // guards what readers see
	alerts    map[slo.ID]Alert
	incidents map[string]Incident // the last one of each function, by FunctionKey
}

// NewEngine returns an engine that continues from what the store has.
func NewEngine(ctx context.Context, c Config) (*Engine, error) {
	if c.Store == nil || c.Now == nil {
		return nil, errors.New("alerting: an engine needs a store and a clock")
	}
	e := &Engine{store: c.Store, muter: c.Muter, sources: c.Sources, now: c.Now, wake: c.Wake, changed: c.Changed, log: c.Log, latest: make(map[slo.ID]Input)}
	if e.muter == nil {
		e.muter = func() Muter { return nil }
	}
	if e.sources == nil {
		e.sources = func() []Source { return nil }
	}
	if e.wake == nil {
		e.wake = func() {}
	}
	if e.changed == nil {
		e.changed = func(...string) {}
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	e.log = e.log.With("component", "alerting")
	e.settings = c.Settings.withDefaults()
	return e, e.load(ctx)
}

// Configure replaces the settings from the next decision on. Open incidents keep
// the destinations they have told; those that only the new route takes them to
// hear of them with the next slot.
func (e *Engine) Configure(s Settings) {
	e.deciding.Lock()
	defer e.deciding.Unlock()
	e.settings = s.withDefaults()
}

// load replaces the memory with what the store has.
func (e *Engine) load(ctx context.Context) error {
	state, err := e.store.Load(ctx)
	if err != nil {
		return fmt.Errorf("load alerts: %w", err)
	}
	alerts, incidents := make(map[slo.ID]Alert, len(state.Alerts)), make(map[string]Incident, len(state.Incidents))
	for _, a := range state.Alerts {
		alerts[a.ID] = a
	}
	for _, i := range state.Incidents {
		incidents[i.FunctionKey()] = i
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.alerts, e.incidents, e.unsure = alerts, incidents, false
	return nil
}

// Observe decides one slot: the assessments of all SLOs at one instant. The
// SLOs must be all that are in force, since an alert whose SLO is not among
// them is closed; an SLO without an assessment keeps its alert as it is.
// Observing a slot again decides nothing new.
//
// After an error nothing was decided that anybody will hear of twice: call it
// again with the next slot.
func (e *Engine) Observe(ctx context.Context, now time.Time, slos []slo.SLO, assessments []slo.Assessment) error {
	e.deciding.Lock()
	defer e.deciding.Unlock()
	if e.unsure {
		if err := e.load(ctx); err != nil {
			return err
		}
	}
	sources := e.sources()
	s := e.newSlot(now, withSources(slos, sources))
	s.decideAll(assessments)
	s.decideSources(sources)
	s.closeRemoved()
	s.foldAll()
	s.reconcileAll()
	return e.commit(ctx, s)
}

// commit saves a slot and then shows it to readers.
func (e *Engine) commit(ctx context.Context, s *slot) error {
	if !s.decided.empty() {
		if err := e.store.Commit(ctx, s.decided); err != nil {
			e.unsure = true
			return fmt.Errorf("commit alerts: %w", err)
		}
	}
	e.apply(s)
	for _, ev := range s.decided.Events {
		e.log.Info("incident "+ev.Kind, "incident", ev.Incident, "text", ev.Text, "by", ev.By)
	}
	if len(s.decided.Owed) > 0 {
		e.wake()
	}
	e.changed(s.decided.incidents()...)
	return nil
}

func (e *Engine) apply(s *slot) {
	e.mu.Lock()
	defer e.mu.Unlock()
	maps.Copy(e.alerts, s.next)
	for _, id := range s.decided.Removed {
		delete(e.alerts, id)
	}
	e.incidents = s.incidents
	for _, i := range s.decided.Incidents {
		e.incidents[i.FunctionKey()] = i
	}
	for id, in := range s.inputs {
		if e.alerts[id].Active() {
			e.latest[id] = in
		}
	}
	maps.DeleteFunc(e.latest, func(id slo.ID, _ Input) bool { return !e.alerts[id].Active() })
}

// Alert returns the alert of one SLO; one never decided is in phase ok.
func (e *Engine) Alert(id slo.ID) Alert {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if a, ok := e.alerts[id]; ok {
		return a
	}
	return Alert{ID: id, Phase: PhaseOK}
}

// Alerts returns the alerts that are not in phase ok, ordered by ID.
func (e *Engine) Alerts(context.Context) ([]Alert, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var out []Alert
	for _, a := range e.alerts {
		if a.Phase != PhaseOK {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Alert) int { return a.ID.Compare(b.ID) })
	return out, nil
}

// OpenIncident returns the id of the open incident of an SLO's function, empty
// when there is none.
func (e *Engine) OpenIncident(id slo.ID) string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if i, ok := e.incidents[incidentKey(id.Service, id.Function)]; ok && i.Open() {
		return i.ID
	}
	return ""
}

// OpenIncidents returns every open incident, oldest first, as the latest slot left
// it and without its timeline. It reads no disk.
func (e *Engine) OpenIncidents(context.Context) ([]Incident, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var out []Incident
	for _, i := range e.incidents {
		if i.Open() {
			i.Timeline = nil
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b Incident) int { return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// Incidents returns every open incident and then at most limit resolved ones,
// newest first, without their timelines.
func (e *Engine) Incidents(ctx context.Context, limit int) ([]Incident, error) {
	incidents, err := e.store.Incidents(ctx, limit)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	for n := range incidents {
		incidents[n] = e.live(incidents[n])
	}
	return incidents, nil
}

// Incident returns one incident with its whole timeline and what each
// destination was told, or [ErrNoIncident].
func (e *Engine) Incident(ctx context.Context, id string) (Incident, error) {
	i, err := e.store.Incident(ctx, id)
	if err != nil {
		return Incident{}, fmt.Errorf("incident %q: %w", id, err)
	}
	return e.live(i), nil
}

// live shows the alerts of an open incident with the numbers of the latest slot;
// the store has those of the last change.
func (e *Engine) live(i Incident) Incident {
	if !i.Open() {
		return i
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	i.Alerts = slices.Clone(i.Alerts)
	for n, a := range i.Alerts {
		if now, ok := e.alerts[a.ID]; ok {
			i.Alerts[n] = now
		}
	}
	return i
}
