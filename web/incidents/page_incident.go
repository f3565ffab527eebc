package incidents

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// incidentBody is the page of one incident.
type incidentBody struct {
	incidentItem
	Open       bool
	Burning    bool
	Still      stillView // of an open one
	Outage     outageView
	Deploy     *ui.LastDeploy // before it opened; nil when none is known
	Checklist  []checkItem
	Runbooks   []runbookView
	SilenceURL string
	Markdown   string // the post-mortem
	Key        string
	Labels     []ui.Pair
	Lead       *incidentAlert  // the most urgent alert; nil when none is left
	Others     []incidentAlert // in the order of their urgency
	Folded     bool            // the others are too many to be read at once
	Affected   []affected
	More       int // affected functions that are not listed
	Timeline   []ui.Event
	Earlier    []ui.Event // of the timeline, before what is read at once
	Deliveries []ui.Delivery
	MaxComment int
}

type incidentAlert struct {
	Name, URL, Tier, Reason string
	Status                  ui.Badge
	Since                   ui.Moment
	Description             string
	Links                   []ui.Link
	Errors                  []ui.ErrorView // of the last hour
	Now                     ui.NowView     // what fails now, while it goes on
	Muted                   []ui.MutedView // what holds its messages back
}

func (s Handlers) pageIncident(r *http.Request) (site.Answer, error) {
	d, err := s.dossier(r.Context(), site.PathValue(r, "id"))
	if err != nil {
		return site.Answer{}, err
	}
	body := incidentBody{
		incidentItem: s.incidentItem(d.Incident), Open: d.Open(), Outage: s.outage(&d), Deploy: ui.LastDeployOf(d.Deploy, d.OpenedAt), Checklist: s.checklist(r.Context(), &d), Runbooks: s.runbooks(&d), Markdown: ui.IncidentPath(d.ID) + "/postmortem.md",
		Key: d.Key, Labels: ui.Pairs(d.Labels), SilenceURL: ui.SilenceURL(d.Service, d.Function), MaxComment: site.MaxComment,
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
	return s.PageAnswer(r, "incident", site.Page{
		Title: d.Function + " of " + d.Service, Section: "incidents", Self: ui.IncidentPath(d.ID), Body: body,
	})
}

// How many alerts beside the first, and events, are read at once.
const (
	othersShown   = 5
	timelineShown = 30
)

// alertItems are the alerts of an incident, the most urgent first: what fires before
// what recovers, pages before tickets, wholes before their parts.
func (s Handlers) alertItems(d *dossier) []incidentAlert {
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
				out[at].Now = ui.NowOf(alerting.FactOf(d.Burns[n].SLO, d.Burns[n].End, d.Alerts[n]), &d.Burns[n].End)
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
func (s Handlers) explain(d *dossier, b *burn, item *incidentAlert) {
	if !b.InForce {
		return
	}
	item.Description, item.Errors = b.SLO.Description, ui.RecentErrors(&b.End)
	if s.Links != nil {
		item.Links = ui.LinksOf(s.Links(b.SLO, d.OpenedAt.Add(-time.Hour), d.end(s.Now())))
		for n, l := range item.Links {
			if l.Name == "runbook" && l.URL == "" {
				item.Links[n].URL = "#runbook" // it is shown, or why it is not
			}
		}
	}
}

func (s Handlers) submitAck(r *http.Request) (site.Answer, error) {
	a, err := site.ReadForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.Responder.Acknowledge(r.Context(), site.PathValue(r, "id"), a.By, a.Comment); err != nil {
		return site.Answer{}, err
	}
	if next := r.PostForm.Get("next"); next != "" { // a page that lists several
		return site.SeeOther(site.OwnPath(next)), nil
	}
	return site.SeeOther(ui.IncidentPath(site.PathValue(r, "id"))), nil
}

func (s Handlers) submitResolve(r *http.Request) (site.Answer, error) {
	a, err := site.ReadForm(r)
	if err != nil {
		return site.Answer{}, err
	}
	if _, err := s.Responder.Resolve(r.Context(), site.PathValue(r, "id"), a.By, a.Comment, a.Force); err != nil {
		return site.Answer{}, err
	}
	return site.SeeOther(ui.IncidentPath(site.PathValue(r, "id"))), nil
}
