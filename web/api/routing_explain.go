package api

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/slo"
)

// FromTree explains where an alert with these labels would go at an instant.
func FromTree(tree *route.Tree, labels RoutingLabels, at time.Time, to Destinations) Routing {
	e := tree.Explain(labels.Labels, at)
	out := Routing{At: at, Labels: labels.Labels, Notes: labels.Notes, Routes: []RoutingVisit{}, Told: []RoutingHit{}}
	for _, v := range e.Visits {
		out.Routes = append(out.Routes, RoutingVisit{
			Depth: v.Depth, Matchers: v.Node.Matchers.String(), Receiver: v.Node.Receiver, Continue: v.Node.Continue,
			Outcome: string(v.Outcome), Reason: because(v),
		})
	}
	for _, place := range e.Told() {
		hit := fromHit(e.Hits[place], to)
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

func fromHit(h route.Hit, to Destinations) RoutingHit {
	return RoutingHit{
		Receiver: h.Receiver, Path: h.Path, Destinations: to.of(h.Receiver), GroupBy: h.GroupBy, Group: h.Group,
		GroupWait: short(h.GroupWait), GroupInterval: short(h.GroupInterval), RepeatInterval: short(h.RepeatInterval),
		Escalation: climb(h.Escalation, to),
	}
}

func climb(e route.Escalation, to Destinations) *RoutingClimb {
	if len(e.Steps) == 0 {
		return nil
	}
	climb := &RoutingClimb{Name: e.Name}
	for _, step := range e.Steps {
		climb.Steps = append(climb.Steps, RoutingStep{After: short(step.After), Receiver: step.Receiver, Destinations: to.of(step.Receiver)})
	}
	return climb
}

func mutedHit(e route.Explanation, place int, at time.Time) *RoutingMute {
	by := e.Hits[place].Muted
	if by == "" {
		return nil
	}
	muted := &RoutingMute{By: by}
	if until := e.MutedUntil(place, at); !until.IsZero() {
		muted.Until = &until
	}
	return muted
}

// beside are the other ways to the receiver of a hit.
func beside(e route.Explanation, place int) []RoutingBeside {
	out := []RoutingBeside{}
	for other, hit := range e.Hits {
		if other != place && hit.Receiver == e.Hits[place].Receiver {
			out = append(out, RoutingBeside{Path: hit.Path, Muted: hit.Muted})
		}
	}
	return out
}

// short writes a duration as configurations do.
func short(d time.Duration) string { return model.Duration(d).String() }

// someIncident stands for the id of the incident, which nobody knows beforehand.
const someIncident = "<id>"

// RoutingLabels are the labels of an alert, with what was assumed of them.
type RoutingLabels struct {
	Labels map[string]string
	Notes  []string
}

// LabelsOf are the labels of an alert of an SLO, if one is meant, under those that are
// given. Without a severity it is the highest that the SLO may have.
func LabelsOf(of *slo.SLO, given map[string]string) RoutingLabels {
	out := RoutingLabels{Labels: map[string]string{}, Notes: []string{}}
	severity := slo.SeverityPage
	if of != nil {
		maps.Copy(out.Labels, of.Labels)
		out.Labels["service"], out.Labels["function"], out.Labels["owner"] = of.ID.Service, of.ID.Function, of.Owner
		out.Notes = append(out.Notes, "labels of "+of.ID.String()+"; an incident has those on which all its burning SLOs agree")
		severity = min(severity, of.MaxSeverity)
	}
	maps.Copy(out.Labels, given)
	if _, ok := out.Labels["severity"]; !ok {
		out.Labels["severity"] = severity.String()
		out.Notes = append(out.Notes, fmt.Sprintf("severity is not given: %s is assumed", severity))
	}
	if _, ok := out.Labels[route.LabelIncident]; !ok {
		out.Labels[route.LabelIncident] = someIncident
	}
	return out
}

// ReadLabels reads labels written key=value, each once.
func ReadLabels(texts []string) (map[string]string, error) {
	labels := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		_, twice := labels[name]
		switch {
		case !ok || !model.LegacyValidation.IsValidLabelName(name):
			return nil, fmt.Errorf("%q is no label: write key=value, such as severity=page", text)
		case twice:
			return nil, fmt.Errorf("label %s is given twice", name)
		case name == "severity" && value != "page" && value != "ticket":
			return nil, fmt.Errorf("severity %q is not page or ticket", value)
		}
		labels[name] = value
	}
	return labels, nil
}
