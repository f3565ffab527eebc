package main

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/report"
)

// routing explains where an alert would go at an instant.
func (r routed) routing(set labelSet, at time.Time) report.Routing {
	e := r.tree.Explain(set.labels, at)
	out := report.Routing{At: at, Labels: set.labels, Notes: set.notes, Routes: []report.RoutingVisit{}, Told: []report.RoutingHit{}}
	for _, v := range e.Visits {
		out.Routes = append(out.Routes, report.RoutingVisit{
			Depth: v.Depth, Matchers: v.Node.Matchers.String(), Receiver: v.Node.Receiver, Continue: v.Node.Continue,
			Outcome: string(v.Outcome), Reason: because(v),
		})
	}
	for _, place := range e.Told() {
		hit := r.hit(e.Hits[place])
		hit.Muted = mutedHit(e, place, at)
		hit.Also = beside(e, place)
		out.Told = append(out.Told, hit)
	}
	return out
}

// because says why a route did what it did.
func because(v route.Visit) string {
	switch v.Outcome {
	case route.Fails:
		if v.Value == "" {
			return fmt.Sprintf("%s does not hold: there is no label %s", v.Failed, v.Label)
		}
		return fmt.Sprintf("%s does not hold: %s is %q", v.Failed, v.Label, v.Value)
	case route.NotAsked:
		return "is not asked: the route that takes it does not continue"
	case route.Passes:
		return "passes it to a route below"
	}
	text := "takes it"
	if v.Node.Continue {
		text += ", and continues"
	}
	return text
}

func (r routed) hit(h route.Hit) report.RoutingHit {
	return report.RoutingHit{
		Receiver: h.Receiver, Path: h.Path, Destinations: r.names(h.Receiver), GroupBy: h.GroupBy, Group: h.Group,
		GroupWait: short(h.GroupWait), GroupInterval: short(h.GroupInterval), RepeatInterval: short(h.RepeatInterval),
		Escalation: r.climb(h.Escalation),
	}
}

func (r routed) climb(e route.Escalation) *report.RoutingClimb {
	if len(e.Steps) == 0 {
		return nil
	}
	climb := &report.RoutingClimb{Name: e.Name}
	for _, step := range e.Steps {
		climb.Steps = append(climb.Steps, report.RoutingStep{
			After: short(step.After), Receiver: step.Receiver, Destinations: r.names(step.Receiver),
		})
	}
	return climb
}

func mutedHit(e route.Explanation, place int, at time.Time) *report.RoutingMute {
	by := e.Hits[place].Muted
	if by == "" {
		return nil
	}
	muted := &report.RoutingMute{By: by}
	if until := e.MutedUntil(place, at); !until.IsZero() {
		muted.Until = &until
	}
	return muted
}

// beside are the other ways to the receiver of a hit.
func beside(e route.Explanation, place int) []report.RoutingBeside {
	out := []report.RoutingBeside{}
	for other, hit := range e.Hits {
		if other != place && hit.Receiver == e.Hits[place].Receiver {
			out = append(out, report.RoutingBeside{Path: hit.Path, Muted: hit.Muted})
		}
	}
	return out
}

// short writes a duration as configurations do.
func short(d time.Duration) string { return model.Duration(d).String() }
