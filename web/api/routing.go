package api

import (
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/route"
)

// RouteNode is a route of the tree, with what it has from its parents. A time that is
// nil is the default of the severity.
type RouteNode struct {
	Matchers       string      `json:"matchers"`
	Receiver       string      `json:"receiver"`
	Destinations   []string    `json:"destinations"`
	Continue       bool        `json:"continue"`
	GroupBy        []string    `json:"group_by"`
	GroupWait      *string     `json:"group_wait"`
	GroupInterval  *string     `json:"group_interval"`
	RepeatInterval *string     `json:"repeat_interval"`
	Mute           []string    `json:"mute_time_intervals"`
	Active         []string    `json:"active_time_intervals"`
	Escalation     string      `json:"escalation"` // empty: none
	Routes         []RouteNode `json:"routes"`
	// Says is what the route itself says, beside matchers and receiver.
	Says []string `json:"-"`
}

// Routing is where an alert would go, and why.
type Routing struct {
	At     time.Time         `json:"at"`
	Labels map[string]string `json:"labels"`
	Notes  []string          `json:"notes"`  // what was assumed, and what is odd
	Routes []RoutingVisit    `json:"routes"` // those it came to, in the order of the tree
	Told   []RoutingHit      `json:"told"`
}

// RoutingVisit is a route that the alert came to.
type RoutingVisit struct {
	Depth    int    `json:"depth"`
	Matchers string `json:"matchers"`
	Receiver string `json:"receiver"`
	Continue bool   `json:"continue"`
	Outcome  string `json:"outcome"` // takes, passes, fails or not_asked
	Reason   string `json:"reason"`
}

// RoutingHit is a receiver that is told. Durations are written as in the
// configuration.
type RoutingHit struct {
	Receiver       string          `json:"receiver"`
	Path           []string        `json:"path"`
	Destinations   []string        `json:"destinations"`
	GroupBy        []string        `json:"group_by"`
	Group          string          `json:"group"`
	GroupWait      string          `json:"group_wait"`
	GroupInterval  string          `json:"group_interval"`
	RepeatInterval string          `json:"repeat_interval"`
	Muted          *RoutingMute    `json:"muted"` // nil when it is told at once
	Escalation     *RoutingClimb   `json:"escalation"`
	Also           []RoutingBeside `json:"also"` // other ways to the receiver, which change nothing
}

// RoutingMute is what keeps a route silent.
type RoutingMute struct {
	By    string     `json:"by"`
	Until *time.Time `json:"until"` // nil: not within 400 days
}

// RoutingClimb is an escalation.
type RoutingClimb struct {
	Name  string        `json:"name"`
	Steps []RoutingStep `json:"steps"`
}

// RoutingStep is a step of an escalation.
type RoutingStep struct {
	After        string   `json:"after"`
	Receiver     string   `json:"receiver"`
	Destinations []string `json:"destinations"`
}

// RoutingBeside is another way to a receiver.
type RoutingBeside struct {
	Path  []string `json:"path"`
	Muted string   `json:"muted"` // by what it is silent; empty when it is not
}

// Destinations are the names of the destinations of a receiver.
type Destinations func(receiver string) []string

// of is never nil.
func (to Destinations) of(receiver string) []string { return append([]string{}, to(receiver)...) }

// FromRoute is a route as it is written and as it is in force.
func FromRoute(written, inForce route.Node, to Destinations) RouteNode {
	n := RouteNode{
		Matchers: inForce.Matchers.String(), Receiver: inForce.Receiver, Destinations: to.of(inForce.Receiver),
		Continue: inForce.Continue, GroupBy: inForce.GroupBy, GroupInterval: given(inForce.GroupInterval),
		RepeatInterval: given(inForce.RepeatInterval), Mute: intervalNames(inForce.Mute), Active: intervalNames(inForce.Active),
		Routes: []RouteNode{}, Says: says(written),
	}
	if inForce.GroupWait != nil {
		n.GroupWait = new(short(*inForce.GroupWait))
	}
	if len(inForce.Escalation.Steps) > 0 {
		n.Escalation = inForce.Escalation.Name
	}
	for i := range inForce.Routes {
		n.Routes = append(n.Routes, FromRoute(written.Routes[i], inForce.Routes[i], to))
	}
	return n
}

// given is a time that is not the default.
func given(d time.Duration) *string {
	if d == 0 {
		return nil
	}
	return new(short(d))
}

func intervalNames(intervals []route.Interval) []string {
	names := make([]string, len(intervals))
	for i, interval := range intervals {
		names[i] = interval.Name
	}
	return names
}

// says is what a route says itself, in the words of the configuration.
func says(n route.Node) []string {
	var out []string
	say := func(key, value string) { out = append(out, key+": "+value) }
	if n.Continue {
		say("continue", "true")
	}
	if n.GroupBy != nil {
		say("group_by", "["+strings.Join(n.GroupBy, ", ")+"]")
	}
	if n.GroupWait != nil {
		say("group_wait", short(*n.GroupWait))
	}
	if n.GroupInterval > 0 {
		say("group_interval", short(n.GroupInterval))
	}
	if n.RepeatInterval > 0 {
		say("repeat_interval", short(n.RepeatInterval))
	}
	if len(n.Mute) > 0 {
		say("mute_time_intervals", "["+strings.Join(intervalNames(n.Mute), ", ")+"]")
	}
	if len(n.Active) > 0 {
		say("active_time_intervals", "["+strings.Join(intervalNames(n.Active), ", ")+"]")
	}
	switch {
	case n.Escalation == nil:
	case len(n.Escalation.Steps) == 0:
		say("escalation", "none")
	default:
		say("escalation", n.Escalation.Name)
	}
	return out
}

// RouteTree is the tree of routes.
type RouteTree struct {
	Route *RouteNode `json:"route"` // null: there are none, and nobody is told of anything
}

// RouteTest is where an alert would go, and what else decides who hears of it.
type RouteTest struct {
	Routing
	HeldBack    []alerting.Muting `json:"held_back"`     // by what its messages would be held back
	Incident    *string           `json:"incident"`      // the open incident of its function, which it would join
	MayFoldInto []string          `json:"may_fold_into"` // open incidents of functions that its own depends on
}
