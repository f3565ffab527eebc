package incidents

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// affected is a function that burns because another one does.
type affected struct {
	Name, URL, Owner string // URL is of its own incident
	FunctionURL      string // at the time of the incident whose page lists it
	Status           ui.Badge
	Since            ui.Moment
}

// maxAffected bounds the list of affected functions of a page.
const maxAffected = 100

func affectedOf(all []alerting.Affected) (out []affected) {
	for _, a := range all[:min(len(all), maxAffected)] {
		out = append(out, affected{
			Name: a.Service + "/" + a.Function, URL: ui.IncidentPath(a.Incident), Owner: a.Owner, Since: ui.MomentOf(a.Since),
			Status: ui.IncidentBadge(alerting.Incident{Severity: a.Severity, State: alerting.IncidentOpen}),
		})
	}
	return out
}

// timelineOf is a timeline for people, newest first. What destinations were told again
// and again while nothing else happened is one line for each of them.
func timelineOf(i *alerting.Incident) (out []ui.Event) {
	names := i.Destinations()
	for _, run := range alerting.Runs(i.Timeline) {
		told := alerting.ToldIn(run, names)
		times := 0
		for _, t := range told {
			times += t.Times
		}
		if len(told) == 0 || times < len(run) { // nobody was told, or somebody whose name is not known
			for _, e := range run {
				out = append(out, ui.Event{At: ui.MomentOf(e.At), Kind: e.Kind, By: e.By, Text: e.Text})
			}
			continue
		}
		for _, t := range told {
			out = append(out, ui.Event{At: ui.MomentOf(t.Last), Kind: alerting.EventNotified, Text: destinationName(i.Deliveries, t.Destination) + ": " + t.Text, First: ui.MomentOf(t.First), Times: t.Times})
		}
	}
	slices.Reverse(out)
	return out
}

// destinationName is a destination as people call it. Its own name begins with the
// receiver, and says the kind.
func destinationName(all []alerting.Delivery, name string) string {
	for _, d := range all {
		if d.Destination == name {
			return ui.CalledOf(d)
		}
	}
	return name
}

// deliveriesOf says of each destination when it was told first and last.
func deliveriesOf(i *alerting.Incident) (out []ui.Delivery) {
	told := alerting.ToldIn(i.Timeline, i.Destinations())
	for _, d := range i.Deliveries {
		row := ui.DeliveryOf(d)
		for _, t := range told {
			if t.Destination == d.Destination {
				row.First, row.Times = ui.MomentOf(t.First), t.Times
			}
		}
		out = append(out, row)
	}
	return out
}

func (s Handlers) incidentItem(i alerting.Incident) incidentItem {
	out := incidentItem{
		ID: i.ID, URL: ui.IncidentPath(i.ID), Status: ui.IncidentBadge(i), Service: i.Service, Function: i.Function,
		Owner: i.Owner, Opened: ui.MomentOf(i.OpenedAt), Ended: ui.MomentOf(i.ResolvedAt),
		AckedBy: i.AckedBy, Comment: i.AckComment, Acked: ui.MomentOf(i.AckedAt), AckedUntil: ui.MomentOf(i.AckUntil), Flaps: ui.MomentOf(i.Flapping),
	}
	if !slices.ContainsFunc(i.Alerts, func(a alerting.Alert) bool { return alerting.IsSource(a.ID) }) { // a backend has no page
		out.FunctionURL = ui.FunctionPath(slo.ID{Service: i.Service, Function: i.Function})
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
		out.Cause = ui.IncidentPath(i.Cause)
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
	return ui.Many(muted, "alert") + " of " + format.Count(int64(active)) + " held back"
}

func alertItem(a alerting.Alert) incidentAlert {
	out := incidentAlert{Name: a.ID.Name, Tier: a.Tier, Reason: a.Reason, Since: ui.MomentOf(a.Since), Muted: ui.MutedViews(a.MutedBy)}
	if !alerting.IsSource(a.ID) { // a backend has no page
		out.URL = ui.SLOPath(a.ID)
	}
	switch {
	case a.Phase == alerting.PhaseFiring && a.Severity == slo.SeverityPage:
		out.Status = ui.Badge{Icon: "page", Word: "Firing, page", Tone: "page"}
	case a.Phase == alerting.PhaseFiring:
		out.Status = ui.Badge{Icon: "ticket", Word: "Firing, ticket", Tone: "ticket"}
	case a.Phase == alerting.PhaseRecovering:
		out.Status = ui.Badge{Icon: "recovering", Word: "Recovering", Tone: "note"}
	case a.Phase == alerting.PhasePending:
		out.Status = ui.Badge{Icon: "pending", Word: "Pending", Tone: "note"}
	default:
		out.Status = ui.Badge{Icon: "ok", Word: "OK", Tone: "good"}
	}
	return out
}
