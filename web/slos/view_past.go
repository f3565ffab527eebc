package slos

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

const (
	pastIncidents = 50 // of a function, of which those of one SLO are shown
	shownPast     = 10 // on its page
	shownEvents   = 12 // of each of them, the latest
)

// pastView is what an incident was for one SLO.
type pastView struct {
	Status        ui.Badge
	URL           string
	Opened, Ended ui.Moment
	Lasted        string
	Events        []ui.Event // oldest first
	Hidden        int        // earlier events that are not listed
	Told          []ui.Delivery
}

// past are the incidents of the function of an SLO that concern it, newest first.
func (s Handlers) past(ctx context.Context, id slo.ID) ([]alerting.Incident, error) {
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
func (s Handlers) pastViews(id slo.ID, incidents []alerting.Incident) (shown []pastView, hidden int) {
	for _, i := range incidents[:min(len(incidents), shownPast)] {
		end := s.Now()
		if !i.Open() {
			end = i.ResolvedAt
		}
		v := pastView{
			Status: ui.IncidentBadge(i), URL: ui.IncidentPath(i.ID), Opened: ui.MomentOf(i.OpenedAt), Ended: ui.MomentOf(i.ResolvedAt),
			Lasted: format.Span(max(end.Sub(i.OpenedAt), 0).Truncate(time.Second)),
		}
		events, _ := i.About(id)
		v.Hidden = max(len(events)-shownEvents, 0)
		for _, e := range events[v.Hidden:] {
			v.Events = append(v.Events, ui.Event{At: ui.MomentOf(e.At), Kind: e.Kind, By: e.By, Text: ui.Clip(e.Text)})
		}
		for _, d := range i.Deliveries {
			v.Told = append(v.Told, ui.DeliveryOf(d))
		}
		shown = append(shown, v)
	}
	return shown, len(incidents) - len(shown)
}

// lastIncident is the incident that an alert had.
type lastIncident struct {
	URL, How string // how it ended: "resolved by hand by ada"
	Ended    ui.Moment
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
	return &lastIncident{URL: ui.IncidentPath(last.ID), How: ui.EndedHow(last.ResolvedBy), Ended: ui.MomentOf(last.ResolvedAt)}
}

// alertMarks are the incidents as annotations of charts, each from where it opened to
// where it was over.
func (s Handlers) alertMarks(incidents []alerting.Incident, from, to time.Time) []api.Annotation {
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
			text += ", " + ui.Clip(i.Alerts[0].Reason)
		}
		out = append(out, api.Annotation{From: i.OpenedAt.UTC(), To: end.UTC(), Kind: "alert-" + i.Severity.String(), Text: text})
	}
	return out
}
