package alerting

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// folding is what happened to the alerts of one function in one slot, and the
// incident they belong to.
type folding struct {
	key         string
	previous    *Incident // the open one, or the last one; nil when there was none
	alerts      []Alert   // every alert of the function
	transitions []Transition
	at          time.Time           // the end of the slot
	reopen      time.Duration       // burning again within it continues the incident
	renames     []string            // what is called otherwise since this slot, for people
	failing     failing             // what fails in it now
	marks       []Event             // shares of error budgets that are gone now
	pierced     map[slo.ID][]string // why what could mute an alert does not
}

// change is what people are told about an incident.
type change struct {
	kind   string
	status Status
	loud   bool
	reason string
}

// outcome is what a folding leads to.
type outcome struct {
	incident Incident
	events   []Event
	tell     *change                // nil when there is nothing to tell
	apart    map[Destination]change // what some are told instead; nothing without a tell
	changed  bool
}

// fold brings the incident of a function up to date with its alerts. It is
// pure, and looks at states before transitions: an incident that should be
// open and is not is opened, whatever was lost on the way.
func fold(f folding) outcome {
	firing := slices.ContainsFunc(f.alerts, func(a Alert) bool { return a.Phase == PhaseFiring })
	active := slices.ContainsFunc(f.alerts, Alert.Active)
	switch {
	case f.previous != nil && f.previous.Open() && !active:
		return f.resolve()
	case f.previous != nil && f.previous.Open():
		return f.update()
	case firing && f.mayOpen():
		return f.open()
	case f.previous != nil:
		return outcome{incident: *f.previous}
	}
	return outcome{}
}

// mayOpen keeps an incident that somebody closed by force closed, until it
// burns anew, burns worse, or still burns when the time to reopen is over.
func (f folding) mayOpen() bool {
	if f.previous == nil || f.previous.ResolvedBy == "" {
		return true
	}
	worse := func(t Transition) bool { return t.Began() || t.ToSeverity > max(t.FromSeverity, f.previous.Severity) }
	anew := func(a Alert) bool { return a.AnewAt.After(f.previous.ResolvedAt) && a.Severity >= f.previous.Severity }
	return slices.ContainsFunc(f.transitions, worse) || slices.ContainsFunc(f.alerts, anew) || f.at.Sub(f.previous.ResolvedAt) >= f.reopen
}

// continues reports whether opening continues the last incident.
func (f folding) continues() bool {
	if f.previous == nil {
		return false
	}
	if f.at.Sub(f.previous.ResolvedAt) <= f.reopen || !f.previous.Flapping.IsZero() {
		return true
	}
	// Closed by force, and has burned ever since.
	return f.previous.ResolvedBy != "" && slices.ContainsFunc(f.alerts, func(a Alert) bool {
		return a.Active() && a.FiringSince.Before(f.previous.ResolvedAt)
	})
}

func (f folding) open() outcome {
	var o outcome
	reason := f.burning() + f.piercing()
	if f.continues() {
		o.incident = f.members(*f.previous)
		o.incident.ResolvedAt, o.incident.ResolvedBy = time.Time{}, ""
		o.incident.Cause, o.incident.CauseOver, o.incident.Affected, o.incident.Cascade = "", time.Time{}, nil, ""
		o.incident.Vanished = ""
		o.tell = &change{kind: EventReopened, status: StatusFiring, loud: true, reason: "burns again: " + reason}
	} else {
		id := f.alerts[0].ID
		o.incident = f.members(Incident{
			ID: incidentID(f.key, f.at), Key: f.key, Service: id.Service, Function: id.Function, OpenedAt: f.at,
		})
		o.tell = &change{kind: EventOpened, status: StatusFiring, reason: reason, loud: f.audible() == slo.SeverityPage}
	}
	o.incident.call(f.at)
	o.incident.Severity, o.incident.State = f.severity(), IncidentOpen
	f.failing.follow(&o.incident)
	opened := Event{At: f.at, Kind: o.tell.kind, Text: o.incident.Severity.String() + ": " + o.tell.reason}
	if o.incident.held() {
		o.tell = nil
	}
	return o.record(slices.Concat([]Event{opened}, f.marks, f.holding())...)
}

