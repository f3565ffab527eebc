package web

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// Past tells what became of alerts. Its method is called by many requests at once.
type Past interface {
	// IncidentsOf lists the incidents of one function, open or not, the one that opened
	// last first and at most limit of them, with what destinations were told and the
	// latest events of their timelines.
	IncidentsOf(ctx context.Context, service, function string, limit int) ([]alerting.Incident, error)
}

const (
	pastIncidents = 50 // of a function, of which those of one SLO are shown
	shownPast     = 10 // on its page
	shownEvents   = 12 // of each of them, the latest
)

// pastView is what an incident was for one SLO.
type pastView struct {
	Status        badge
	URL           string
	Opened, Ended moment
	Lasted        string
	Events        []event // oldest first
	Hidden        int     // earlier events that are not listed
	Told          []delivery
}

// past are the incidents of the function of an SLO that concern it, newest first.
func (s *Server) past(ctx context.Context, id slo.ID) ([]alerting.Incident, error) {
	if s.Past == nil {
		return nil, nil
	}
	all, err := s.Past.IncidentsOf(ctx, id.Service, id.Function, pastIncidents)
	return slices.DeleteFunc(slices.Clone(all), func(i alerting.Incident) bool {
		_, concerns := i.About(id)
		return !concerns
	}), err
}

// pastViews are the latest of them, and how many there are beside.
func (s *Server) pastViews(id slo.ID, incidents []alerting.Incident) (shown []pastView, hidden int) {
	for _, i := range incidents[:min(len(incidents), shownPast)] {
		end := s.Now()
		if !i.Open() {
			end = i.ResolvedAt
		}
		v := pastView{
			Status: incidentBadge(i), URL: incidentPath(i.ID), Opened: momentOf(i.OpenedAt), Ended: momentOf(i.ResolvedAt),
			Lasted: format.Span(max(end.Sub(i.OpenedAt), 0).Truncate(time.Second)),
		}
		events, _ := i.About(id)
		v.Hidden = max(len(events)-shownEvents, 0)
		for _, e := range events[v.Hidden:] {
			v.Events = append(v.Events, event{At: momentOf(e.At), Kind: e.Kind, By: e.By, Text: clip(e.Text)})
		}
		for _, d := range i.Deliveries {
			v.Told = append(v.Told, deliveryOf(d))
		}
		shown = append(shown, v)
	}
	return shown, len(incidents) - len(shown)
}

// lastIncident is the incident that an alert had.
type lastIncident struct {
	URL, How string // how it ended: "resolved by hand by ada"
	Ended    moment
}

// lastIncidentOf is the one that ended last; nil without any.
func lastIncidentOf(incidents []alerting.Incident) *lastIncident {
	var last alerting.Incident
	for _, i := range incidents {
		if !i.Open() && i.ResolvedAt.After(last.ResolvedAt) {
			last = i
		}
	}
	if last.ID == "" {
		return nil
	}
	return &lastIncident{URL: incidentPath(last.ID), How: endedHow(last.ResolvedBy), Ended: momentOf(last.ResolvedAt)}
}

// alertMarks are the incidents as annotations of charts, each from where it opened to
// where it was over.
func (s *Server) alertMarks(incidents []alerting.Incident, from, to time.Time) []api.Annotation {
	var out []api.Annotation
	for _, i := range slices.Backward(incidents) {
		end := i.ResolvedAt
		if i.Open() {
			end = s.Now()
		}
		if end.Before(from) || i.OpenedAt.After(to) {
			continue
		}
		text := "Alert: " + i.Severity.String() + " for " + format.Span(max(end.Sub(i.OpenedAt), 0).Truncate(time.Second))
		if len(i.Alerts) > 0 && i.Alerts[0].Reason != "" {
			text += ", " + clip(i.Alerts[0].Reason)
		}
		out = append(out, api.Annotation{From: i.OpenedAt.UTC(), To: end.UTC(), Kind: "alert-" + i.Severity.String(), Text: text})
	}
	return out
}
