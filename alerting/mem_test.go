package alerting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// memory is a Store without a disk: it can fail, and it checks what no store
// may ever hold.
type memory struct {
	mu        sync.Mutex
	alerts    map[slo.ID]Alert
	incidents map[string]Incident
	timeline  map[string][]Event
	owed      []Notification
	failing   error
	lies      bool // a failing commit is saved all the same
	commits   int
	last      Decided
}

func newMemory() *memory {
	return &memory{alerts: map[slo.ID]Alert{}, incidents: map[string]Incident{}, timeline: map[string][]Event{}}
}

func (m *memory) Load(context.Context) (State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var s State
	for _, a := range m.alerts {
		s.Alerts = append(s.Alerts, a)
	}
	latest := map[string]Incident{}
	for _, i := range m.incidents {
		if l, ok := latest[i.FunctionKey()]; !ok || i.OpenedAt.After(l.OpenedAt) {
			latest[i.FunctionKey()] = i
		}
	}
	for _, i := range latest {
		i.Timeline = slices.Clone(m.timeline[i.ID])
		s.Incidents = append(s.Incidents, i)
	}
	return s, nil
}

func (m *memory) Commit(_ context.Context, d Decided) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failing != nil && !m.lies {
		return m.failing
	}
	m.commits++
	m.last = d
	for _, a := range d.Alerts {
		m.alerts[a.ID] = a
	}
	for _, id := range d.Removed {
		delete(m.alerts, id)
	}
	for _, i := range d.Incidents {
		m.incidents[i.ID] = i
	}
	for _, e := range d.Events {
		m.timeline[e.Incident] = append(m.timeline[e.Incident], e.Event)
	}
	for _, n := range d.Owed {
		if slices.ContainsFunc(m.owed, func(o Notification) bool { return o.EventID == n.EventID }) {
			return fmt.Errorf("event %s is owed twice", n.EventID)
		}
		m.owed = append(m.owed, n)
	}
	open := map[string]string{}
	for _, i := range m.incidents {
		if other, ok := open[i.FunctionKey()]; ok && i.Open() {
			return fmt.Errorf("incidents %s and %s are open for one function", other, i.ID)
		}
		if i.Open() {
			open[i.FunctionKey()] = i.ID
		}
	}
	return m.failing
}

func (m *memory) Incidents(_ context.Context, limit int) ([]Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var open, resolved []Incident
	for _, i := range m.incidents {
		if i.Open() {
			open = append(open, i)
		} else {
			resolved = append(resolved, i)
		}
	}
	slices.SortFunc(open, func(a, b Incident) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(resolved, func(a, b Incident) int { return b.ResolvedAt.Compare(a.ResolvedAt) })
	return append(open, resolved[:min(limit, len(resolved))]...), nil
}

func (m *memory) Incident(_ context.Context, id string) (Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, ok := m.incidents[id]
	if !ok {
		return Incident{}, ErrNoIncident
	}
	i.Timeline = slices.Clone(m.timeline[id])
	return i, nil
}

// told is what was owed since the last call.
func (m *memory) told() []Notification {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.owed
	m.owed = nil
	return out
}

var errDisk = errors.New("disk full")

// scene is an engine over a store in memory, with SLOs whose worlds a test
// writes.
type scene struct {
	t      *testing.T
	store  *memory
	engine *Engine
	slos   []slo.SLO
	worlds map[slo.ID]*world
	clock  time.Time
	lag    time.Duration // of the slots behind the clock, beyond what is usual
	routes Router
	mutes  mutes
	wakes  int
	amend  func(*slo.Assessment) // adds what a world does not know; may be nil
}

// pagers routes pages to two destinations and tickets to one of them.
func pagers(labels map[string]string, _ time.Time) []Route {
	out := []Destination{{Receiver: "team", Name: "team/slack/0"}}
	if labels["severity"] == "page" {
		out = append(out, Destination{Receiver: "pager", Name: "pager/webhook/0"})
	}
	return []Route{{Destinations: out}}
}

// onlyTo routes everything to one destination.
func onlyTo(d Destination) Router {
	return func(map[string]string, time.Time) []Route { return []Route{{Destinations: []Destination{d}}} }
}

func newScene(t *testing.T, names ...string) *scene {
	t.Helper()
	s := &scene{t: t, store: newMemory(), worlds: map[slo.ID]*world{}, routes: pagers}
	for _, name := range names {
		o := chargeCard(name)
		s.slos = append(s.slos, o)
		s.worlds[o.ID] = newWorld().healthy(30 * 24 * time.Hour)
	}
	s.restart()
	return s
}

// restart is a new process on the same store.
func (s *scene) restart() {
	s.t.Helper()
	var err error
	s.engine, err = NewEngine(s.t.Context(), Config{
		Store: s.store, Settings: Settings{Route: func(l map[string]string, at time.Time) []Route { return s.routes(l, at) }, ExternalURL: "https://slo.example.com"},
		Muter: func() Muter { return s.mutes }, Now: func() time.Time { return s.clock }, Wake: func() { s.wakes++ },
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// first is the SLO that outages are of.
func (s *scene) first() slo.ID { return s.slos[0].ID }

// slot appends a slot to the world of each SLO, bad events by SLO name, and
// observes it.
func (s *scene) slot(bad map[string]int64) error {
	for _, o := range s.slos {
		s.worlds[o.ID].add(100, bad[o.ID.Name])
	}
	return s.observe()
}

func (s *scene) observe() error {
	var assessments []slo.Assessment
	for _, o := range s.slos {
		a := s.worlds[o.ID].assess(o)
		if s.amend != nil {
			s.amend(&a)
		}
		assessments = append(assessments, a)
		s.clock = s.worlds[o.ID].now().Add(31*time.Second + s.lag)
	}
	return s.engine.Observe(s.t.Context(), s.clock, s.slos, assessments)
}

// slots runs the same slot for a while.
func (s *scene) slots(span time.Duration, bad map[string]int64) {
	s.t.Helper()
	for range int(span / step) {
		if err := s.slot(bad); err != nil {
			s.t.Fatal(err)
		}
	}
}

// until runs the same slot until something is told, and returns it.
func (s *scene) until(bad map[string]int64) []Notification {
	s.t.Helper()
	for range 3000 {
		if err := s.slot(bad); err != nil {
			s.t.Fatal(err)
		}
		if told := s.store.told(); len(told) > 0 {
			return told
		}
	}
	s.t.Fatal("nothing was told")
	return nil
}

func (s *scene) incident() Incident {
	s.t.Helper()
	incidents, err := s.engine.Incidents(s.t.Context(), 100)
	if err != nil || len(incidents) == 0 {
		s.t.Fatalf("no incident: %v", err)
	}
	i, err := s.engine.Incident(s.t.Context(), incidents[0].ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return i
}

func (s *scene) acknowledge() {
	s.t.Helper()
	if _, err := s.engine.Acknowledge(s.t.Context(), s.incident().ID, "ada", ""); err != nil {
		s.t.Fatal(err)
	}
}
