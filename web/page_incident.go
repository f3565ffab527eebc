package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// incidentBody is the page of one incident.
type incidentBody struct {
	incidentItem
	Open       bool
	Burning    bool
	Still      stillView // of an open one
	Outage     outageView
	Deploy     *lastDeploy // before it opened; nil when none is known
	Checklist  []checkItem
	Runbooks   []runbookView
	SilenceURL string
	Markdown   string // the post-mortem
	Key        string
	Labels     []pair
	Lead       *incidentAlert  // the most urgent alert; nil when none is left
	Others     []incidentAlert // in the order of their urgency
	Folded     bool            // the others are too many to be read at once
	Affected   []affected
	More       int // affected functions that are not listed
	Timeline   []event
	Earlier    []event // of the timeline, before what is read at once
	Deliveries []delivery
	MaxComment int
}

type incidentAlert struct {
	Name, URL, Tier, Reason string
	Status                  badge
	Since                   moment
	Description             string
	Links                   []link
	Errors                  []errorView // of the last hour
	Now                     nowView     // what fails now, while it goes on
	Muted                   []mutedView // what holds its messages back
}

func (s *Server) pageIncident(r *http.Request) (answer, error) {
	d, err := s.dossier(r.Context(), pathValue(r, "id"))
	if err != nil {
		return answer{}, err
	}
	body := incidentBody{
		incidentItem: s.incidentItem(d.Incident), Open: d.Open(), Outage: s.outage(&d), Deploy: lastDeployOf(d.Deploy, d.OpenedAt), Checklist: s.checklist(r.Context(), &d), Runbooks: s.runbooks(&d), Markdown: incidentPath(d.ID) + "/postmortem.md",
		Key: d.Key, Labels: pairs(d.Labels), SilenceURL: silenceURL(d.Service, d.Function), MaxComment: maxComment,
		Affected: d.affectedThen(), More: max(len(d.Affected)-maxAffected, 0),
	}
	if body.FunctionURL != "" {
		body.FunctionURL = d.thenPath(slo.ID{Service: d.Service, Function: d.Function})
	}
	if d.Open() {
		body.Still = s.still(&d)
	}
	body.addAlerts(s.alertItems(&d))
	body.Burning = slices.ContainsFunc(d.Alerts, func(a alerting.Alert) bool { return a.Phase == alerting.PhaseFiring })
	body.Timeline, body.Deliveries = timelineOf(&d.Incident), deliveriesOf(&d.Incident)
	if len(body.Timeline) > timelineShown {
		body.Timeline, body.Earlier = body.Timeline[:timelineShown], body.Timeline[timelineShown:]
	}
	return s.pageAnswer(r, "incident", page{
		Title: d.Function + " of " + d.Service, Section: "incidents", Self: incidentPath(d.ID), Body: body,
	})
}

// How many alerts beside the first, and events, are read at once.
const (
	othersShown   = 5
	timelineShown = 30
)

// alertItems are the alerts of an incident, the most urgent first: what fires before
// what recovers, pages before tickets, wholes before their parts.
func (s *Server) alertItems(d *dossier) []incidentAlert {
	order := make([]int, len(d.Alerts))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int { return byUrgency(&d.Alerts[a], &d.Alerts[b]) })
	out := make([]incidentAlert, len(order))
	for at, n := range order {
		out[at] = alertItem(d.Alerts[n])
		if n < len(d.Burns) {
			s.explain(d, &d.Burns[n], &out[at])
			if d.Open() && d.Burns[n].InForce && d.Alerts[n].Active() {
				out[at].Now = nowOf(alerting.FactOf(d.Burns[n].SLO, d.Burns[n].End, d.Alerts[n]), &d.Burns[n].End)
			}
		}
	}
	return out
}

func byUrgency(a, b *alerting.Alert) int {
	return cmp.Or(cmp.Compare(rank(a.Phase), rank(b.Phase)), cmp.Compare(b.Severity, a.Severity), cmp.Compare(len(a.ID.Name), len(b.ID.Name)))
}

// rank orders phases by how much they ask for.
func rank(phase alerting.Phase) int {
	switch phase {
	case alerting.PhaseFiring:
		return 0
	case alerting.PhaseRecovering:
		return 1
	case alerting.PhasePending:
		return 2
	}
	return 3
}

func (b *incidentBody) addAlerts(all []incidentAlert) {
	if len(all) == 0 {
		return
	}
	b.Lead, b.Others = &all[0], all[1:]
	b.Folded = len(b.Others) > othersShown
}

// explain adds to an alert what whoever was woken by it needs next: what the
// promise is, what fails now, and where to look. An SLO that is no longer in
// force has none of it.
func (s *Server) explain(d *dossier, b *burn, item *incidentAlert) {
	if !b.InForce {
		return
	}
	item.Description, item.Errors = b.SLO.Description, recentErrors(&b.End)
	if s.Links != nil {
		item.Links = linksOf(s.Links(b.SLO, d.OpenedAt.Add(-time.Hour), d.end(s.Now())))
		for n, l := range item.Links {
			if l.Name == "runbook" && l.URL == "" {
				item.Links[n].URL = "#runbook" // it is shown, or why it is not
			}
		}
	}
}

func (s *Server) submitAck(r *http.Request) (answer, error) {
	a, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Responder.Acknowledge(r.Context(), pathValue(r, "id"), a.By, a.Comment); err != nil {
		return answer{}, err
	}
	if next := r.PostForm.Get("next"); next != "" { // a page that lists several
		return seeOther(ownPath(next)), nil
	}
	return seeOther(incidentPath(pathValue(r, "id"))), nil
}

func (s *Server) submitResolve(r *http.Request) (answer, error) {
	a, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Responder.Resolve(r.Context(), pathValue(r, "id"), a.By, a.Comment, a.Force); err != nil {
		return answer{}, err
	}
	return seeOther(incidentPath(pathValue(r, "id"))), nil
}

// readForm reads what the two forms of an incident post.
func readForm(r *http.Request) (api.Action, error) {
	if err := parseForm(r); err != nil {
		return api.Action{}, err
	}
	return checkAction(r, api.Action{
		By: r.PostForm.Get("by"), Comment: r.PostForm.Get("comment"), Force: r.PostForm.Get("force") == "true",
	})
}
