package alerting

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// somebody is who did it when nobody says: an end by hand must not look like
// one by health.
const somebody = "somebody"

// Acknowledge says that somebody is on an incident: nothing escalates until its
// severity rises or the acknowledgement expires, see [Settings]. Acknowledging
// again replaces who it was, and begins the time anew. It returns
// [ErrNoIncident] or [ErrResolved]. The acknowledgement is on disk when it
// returns.
func (e *Engine) Acknowledge(ctx context.Context, id, by, comment string) (Incident, error) {
	return e.respond(ctx, id, func(i Incident) (outcome, error) {
		now := i.reached(e.now())
		i.State, i.AckedAt, i.AckedBy, i.AckComment = IncidentAcked, now, by, comment
		i.Escalated = nil
		i.AckUntil, i.AckSeverity, i.AckKinds = now.Add(e.settings.ackHolds(i.Severity)), cmp.Or(i.audible(), i.Severity), e.kindsSeen(i)
		o := outcome{incident: i, tell: &change{kind: EventAcked, status: StatusFiring, reason: withComment("acknowledged by "+cmp.Or(by, somebody), comment)}}
		return o.record(Event{At: now, Kind: EventAcked, By: by, Text: comment}), nil
	})
}

// kindsSeen are the kinds of errors that who acknowledges an incident now knows of;
// nil when nothing was measured since slofuse started.
func (e *Engine) kindsSeen(i Incident) []map[string]string {
	f := failingOf(i.Alerts, func(id slo.ID) (Input, bool) { in, ok := e.latest[id]; return in, ok })
	if f.bad == 0 {
		return nil
	}
	return f.known(i.Kinds)
}

// Resolve ends an incident by hand. One with an alert that fires is refused with
// [ErrBurning] unless forced; forced, it opens again when it burns worse or
// still burns after the time to reopen. It returns [ErrNoIncident] or
// [ErrResolved] as [Engine.Acknowledge] does.
func (e *Engine) Resolve(ctx context.Context, id, by, comment string, force bool) (Incident, error) {
	return e.respond(ctx, id, func(i Incident) (outcome, error) {
		fires := func(a Alert) bool { return e.alerts[a.ID].Phase == PhaseFiring }
		if !force && slices.ContainsFunc(i.Alerts, fires) {
			return outcome{}, ErrBurning
		}
		now := i.reached(e.now())
		i.State, i.ResolvedAt, i.ResolvedBy = IncidentResolved, now, cmp.Or(by, somebody)
		i.Flapping, i.Digested, i.Reopenings = time.Time{}, time.Time{}, nil
		o := outcome{incident: i, tell: &change{kind: EventResolved, status: StatusResolved, reason: withComment("resolved by hand by "+i.ResolvedBy, comment)}}
		return o.record(Event{At: now, Kind: EventResolved, By: by, Text: comment}), nil
	})
}

// reached is the time by a clock, but never before what was decided of the incident
// already: with a clock that was set back, an end by hand would lie before the begin.
func (i Incident) reached(now time.Time) time.Time {
	if i.OpenedAt.After(now) {
		now = i.OpenedAt
	}
	for _, a := range i.Alerts {
		if a.DecidedAt.After(now) {
			now = a.DecidedAt
		}
	}
	return now
}

// respond applies what a person does to the open incident of that id and
// commits it before it returns.
func (e *Engine) respond(ctx context.Context, id string, do func(Incident) (outcome, error)) (Incident, error) {
	e.deciding.Lock()
	defer e.deciding.Unlock()
	if e.unsure {
		if err := e.load(ctx); err != nil {
			return Incident{}, err
		}
	}
	i, err := e.openIncident(ctx, id)
	if err != nil {
		return Incident{}, fmt.Errorf("incident %q: %w", id, err)
	}
	o, err := do(e.live(i))
	if err != nil {
		return Incident{}, fmt.Errorf("incident %q: %w", id, err)
	}
	s := e.newSlot(e.now(), nil)
	s.tell(o)
	s.reconcile(o.incident.FunctionKey())
	if err := e.commit(ctx, s); err != nil {
		return Incident{}, err
	}
	return e.Incident(ctx, id)
}

func (e *Engine) openIncident(ctx context.Context, id string) (Incident, error) {
	for _, i := range e.incidents {
		if i.ID == id && i.Open() {
			return i, nil
		}
	}
	if _, err := e.store.Incident(ctx, id); err != nil {
		return Incident{}, err
	}
	return Incident{}, ErrResolved
}

func withComment(text, comment string) string {
	if comment == "" {
		return text
	}
	return text + ": " + comment
}
