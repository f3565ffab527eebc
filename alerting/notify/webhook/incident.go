package webhook

import (
	"slices"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/slo"
)

func newIncident(n alerting.Notification) Incident {
	i := n.Incident
	earlier := max(len(i.Timeline)-maxTimeline, 0)
	timeline := []Event{}
	for _, e := range i.Timeline[earlier:] {
		timeline = append(timeline, Event{At: e.At, Kind: text(e.Kind), By: text(e.By), Text: text(e.Text)})
	}
	out := Incident{
		ID: i.ID, Key: i.Key, State: string(i.State), Severity: i.Severity.String(),
		Service: text(i.Service), Function: text(i.Function), Owner: text(i.Owner),
		Fingerprint: boundLabels(i.Fingerprint), Reason: text(n.Reason), OpenedAt: i.OpenedAt,
		ResolvedAt: instant(i.ResolvedAt), AckedAt: instant(i.AckedAt), AckedBy: text(i.AckedBy),
		AckUntil: instant(i.AckUntil), FlapsSince: instant(i.Flapping), Cause: text(i.Cause), Event: text(n.Kind), Test: n.Test,
		Kinds: []map[string]string{}, Affected: []Affected{}, MutedBy: mutings(i), Deploy: newDeploy(i.Deploy),
		Timeline: timeline, Earlier: earlier, URL: notify.IncidentURL(n),
	}
	for _, kind := range i.Kinds[:min(len(i.Kinds), maxKinds)] {
		out.Kinds = append(out.Kinds, boundLabels(kind))
	}
	for _, a := range i.Affected[:min(len(i.Affected), maxAffected)] {
		out.Affected = append(out.Affected, Affected{
			Incident: text(a.Incident), Service: text(a.Service), Function: text(a.Function), Owner: text(a.Owner),
			Severity: a.Severity.String(), Since: a.Since,
		})
	}
	out.Omitted = len(i.Affected) - len(out.Affected) + i.Unlisted
	return out
}

// mutings lists what holds the alerts of an incident back: those of the SLOs
// given, or of all of them.
func mutings(i alerting.Incident, of ...slo.ID) []Muting {
	out := []Muting{}
	for _, a := range i.Alerts {
		if len(of) > 0 && !slices.Contains(of, a.ID) {
			continue
		}
		for _, m := range a.MutedBy {
			if len(out) == maxMutings {
				return out
			}
			m.ID, m.By, m.Reason = text(m.ID), text(m.By), text(m.Reason)
			out = append(out, Muting{SLO: text(a.ID.String()), Muting: m})
		}
	}
	return out
}

func newDeploy(d *alerting.Deploy) *Deploy {
	if d == nil {
		return nil
	}
	link, _ := notify.WebLink(d.URL)
	return &Deploy{
		ID: text(d.ID), Version: text(d.Version), URL: notify.Truncate(link, maxText), By: text(d.By), Status: text(d.Status),
		StartsAt: d.StartsAt, EndsAt: instant(d.EndsAt),
	}
}
