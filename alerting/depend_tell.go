package alerting

import (
	"fmt"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// follow says of one incident that it folded or left, and keeps what happens in one
// that folded to those who were told of it before.
func (r *relating) follow(t *turn) {
	i := &t.o.incident
	before, open := r.before[i.ID]
	switch {
	case !open:
		if i.Cause != "" && len(i.Deliveries) == 0 { // it ended unheard
			t.hush()
		}
	case i.Cause == "" && before != "":
		r.leave(t, before)
		i.CauseOver, i.Vanished = time.Time{}, ""
	case i.Cause != before:
		why := "burns because of " + r.name(i.Cause) + ", which it depends on"
		if i.Vanished != "" {
			why = "its data vanished together with that of " + r.name(i.Cause) + " (" + i.Vanished + ")"
		}
		t.note(EventCause, why+": its messages are those of incident "+i.Cause)
		t.aside(&change{kind: EventCause, status: StatusFiring, reason: why + ", whose owner is told"})
	case i.Cause != "":
		t.aside(t.o.tell)
	}
}

// aside tells those who know of the incident, and nobody when there are none.
func (t *turn) aside(c *change) {
	if c == nil || len(t.o.incident.Deliveries) == 0 {
		t.hush()
		return
	}
	quiet := *c
	quiet.loud = false
	t.say(quiet)
}

// name is the function of an incident, for people.
func (r *relating) name(id string) string {
	if r.names == nil {
		r.names = make(map[string]string, len(r.slot.incidents))
		for _, i := range r.slot.incidents {
			r.names[i.ID] = i.Service + "/" + i.Function
		}
		for id, t := range r.byID {
			r.names[id] = t.name()
		}
	}
	if name, ok := r.names[id]; ok {
		return name
	}
	return "incident " + id
}

// hears are the destinations that hear of an incident by itself, and of those that
// are informed the ones that were woken, or all of them.
func (r *relating) hears(t *turn, all bool) (out []Destination) {
	i := r.slot.describe(t.o.incident)
	for _, s := range r.slot.listening(i, standings(i, r.slot.routes(i))) {
		if all || !s.informed {
			out = append(out, s.to)
		}
	}
	return out
}

// routed are the destinations of an affected function at a severity.
func (r *relating) routed(t *turn, severity slo.Severity) (out []Destination) {
	route := r.slot.engine.settings.Route
	if route == nil {
		return nil
	}
	labels := routeLabels(r.slot.describe(t.o.incident))
	labels["severity"] = severity.String()
	for _, way := range route(labels, r.slot.now) {
		out = append(out, way.Destinations...)
	}
	return out
}

// mailing gathers for each destination what it is told of, in a stable order.
type mailing struct {
	to    []Destination
	about map[Destination][]*turn
}

func (m *mailing) add(d Destination, t *turn) {
	if m.about == nil {
		m.about = map[Destination][]*turn{}
	}
	if m.about[d] == nil {
		m.to = append(m.to, d)
	}
	if last := m.about[d]; len(last) == 0 || last[len(last)-1] != t {
		m.about[d] = append(m.about[d], t)
	}
}

// maxNamed bounds how many functions a sentence names.
const maxNamed = 3

// sentence lists functions with a verb: "a burns", "a, b and 3 more burn".
func sentence(names []string, one, many string) string {
	text := strings.Join(names[:min(len(names), maxNamed)], ", ")
	switch more := len(names) - maxNamed; {
	case len(names) == 1:
		return text + " " + one
	case more > 0:
		text += fmt.Sprintf(" and %s more", slo.FormatCount(int64(more)))
	}
	return text + " " + many
}

func functionsOf(turns []*turn) []string {
	names := make([]string, len(turns))
	for n, t := range turns {
		names[n] = t.name()
	}
	return names
}
