package alerting

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// slot is one call of [Engine.Observe] at work: it reads the memory of the
// engine and collects what changes, so that a failed commit leaves no trace.
type slot struct {
	engine *Engine
	muter  Muter // as it is during the slot; nil mutes nothing
	now    time.Time
	slos   map[slo.ID]slo.SLO
	// alerts and incidents are those of the engine, after renamings.
	alerts    map[slo.ID]Alert
	incidents map[string]Incident      // by FunctionKey
	states    map[string]IncidentState // by id of the incident; nil until something asks
	moved     []slo.ID                 // new names of alerts
	renames   map[string][]string      // what is called otherwise now, for people, by FunctionKey
	taken     map[string]bool          // keys of open incidents that moved to another function
	inputs    map[slo.ID]Input
	next      map[slo.ID]Alert
	touched   map[string]*gathering             // by incident key
	saved     map[slo.ID]bool                   // alerts that are part of decided
	news      map[string]*change                // what is to be told, by incident id
	apart     map[string]map[Destination]change // what some are told instead
	groups    groups                            // nil until something is owed
	places    map[string]int                    // of incidents among decided, by FunctionKey
	decided   Decided
}

// gathering is what happened to one function.
type gathering struct {
	alerts      []Alert
	transitions []Transition
	at          time.Time
	pierced     map[slo.ID][]string // why what could mute an alert does not
	marks       []Event             // shares of error budgets that are gone now
}

func (e *Engine) newSlot(now time.Time, slos []slo.SLO) *slot {
	s := &slot{
		engine: e, muter: e.muter(), now: now, slos: make(map[slo.ID]slo.SLO, len(slos)),
		inputs: make(map[slo.ID]Input), next: make(map[slo.ID]Alert), touched: make(map[string]*gathering),
		saved: make(map[slo.ID]bool), alerts: e.alerts, incidents: e.incidents, renames: make(map[string][]string), news: make(map[string]*change), apart: make(map[string]map[Destination]change),
		places: make(map[string]int), taken: make(map[string]bool),
	}
	for _, o := range slos {
		s.slos[o.ID] = o
	}
	s.rename()
	return s
}

func (s *slot) decideAll(assessments []slo.Assessment) {
	for _, a := range assessments {
		objective, ok := s.slos[a.ID]
		if !ok {
			continue
		}
		in := Input{SLO: objective, Previous: s.alerts[a.ID], Assessment: a, Acked: s.acked(a.ID)}
		next, transitions := Decide(in)
		at := next.DecidedAt
		if !a.AsOf.Before(next.DecidedAt) { // else its numbers are of the past
			s.inputs[a.ID], at = in, a.AsOf
		}
		s.keep(in.Previous, next, at, transitions)
		s.tellSpent(in, next)
	}
}

// acked reports whether somebody acknowledged the incident of an alert, or the one that
// tells of it.
func (s *slot) acked(id slo.ID) bool {
	if !s.alerts[id].Active() {
		return false
	}
	i := s.incidents[incidentKey(id.Service, id.Function)]
	if i.State == IncidentAcked || i.Cause == "" {
		return i.State == IncidentAcked
	}
	if s.states == nil {
		s.states = make(map[string]IncidentState, len(s.incidents))
		for _, i := range s.incidents {
			s.states[i.ID] = i.State
		}
	}
	return s.states[i.Cause] == IncidentAcked
}

// keep notes the next state of an alert as of an instant, and that its function needs
// a look when the alert belongs to an incident or did. Data that decides nothing stops
// no clock but those of recovery.
func (s *slot) keep(prev, next Alert, at time.Time, transitions []Transition) {
	s.next[next.ID] = next
	never := prev.Phase == "" && next.Phase == PhaseOK
	if !never && !prev.sameDecision(next) {
		s.save(next)
	}
	if !prev.Active() && !next.Active() {
		return
	}
	g := s.gather(incidentKey(next.ID.Service, next.ID.Function))
	g.transitions = append(g.transitions, transitions...)
	if at.After(g.at) {
		g.at = at
	}
}

func (s *slot) save(a Alert) {
	if !s.saved[a.ID] {
		s.saved[a.ID] = true
		s.decided.Alerts = append(s.decided.Alerts, a)
	}
}

func (s *slot) gather(key string) *gathering {
	g, ok := s.touched[key]
	if !ok {
		g = &gathering{}
		s.touched[key] = g
	}
	return g
}

// closeRemoved ends the alerts of SLOs that are no longer there.
func (s *slot) closeRemoved() {
	for id, prev := range s.alerts {
		if _, ok := s.slos[id]; ok {
			continue
		}
		at := s.now
		if prev.DecidedAt.After(at) {
			at = prev.DecidedAt
		}
		reason := ReasonRemoved
		if family := s.engine.latest[id].SLO.Found; family != "" {
			reason = reasonGone + family + ": not seen for 24 h"
		}
		next, transitions := End(prev, at, reason)
		s.keep(prev, next, at, transitions)
		s.decided.Removed = append(s.decided.Removed, id)
	}
	s.decided.Alerts = slices.DeleteFunc(s.decided.Alerts, func(a Alert) bool {
		_, ok := s.slos[a.ID]
		return !ok
	})
}