func (f folding) resolve() outcome {
	o := outcome{incident: f.members(*f.previous)}
	o.incident.State, o.incident.ResolvedAt = IncidentResolved, f.at
	o.tell = &change{kind: EventResolved, status: StatusResolved, reason: cmp.Or(f.reasons(), "no alert of the function burns any more")}
	return o.record(append(f.renamed(), Event{At: f.at, Kind: EventResolved, Text: o.tell.reason})...)
}

// renamed are the events of renamings.
func (f folding) renamed() (events []Event) {
	for _, text := range f.renames {
		events = append(events, Event{At: f.at, Kind: EventAlert, Text: text})
	}
	return events
}

// update follows an incident that goes on.
func (f folding) update() outcome {
	o := outcome{incident: f.members(*f.previous)}
	events := append(f.renamed(), f.marks...)
	for _, t := range f.transitions {
		if t.From != PhasePending && t.To != PhasePending || t.Ended() || t.Began() {
			events = append(events, Event{At: t.At, Kind: EventAlert, Text: describe(t)})
		}
	}
	if text := f.failing.follow(&o.incident); text != "" {
		events = append(events, Event{At: f.at, Kind: EventKind, Text: text})
	}
	noted := f.noteKinds(&o.incident)
	events = append(events, f.holding()...)
	if before, now := o.incident.Severity, f.severity(); now != before {
		o.incident.Severity = now
		events = append(events, Event{At: f.at, Kind: EventSeverity, Text: f.moved(before, now)})
	}
	if o.tell = f.news(); o.tell != nil && o.tell.kind == EventKind {
		events = append(events, Event{At: f.at, Kind: EventKind, Text: o.tell.reason})
	}
	if f.ackExpired() && (o.tell == nil || o.tell.kind == EventAlert) {
		events = append(events, f.expireAck(&o))
	}
	f.answer(&o)
	if len(events) == 0 && !noted && o.tell == nil {
		return o
	}
	return o.record(events...)
}

// noteKinds notes what fails for one who acknowledged without it: it reports whether
// the incident changed. Nothing was measured yet when slofuse had just started.
func (f folding) noteKinds(i *Incident) bool {
	if i.State != IncidentAcked || i.AckKinds != nil || f.failing.bad == 0 {
		return false
	}
	i.AckKinds = f.failing.known(i.Kinds)
	return true
}

// newKind tells what began to fail so badly since somebody took the incident that it
// would page by itself; empty when nothing did.
func (f folding) newKind() string {
	i := f.previous
	if i.State != IncidentAcked || i.AckKinds == nil {
		return ""
	}
	text := f.failing.newKinds(i.AckKinds)
	if text != "" {
		text += "; the acknowledgement by " + cmp.Or(i.AckedBy, somebody) + " was not for this"
	}
	return text
}

// ackExpired reports whether somebody took the incident so long ago that others
// are to be told that it still goes on.
func (f folding) ackExpired() bool {
	i := f.previous
	return i.State == IncidentAcked && !i.AckUntil.IsZero() && !f.at.Before(i.AckUntil)
}

// expireAck takes the acknowledgement back and says so.
func (f folding) expireAck(o *outcome) Event {
	held := slo.FormatDuration(f.previous.AckUntil.Sub(f.previous.AckedAt))
	reason := "the acknowledgement by " + cmp.Or(f.previous.AckedBy, somebody) + " expired after " + held + ", and it goes on: " + f.burning()
	o.incident.call(f.at)
	o.tell = &change{kind: EventAckExpired, status: StatusFiring, loud: f.audible() == slo.SeverityPage, reason: reason}
	if o.incident.held() {
		o.tell = nil
	}
	return Event{At: f.at, Kind: EventAckExpired, Text: reason}
}

