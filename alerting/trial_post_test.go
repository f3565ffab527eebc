package alerting

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// places are the destinations of a trial.
var places = []Destination{
	{Receiver: "team", Name: "team/slack/0"}, {Receiver: "pager", Name: "pager/webhook/0"}, {Receiver: "lead", Name: "lead/webhook/0"},
}

// routing is a tree of routes: the team hears everything, the pager of pages; or,
// by the variant, otherwise.
type routing struct {
	variant int
	silent  string // the interval that keeps them silent
}

const (
	routingVariants = 5
	answered        = 4 // the variant in which somebody has to answer
	repeatAfter     = 15 * time.Minute
	escalateAfter   = 8 * time.Minute
)

func (r routing) route(labels map[string]string, _ time.Time) []Route {
	routes := r.tree(labels)
	for n := range routes {
		routes[n].Muted = r.silent
	}
	return routes
}

func (r routing) tree(labels map[string]string) []Route {
	team, pager, lead := places[0], places[1], places[2]
	wait := 30 * time.Second
	switch page := labels["severity"] == "page"; {
	case r.variant == 1: // somebody else has taken over
		return []Route{{Destinations: []Destination{lead}}}
	case r.variant == 2: // told together, by owner
		return []Route{{Destinations: []Destination{team, pager}, Group: labels["owner"], GroupWait: &wait, GroupInterval: 2 * time.Minute}}
	case r.variant == 3 && page: // two routes, one destination on both
		return []Route{{Destinations: []Destination{pager}}, {Destinations: []Destination{team, pager}}}
	case r.variant == answered && page: // said again and passed on
		return []Route{{
			Destinations: []Destination{team, pager}, RepeatInterval: repeatAfter,
			Escalation: []EscalationStep{{After: escalateAfter, Destinations: []Destination{lead}}},
		}}
	case page:
		return []Route{{Destinations: []Destination{team, pager}}}
	}
	return []Route{{Destinations: []Destination{team}}}
}

// line is what one destination hears of one incident.
type line struct{ place, incident string }

func (l line) compare(o line) int {
	return cmp.Or(strings.Compare(l.place, o.place), strings.Compare(l.incident, o.incident))
}

// post is the outbox and the world outside: what is owed, and what each destination
// heard.
type post struct {
	tr      *trial
	waiting map[line][]Notification // oldest first
	owed    map[line][]Notification // all that was ever owed, oldest first
	heard   map[line][]Notification // all that was accepted
	events  map[string]line
	down    map[string]bool
	losing  int            // answers still to be lost
	lost    int            // answers that were
	flight  []Notification // accepted, and not yet recorded
	again   int            // accepted messages that were accepted before
}

func newPost(tr *trial) *post {
	return &post{
		tr: tr, waiting: map[line][]Notification{}, owed: map[line][]Notification{}, heard: map[line][]Notification{},
		events: map[string]line{}, down: map[string]bool{},
	}
}

func lineOf(n Notification) line { return line{n.Destination.Name, n.Incident.ID} }

// collect takes what was committed into the outbox, and checks it. Slot says that a
// slot decided it, not a person.
func (p *post) collect(slot bool) error {
	told := p.tr.store.told()
	for _, n := range told {
		if err := p.check(n, slot); err != nil {
			return fmt.Errorf("%w\n%s to %s: %s %s, sequence %d: %s", err, n.Incident.ID, n.Destination.Name, n.Status, n.Kind, n.Incident.Sequence, n.Reason)
		}
		l := lineOf(n)
		p.events[n.EventID] = l
		p.owed[l], p.waiting[l] = append(p.owed[l], n), append(p.waiting[l], n)
		p.tr.note("    owed to %s: %s %s, %s of %s, loud %t: %.60s", n.Destination.Receiver, n.Status, n.Kind, n.Incident.Severity, n.Incident.Function, n.Loud, n.Reason)
		p.tr.sight(n)
	}
	return nil
}

func (tr *trial) sight(n Notification) {
	tr.seen["messages "+n.Kind]++
	if n.Loud && n.Incident.Severity == slo.SeverityPage {
		tr.seen["pages"]++
	}
}

// deliver sends what is due, as the outbox hands it out: of one incident the newest,
// with the older ones folded into it.
func (p *post) deliver() error {
	p.flight = nil
	for _, l := range slices.SortedFunc(maps.Keys(p.waiting), line.compare) {
		owed := p.waiting[l]
		newest := owed[len(owed)-1]
		if p.down[l.place] || newest.NotBefore.After(p.tr.now()) && newest.Urgency() != UrgencyPage {
			continue
		}
		n := Fold(owed, len(p.heard[l]) > 0)
		p.tr.seen["messages folded"] += len(n.Folded)
		if err := p.accept(l, n); err != nil {
			return err
		}
		if p.losing > 0 { // it is accepted, and the answer does not come
			p.losing--
			p.lost++
			continue
		}
		delete(p.waiting, l)
		p.flight = append(p.flight, owed...)
	}
	return nil
}

// accept is a destination that takes a message.
func (p *post) accept(l line, n Notification) error {
	before := p.heard[l]
	if len(before) > 0 {
		last := before[len(before)-1]
		switch {
		case n.Incident.Sequence < last.Incident.Sequence:
			return fmt.Errorf("I4: %v hears change %d after %d", l, n.Incident.Sequence, last.Incident.Sequence)
		case n.Incident.Sequence == last.Incident.Sequence && n.EventID != last.EventID:
			return fmt.Errorf("I3: %v hears change %d under two ids", l, n.Incident.Sequence)
		case n.EventID == last.EventID:
			p.again++
			p.tr.seen["messages that came twice"]++
		}
	}
	p.heard[l] = append(before, n)
	return nil
}

// crashed brings back what was accepted and not recorded when the process died.
func (p *post) crashed() {
	for _, n := range p.flight {
		l := lineOf(n)
		p.waiting[l] = append(p.waiting[l], n)
		slices.SortStableFunc(p.waiting[l], func(a, b Notification) int { return a.Incident.Sequence - b.Incident.Sequence })
		p.lost++
	}
	p.flight = nil
}
