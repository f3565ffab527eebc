package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

// incidentsBody is the list of incidents.
type incidentsBody struct {
	Open, Resolved []incidentItem
}

// incidentItem is one incident of the list, and the head of its own page.
type incidentItem struct {
	ID, URL           string
	Status            badge
	Service, Function string
	FunctionURL       string
	Owner             string
	Class             string
	Reason            string
	Cause             string // the page of the incident it folded into
	Affects           int    // functions that folded into it
	Opened, Ended     moment
	Lasted            string
	AckedBy           string
	Comment           string
	Acked, AckedUntil moment
	Flaps             moment // since when it comes and goes
	Muted             string // of how many alerts the messages are held back; empty when of none
	Undeliverable     int
	Owed              int
}

// incidentBody is the page of one incident.
type incidentBody struct {
	incidentItem
	Open       bool
	Burning    bool
	Deploy     *lastDeploy // before it opened; nil when none is known
	SilenceURL string
	Key        string
	Labels     []pair
	Alerts     []incidentAlert
	Affected   []affected
	More       int      // affected functions that are not listed
	Changes    []change // deploys and configuration changes in the day before, and since
	Older      int      // changes that are not listed
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

// affected is a function that burns because another one does.
type affected struct {
	Name, URL, Owner string
	Status           badge
	Since            moment
}

// maxAffected bounds the list of affected functions of a page.
const maxAffected = 100

func affectedOf(all []alerting.Affected) (out []affected) {
	for _, a := range all[:min(len(all), maxAffected)] {
		out = append(out, affected{
			Name: a.Service + "/" + a.Function, URL: incidentPath(a.Incident), Owner: a.Owner, Since: momentOf(a.Since),
			Status: incidentBadge(alerting.Incident{Severity: a.Severity, State: alerting.IncidentOpen}),
		})
	}
	return out
}

type event struct {
	At             moment
	Kind, By, Text string
}

type delivery struct {
	Receiver, Destination, Attempts, LastError string
	Status                                     badge
	Decided, Sent, Next                        moment
}

func (s *Server) pageIncidents(r *http.Request) (answer, error) {
	incidents, err := s.Alerts.Incidents(r.Context(), defaultResolved)
	if err != nil {
		return answer{}, err
	}
	var body incidentsBody
	for _, i := range slices.SortedStableFunc(slices.Values(incidents), mostUrgent) {
		if item := s.incidentItem(i); i.Open() {
			body.Open = append(body.Open, item)
		} else {
			body.Resolved = append(body.Resolved, item)
		}
	}
	return s.pageAnswer(r, "incidents", page{Title: "Incidents", Section: "incidents", Self: "/incidents", Body: body})
}

// mostUrgent orders the list: pages that nobody has taken come first, and what is
// over comes last, as it was.
func mostUrgent(a, b alerting.Incident) int { return cmp.Compare(urgency(b), urgency(a)) }

func urgency(i alerting.Incident) int {
	switch {
	case !i.Open():
		return 0
	case i.State == alerting.IncidentAcked:
		return 2 * int(i.Severity)
	}
	return 2*int(i.Severity) + 1
}

func (s *Server) pageIncident(r *http.Request) (answer, error) {
	i, err := s.Alerts.Incident(r.Context(), pathValue(r, "id"))
	if err != nil {
		return answer{}, err
	}
	body := incidentBody{
		incidentItem: s.incidentItem(i), Open: i.Open(), Key: i.Key, Labels: pairs(i.Labels),
		Deploy: lastDeployOf(i.Deploy, i.OpenedAt), SilenceURL: silenceURL(i.Service, i.Function), MaxComment: maxComment, Affected: affectedOf(i.Affected), More: max(len(i.Affected)-maxAffected, 0),
	}
	for _, a := range i.Alerts {
		body.Burning = body.Burning || a.Phase == alerting.PhaseFiring
		item := alertItem(a)
		if err := s.explain(r, a, &item); err != nil {
			return answer{}, err
		}
		body.Alerts = append(body.Alerts, item)
	}
	for _, e := range slices.Backward(i.Timeline) { // newest first
		body.Timeline = append(body.Timeline, event{At: momentOf(e.At), Kind: e.Kind, By: e.By, Text: e.Text})
	}
	for _, d := range i.Deliveries {
		body.Deliveries = append(body.Deliveries, deliveryOf(d))
	}
	if body.Changes, body.Older, err = s.changesBefore(r.Context(), slo.ID{Service: i.Service, Function: i.Function}, i.OpenedAt); err != nil {
		return answer{}, err
	}
	return s.pageAnswer(r, "incident", page{
		Title: i.Function + " of " + i.Service, Section: "incidents", Self: incidentPath(i.ID), Body: body,
	})
}

// explain adds to an alert what whoever was woken by it needs next: what the
// promise is, what fails now, and where to look. An SLO that is no longer in
// force has none of it.
func (s *Server) explain(r *http.Request, a alerting.Alert, item *incidentAlert) error {
	slos := s.Objectives.SLOs()
	at := slices.IndexFunc(slos, func(o slo.SLO) bool { return o.ID == a.ID })
	if at < 0 {
		return nil
	}
	item.Description = slos[at].Description
	if s.Links != nil {
		item.Links = linksOf(s.Links(slos[at], s.Now().Add(-time.Hour), s.Now()))
	}
	assessed, err := s.Objectives.Assess(r.Context(), slos[at:at+1], time.Time{})
	if err != nil || len(assessed) == 0 {
		return err
	}
	item.Errors = recentErrors(&assessed[0])
	return nil
}

func (s *Server) submitAck(r *http.Request) (answer, error) {
	a, err := readForm(r)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Responder.Acknowledge(r.Context(), pathValue(r, "id"), a.By, a.Comment); err != nil {
		return answer{}, err
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

func (s *Server) incidentItem(i alerting.Incident) incidentItem {
	out := incidentItem{
		ID: i.ID, URL: incidentPath(i.ID), Status: incidentBadge(i), Service: i.Service, Function: i.Function,
		Owner: i.Owner, Opened: momentOf(i.OpenedAt), Ended: momentOf(i.ResolvedAt),
		AckedBy: i.AckedBy, Comment: i.AckComment, Acked: momentOf(i.AckedAt), AckedUntil: momentOf(i.AckUntil), Flaps: momentOf(i.Flapping),
	}
	if !slices.ContainsFunc(i.Alerts, func(a alerting.Alert) bool { return alerting.IsSource(a.ID) }) { // a backend has no page
		out.FunctionURL = functionPath(slo.ID{Service: i.Service, Function: i.Function})
	}
	end := s.Now()
	if !i.ResolvedAt.IsZero() {
		end = i.ResolvedAt
	}
	out.Lasted = format.Span(max(end.Sub(i.OpenedAt), 0).Truncate(time.Second))
	if len(i.Fingerprint) > 0 {
		out.Class = slo.FormatClass(i.Fingerprint)
	}
	if out.Affects = len(i.Affected); i.Cause != "" {
		out.Cause = incidentPath(i.Cause)
	}
	if len(i.Alerts) > 0 {
		out.Reason = i.Alerts[0].Reason
	}
	out.Muted = mutedOf(i)
	for _, d := range i.Deliveries {
		switch d.State {
		case "undeliverable":
			out.Undeliverable++
		case "owed":
			out.Owed++
		}
	}
	return out
}

// mutedOf counts the active alerts whose messages are held back.
func mutedOf(i alerting.Incident) string {
	muted, active := 0, 0
	for _, a := range i.Alerts {
		if a.Active() {
			active++
			if len(a.MutedBy) > 0 {
				muted++
			}
		}
	}
	switch muted {
	case 0:
		return ""
	case active:
		return "held back"
	}
	return many(muted, "alert") + " of " + format.Count(int64(active)) + " held back"
}

func alertItem(a alerting.Alert) incidentAlert {
	out := incidentAlert{Name: a.ID.Name, Tier: a.Tier, Reason: a.Reason, Since: momentOf(a.Since), Muted: mutedViews(a.MutedBy)}
	if !alerting.IsSource(a.ID) { // a backend has no page
		out.URL = sloPath(a.ID)
	}
	switch {
	case a.Phase == alerting.PhaseFiring && a.Severity == slo.SeverityPage:
		out.Status = badge{Icon: "page", Word: "Firing", Tone: "page"}
	case a.Phase == alerting.PhaseFiring:
		out.Status = badge{Icon: "ticket", Word: "Firing", Tone: "ticket"}
	case a.Phase == alerting.PhaseRecovering:
		out.Status = badge{Icon: "recovering", Word: "Recovering", Tone: "note"}
	case a.Phase == alerting.PhasePending:
		out.Status = badge{Icon: "pending", Word: "Pending", Tone: "note"}
	default:
		out.Status = badge{Icon: "ok", Word: "OK", Tone: "good"}
	}
	return out
}

func deliveryOf(d alerting.Delivery) delivery {
	out := delivery{
		Receiver: d.Receiver, Destination: d.Destination, Attempts: format.Count(int64(d.Attempts)), LastError: d.LastError,
		Decided: momentOf(d.DecidedAt), Sent: momentOf(d.SentAt), Next: momentOf(d.NextAttempt),
	}
	switch d.State {
	case "sent":
		out.Status = badge{Icon: "ok", Word: "Sent", Tone: "good"}
		out.Next = moment{}
	case "undeliverable":
		out.Status = badge{Icon: "invalid", Word: "Undeliverable", Tone: "page"}
		out.Next = moment{}
	default:
		out.Status = badge{Icon: "pending", Word: "Owed", Tone: "ticket"}
	}
	return out
}

func incidentPath(id string) string { return "/incidents/" + url.PathEscape(id) }
