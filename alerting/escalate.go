package alerting

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// rung is one step of an escalation, with the route it belongs to.
type rung struct {
	EscalationStep
	route Route
}

// ladder are the steps of all routes that are not silent, in the order of time. A
// step that two routes share is one.
func ladder(routes []Route) (out []rung) {
	for _, r := range routes {
		if r.Muted != "" {
			continue
		}
		for _, step := range r.Escalation {
			same := func(o rung) bool { return o.After == step.After && slices.Equal(o.Destinations, step.Destinations) }
			if !slices.ContainsFunc(out, same) {
				out = append(out, rung{step, r})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b rung) int { return cmp.Compare(a.After, b.After) })
	return out
}

// took reports whether a step was taken: its time had come when the last one was.
func (i Incident) took(r rung) bool {
	return len(i.Escalated) > 0 && !i.CallingSince.Add(r.After).After(i.Escalated[len(i.Escalated)-1])
}

// escalations are the routes that the steps taken so far add to those of an
// incident.
func escalations(i Incident, routes []Route) []Route {
	for _, r := range ladder(routes) {
		if i.took(r) {
			r.route.Destinations = r.Destinations
			routes = append(slices.Clip(routes), r.route)
		}
	}
	return routes
}

// escalate takes the steps that are due, and says so to everybody who knows of the
// incident. What recovers, is muted or was told to nobody yet wakes nobody else.
func (s *slot) escalate(i *Incident, routes []Route) *change {
	if i.State == IncidentAcked || i.held() || !i.fires() || !i.Flapping.IsZero() || len(i.Deliveries) == 0 {
		return nil
	}
	var told []string
	taken := len(i.Escalated)
	for _, r := range ladder(routes) {
		if !i.took(r) && !s.now.Before(i.CallingSince.Add(r.After)) {
			told = append(told, fmt.Sprintf("step %d after %s tells %s", taken+len(told)+1, slo.FormatDuration(r.After), r.receivers()))
		}
	}
	if len(told) == 0 {
		return nil
	}
	for range told {
		i.Escalated = append(slices.Clip(i.Escalated), s.now)
	}
	i.State, i.Sequence = IncidentEscalated, i.Sequence+1
	i.Changed, i.Called = i.Sequence, i.Sequence
	text := "nobody has acknowledged it: " + strings.Join(told, ", ")
	s.record(i, Event{At: s.now, Kind: EventEscalated, Text: text})
	return &change{kind: EventEscalated, status: StatusFiring, loud: true, reason: text + "; " + folding{alerts: i.Alerts}.burning()}
}

// receivers names who a step tells.
func (r rung) receivers() string {
	var names []string
	for _, d := range r.Destinations {
		if !slices.Contains(names, d.Receiver) {
			names = append(names, d.Receiver)
		}
	}
	return cmp.Or(strings.Join(names, " and "), "nobody")
}

// missing reports whether a destination that can hear now has to be told first what
// it missed: then nobody else is woken because it did not answer.
func missing(i Incident, all []standing, now time.Time) bool {
	return slices.ContainsFunc(all, func(to standing) bool {
		c := to.owes(i, nil, now)
		return c != nil && c.kind != EventStillBurning && !to.silent(*c)
	})
}