// foldAll brings the incidents up to date, in a stable order so that the same
// slot writes the same rows.
func (s *slot) foldAll() {
	for key, i := range s.incidents {
		if i.Open() || !i.Flapping.IsZero() {
			s.gather(key) // also when none of its alerts is known any more
			if i.Key != key {
				s.taken[i.Key] = true
			}
		}
	}
	for id, a := range s.alerts {
		if _, ok := s.next[id]; !ok {
			s.next[id] = a // not assessed in this slot
		}
	}
	for _, id := range s.moved {
		s.save(s.next[id])
	}
	for _, a := range s.next {
		if g, ok := s.touched[incidentKey(a.ID.Service, a.ID.Function)]; ok {
			g.alerts = append(g.alerts, a)
		}
	}
	keys := make([]string, 0, len(s.touched))
	for key := range s.touched {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	turns := make([]*turn, 0, len(keys))
	for _, key := range keys {
		turns = append(turns, s.fold(key, s.touched[key]))
	}
	s.relate(turns)
	for _, t := range turns {
		if t.o.changed {
			s.tell(t.o)
		}
	}
}

// fold is the turn of one function, before others are looked at.
func (s *slot) fold(key string, g *gathering) *turn {
	slices.SortFunc(g.alerts, func(a, b Alert) int { return a.ID.Compare(b.ID) })
	s.mute(g)
	slices.SortFunc(g.transitions, func(a, b Transition) int { return a.ID.Compare(b.ID) })
	f := folding{
		key: s.freeKey(key), alerts: g.alerts, transitions: g.transitions, at: g.at, reopen: s.engine.settings.Reopen,
		renames: s.renames[key], failing: failingOf(g.alerts, func(id slo.ID) (Input, bool) { in, ok := s.inputs[id]; return in, ok }),
		pierced: g.pierced, marks: g.marks,
	}
	if f.at.IsZero() {
		f.at = s.now
	}
	if previous, ok := s.incidents[key]; ok {
		f.previous = &previous
	}
	o := fold(f)
	if c := &o.incident.CallingSince; f.previous == nil || !c.Equal(f.previous.CallingSince) {
		*c = s.now // people are called now, however old the slot is
	}
	if o.changed {
		o = s.deployed(f, o)
	}
	t := &turn{f: f, o: o}
	t.flap()
	return t
}

// freeKey is the key of a new incident of a function: one of its own when an
// open incident took that of the function along to another name.
func (s *slot) freeKey(key string) string {
	if !s.taken[key] {
		return key
	}
	return digest("again", key, strconv.FormatInt(s.now.Unix(), 10))
}

// tell describes a changed incident and notes what is to be told of it. Its alerts
// are saved with it as they are now: a change of the acknowledgement must not
// meet, after a crash, an alert that has yet to decide this slot.
func (s *slot) tell(o outcome) {
	i := s.describe(o.incident)
	for _, a := range i.Alerts {
		if a.Active() {
			s.save(a)
		}
	}
	if o.tell != nil {
		i.Changed = i.Sequence
		if o.tell.loud {
			i.Called = i.Sequence
		}
		s.news[i.ID], s.apart[i.ID] = o.tell, o.apart
	}
	for _, e := range o.events {
		s.decided.Events = append(s.decided.Events, IncidentEvent{Incident: i.ID, Event: e})
	}
	s.put(i)
}

// describe takes owner and labels from the SLOs whose alerts are active; an incident
// that is over keeps those it had.
func (s *slot) describe(i Incident) Incident {
	var labels []map[string]string
	var owner string
	for _, a := range i.Alerts { // worst first
		objective, ok := s.slos[a.ID]
		if !ok || !a.Active() {
			continue
		}
		labels = append(labels, objective.Labels)
		owner = cmp.Or(owner, objective.Owner)
	}
	if len(labels) > 0 {
		i.Labels, i.Owner = agreed(labels), cmp.Or(owner, i.Owner)
	}
	return i
}

// facts are those of the incident's alerts, worst first.
func (s *slot) facts(i Incident) []Fact {
	out := make([]Fact, 0, len(i.Alerts))
	for _, a := range i.Alerts {
		in, ok := s.inputs[a.ID]
		if !ok {
			in, ok = s.engine.latest[a.ID]
		}
		if ok {
			out = append(out, newFact(in.SLO, in.Assessment, a))
			continue
		}
		f := Fact{ID: a.ID}
		f.follow(a)
		out = append(out, f)
	}
	return out
}