// matters says which changes inside an incident of the same severity are worth
// a quiet message: an alert joins, or one ends while others go on.
func matters(t Transition) bool {
	return t.Ended() || t.Began() && t.From != PhaseRecovering
}

// record adds events to the incident and counts what is told.
func (o outcome) record(events ...Event) outcome {
	o.changed, o.events = true, events
	o.incident.Timeline = slices.Concat(o.incident.Timeline, events)
	if o.tell != nil {
		o.incident.Sequence++
	}
	return o
}

// members returns the incident with its alerts brought up to date: those that
// were part of it stay listed, active ones first and worst first. One that the
// function no longer has went while the incident was closed by hand.
func (f folding) members(i Incident) Incident {
	alerts := slices.Clone(i.Alerts)
	for n, a := range alerts {
		if a.Active() && !slices.ContainsFunc(f.alerts, func(b Alert) bool { return a.ID == b.ID }) {
			alerts[n], _ = End(a, f.at, ReasonRemoved)
		}
	}
	for _, a := range f.alerts {
		at := slices.IndexFunc(alerts, func(b Alert) bool { return a.ID == b.ID })
		switch {
		case at >= 0:
			alerts[at] = a
		case a.Active():
			alerts = append(alerts, a)
		}
	}
	slices.SortFunc(alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(boolRank(a.Active()), boolRank(b.Active())), cmp.Compare(b.Severity, a.Severity), a.ID.Compare(b.ID))
	})
	i.Alerts = alerts
	return i
}

// call takes an acknowledgement back: from now on the incident waits for somebody.
func (i *Incident) call(at time.Time) {
	i.CallingSince, i.Escalated = at, nil
	i.State, i.AckedAt, i.AckedBy, i.AckComment = IncidentOpen, time.Time{}, "", ""
	i.AckUntil, i.AckSeverity, i.AckKinds = time.Time{}, slo.SeverityNone, nil
}

func (f folding) severity() (highest slo.Severity) {
	for _, a := range f.alerts {
		if a.Active() {
			highest = max(highest, a.Severity)
		}
	}
	return f.cascaded(highest)
}

// burning tells, worst first, why the active alerts are, and of which nothing is known
// now: those that nothing mutes, if there are any.
func (f folding) burning() string {
	var heard, muted []string
	for _, a := range f.members(Incident{}).Alerts {
		text := a.ID.Name + ": " + a.Reason
		if a.Active() && a.Frozen != "" && a.Tier != NoDataTier {
			text += "; " + a.ID.Name + " may have changed: " + a.Frozen
		}
		if a.muted() {
			muted = append(muted, text)
		} else {
			heard = append(heard, text)
		}
	}
	if len(heard) == 0 {
		heard = muted
	}
	return strings.Join(heard, "; ")
}

// reasons tells what changed in this slot.
func (f folding) reasons() string {
	var parts []string
	for _, t := range f.transitions {
		if matters(t) && f.heard(t) {
			parts = append(parts, describe(t))
		}
	}
	return strings.Join(parts, "; ")
}

func describe(t Transition) string {
	verb := "is " + string(t.To)
	switch {
	case t.Ended():
		verb = "is over"
	case t.Began():
		verb = "burns (" + t.ToSeverity.String() + ")"
	case t.From == t.To && t.FromSeverity == t.ToSeverity:
		verb = "goes on"
	case t.From == t.To:
		verb = "went from " + t.FromSeverity.String() + " to " + t.ToSeverity.String()
	}
	return t.ID.Name + " " + verb + ": " + t.Reason
}

// agreed are the labels that every one of the sets has with the same value.
func agreed(sets []map[string]string) map[string]string {
	if len(sets) == 0 {
		return nil
	}
	out := maps.Clone(sets[0])
	for _, set := range sets[1:] {
		maps.DeleteFunc(out, func(k, v string) bool {
			other, ok := set[k]
			return !ok || other != v
		})
	}
	return out
}
