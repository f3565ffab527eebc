package alerting

import (
	"maps"
	"slices"
	"time"
)

// standing is what one destination knows of an incident, and the route that leads
// to it now.
type standing struct {
	to       Destination
	delivery Delivery // the zero value for one that knows nothing
	known    bool     // it was told, or is owed something
	route    Route
	routed   bool // a route leads to it; what was told before is told to the end without one
	informed bool // it hears of the incident only because that affects a function of its owner
	apart    *change
}

// standings lists who knows of an incident, and then who is to know of it by the
// routes.
func standings(i Incident, routes []Route) (out []standing) {
	for _, d := range i.Deliveries {
		out = append(out, standing{to: Destination{Receiver: d.Receiver, Name: d.Destination}, delivery: d, known: true})
	}
	for _, r := range routes {
		for _, d := range r.Destinations {
			at := slices.IndexFunc(out, func(s standing) bool { return s.to == d })
			if at < 0 {
				at, out = len(out), append(out, standing{to: d})
			}
			if !out[at].routed {
				out[at].route, out[at].routed = r, true
			}
		}
	}
	return out
}

// owes says what a destination must be told of an incident now; nil when it knows
// all there is to know. News is what changed in this slot, nil when nothing did. It
// looks at what is known and not at what happened: a change that could not be told
// when it came about is told as soon as it can be.
func (s standing) owes(i Incident, news *change, now time.Time) *change {
	answer := news != nil && news.kind == EventAcked && s.known
	switch {
	case !i.Open():
		return s.end(news)
	case i.Cause != "":
		return s.aside(news)
	case i.held() && !answer:
		return nil
	case !s.known:
		return s.first(i, news)
	case s.delivery.Sequence < i.Changed:
		return s.next(i, news)
	}
	return s.repeat(i, now)
}

// aside is what a destination hears that knew of an incident before it folded; the
// others hear of the cause.
func (s standing) aside(news *change) *change {
	if news == nil || !s.known {
		return nil
	}
	c := *news
	c.loud = false
	return &c
}

// end is owed by whoever last heard that it burns.
func (s standing) end(news *change) *change {
	if news == nil || !s.known || s.delivery.Status == StatusResolved {
		return nil
	}
	return news
}

// first is what a destination hears first: never quietly of a page that nobody has
// taken.
func (s standing) first(i Incident, news *change) *change {
	c := s.catchUp(i)
	if news != nil {
		c = *news
	}
	c.loud = c.loud || i.asks()
	return &c
}

// next is what a destination hears that has missed a change; a loud one that it
// missed is still loud.
func (s standing) next(i Incident, news *change) *change {
	c := s.catchUp(i)
	if news != nil {
		c = *news
	}
	c.loud = c.loud || s.delivery.Sequence < i.Called && i.State != IncidentAcked
	return &c
}

// reconcileAll owes each open incident, and each that changed, to whom it must be
// told, in a stable order.
func (s *slot) reconcileAll() {
	keys := map[string]bool{}
	for key, i := range s.incidents {
		keys[key] = i.Open()
	}
	for key := range s.places {
		keys[key] = true
	}
	maps.DeleteFunc(keys, func(_ string, look bool) bool { return !look })
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		s.reconcile(key)
	}
}

// reconcile brings what is owed of the incident of one function up to date.
func (s *slot) reconcile(key string) {
	i := s.current(key)
	news := s.news[i.ID]
	if news == nil && (!i.Open() || i.Cause != "") {
		return // over, or part of another: only changes are told
	}
	if i.CallingSince.After(s.now) || i.CallingSince.IsZero() { // the clock was set back, or an older version opened it
		i.CallingSince = s.now
		s.put(i)
	}
	routes := s.routes(i)
	all := s.listening(i, standings(i, escalations(i, routes)))
	if news == nil && !missing(i, all, s.now) {
		if news = s.escalate(&i, routes); news != nil {
			all = s.listening(i, standings(i, escalations(i, routes)))
		}
	}
	if s.owe(&i, all, news) {
		s.put(i)
	}
	if len(all) == 0 && news != nil && i.Open() && !i.held() {
		s.engine.log.Warn("nobody is told about the incident: no route takes it to a receiver", "incident", i.ID, "kind", news.kind)
	}
}

// listening adds who is told of an incident because of what it affects.
func (s *slot) listening(i Incident, all []standing) []standing {
	for _, d := range i.Informed {
		at := slices.IndexFunc(all, func(s standing) bool { return s.to == d.Destination })
		if at < 0 {
			at, all = len(all), append(all, standing{to: d.Destination})
		}
		all[at].informed = !d.Woken
		if c, ok := s.apart[i.ID][d.Destination]; ok {
			all[at].apart = &c
		}
	}
	return all
}

// routes are those of an incident; one that is over is told to whom it was told.
func (s *slot) routes(i Incident) []Route {
	if !i.Open() {
		return nil
	}
	platform := s.platform(i)
	if s.engine.settings.Route == nil {
		return platform
	}
	return append(platform, s.engine.settings.Route(routeLabels(i), s.now)...)
}

// current is an incident as this slot leaves it.
func (s *slot) current(key string) Incident {
	if at, ok := s.places[key]; ok {
		return s.decided.Incidents[at]
	}
	i := s.incidents[key]
	i.Alerts = slices.Clone(i.Alerts)
	for n, a := range i.Alerts {
		if next, ok := s.next[a.ID]; ok {
			i.Alerts[n] = next
		}
	}
	return s.describe(i)
}

// record adds an event to the timeline of an incident.
func (s *slot) record(i *Incident, e Event) {
	i.Timeline = slices.Concat(i.Timeline, []Event{e})
	s.decided.Events = append(s.decided.Events, IncidentEvent{Incident: i.ID, Event: e})
}

// put decides an incident, in place of how it was decided before in this slot.
func (s *slot) put(i Incident) {
	key := i.FunctionKey()
	if at, ok := s.places[key]; ok {
		s.decided.Incidents[at] = i
		return
	}
	s.places[key] = len(s.decided.Incidents)
	s.decided.Incidents = append(s.decided.Incidents, i)
}
