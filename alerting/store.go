package alerting

import (
	"context"
	"errors"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Errors of what people ask of incidents.
var (
	// ErrNoIncident says that there is no incident of that id.
	ErrNoIncident = errors.New("no such incident")
	// ErrResolved says that the incident is over.
	ErrResolved = errors.New("the incident is resolved already")
	// ErrBurning says that an incident cannot be resolved by hand, because an
	// alert of it still fires.
	ErrBurning = errors.New("the incident still burns: fix it and it resolves by itself, or force it; forced, it opens again if it still burns later")
)

// Store keeps what was decided. Implementations are safe for concurrent use.
type Store interface {
	// Load returns every alert saved and, for each function, the incident
	// opened last, with its timeline and deliveries.
	Load(ctx context.Context) (State, error)
	// Commit saves one decision whole or not at all, and durably: when it
	// returns nil, a crash does not undo it. After an error the decision may
	// have been saved or not; the next Load tells.
	Commit(ctx context.Context, d Decided) error
	// Incidents returns every open incident and then at most limit resolved
	// ones, newest first, without their timelines.
	Incidents(ctx context.Context, limit int) ([]Incident, error)
	// Incident returns one incident with its timeline and deliveries, or
	// [ErrNoIncident].
	Incident(ctx context.Context, id string) (Incident, error)
}

// State is what a store has.
type State struct {
	Alerts    []Alert
	Incidents []Incident
}

// Decided is everything that one decision changes, and what it owes to whom.
// It is committed together.
type Decided struct {
	Alerts    []Alert
	Removed   []slo.ID // alerts of SLOs that are gone
	Incidents []Incident
	Events    []IncidentEvent // added to timelines, in order
	Owed      []Notification
}

// IncidentEvent is an event of the timeline of one incident.
type IncidentEvent struct {
	Incident string // its id
	Event
}

// incidents are the ids of those it changes, each once.
func (d Decided) incidents() []string {
	var ids []string
	for _, i := range d.Incidents {
		ids = append(ids, i.ID)
	}
	for _, e := range d.Events {
		ids = append(ids, e.Incident)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (d Decided) empty() bool {
	return len(d.Alerts) == 0 && len(d.Removed) == 0 && len(d.Incidents) == 0 && len(d.Events) == 0 && len(d.Owed) == 0
}
