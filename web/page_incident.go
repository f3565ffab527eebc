package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/api"
)

// incidentBody is the page of one incident.
type incidentBody struct {
	incidentItem
	Open       bool
	Burning    bool
	Deploy     *lastDeploy // before it opened; nil when none is known
	Checklist  []checkItem
	Runbooks   []runbookView
	SilenceURL string
	Markdown   string // the post-mortem
	Key        string
	Labels     []pair
	Alerts     []incidentAlert
	Affected   []affected
	More       int // affected functions that are not listed
	Timeline   []event
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
	Muted                   []mutedView // what holds its messages back
}

func (s *Server) pageIncident(r *http.Request) (answer, error) {
	d, err := s.dossier(r.Context(), pathValue(r, "id"))
	if err != nil {
		return answer{}, err
	}
	body := incidentBody{
		incidentItem: s.incidentItem(d.Incident), Open: d.Open(), Deploy: lastDeployOf(d.Deploy, d.OpenedAt), Checklist: s.checklist(r.Context(), &d), Runbooks: s.runbooks(&d), Markdown: incidentPath(d.ID) + "/postmortem.md",
		Key: d.Key, Labels: pairs(d.Labels), SilenceURL: silenceURL(d.Service, d.Function), MaxComment: maxComment,
		Affected: affectedOf(d.Affected), More: max(len(d.Affected)-maxAffected, 0),
	}
	for n, a := range d.Alerts {
		body.Burning = body.Burning || a.Phase == alerting.PhaseFiring
		item := alertItem(a)
		if n < len(d.Burns) {
			s.explain(&d, &d.Burns[n], &item)
		}
		body.Alerts = append(body.Alerts, item)
	}
	for _, e := range slices.Backward(d.Timeline) { // newest first
		body.Timeline = append(body.Timeline, event{At: momentOf(e.At), Kind: e.Kind, By: e.By, Text: e.Text})
	}
	for _, delivery := range d.Deliveries {
		body.Deliveries = append(body.Deliveries, deliveryOf(delivery))
	}
	return s.pageAnswer(r, "incident", page{
		Title: d.Function + " of " + d.Service, Section: "incidents", Self: incidentPath(d.ID), Body: body,
	})
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
