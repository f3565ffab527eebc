package alertmanager

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// Validity is how long an alert that is not sent again still counts as firing:
// so long slofuse may stand still without a false end.
const Validity = 15 * time.Minute

// maxText bounds a value, in characters.
const maxText = 1000

// Alert is one alert as POST /api/v2/alerts takes it.
type Alert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// alertsOf is the alert of n and, before it, the end of the one that the
// destination knows under other labels.
func alertsOf(n alerting.Notification, now time.Time) []Alert {
	a := Alert{
		Labels: labels(n), Annotations: annotations(n), StartsAt: n.Incident.OpenedAt.UTC(), EndsAt: now.Add(Validity).UTC(),
		GeneratorURL: notify.IncidentURL(n),
	}
	if n.Status == alerting.StatusResolved {
		a.EndsAt = ended(n).UTC()
	}
	before := labelsOf(n.Ref)
	if before == nil || maps.Equal(before, a.Labels) {
		return []Alert{a}
	}
	return []Alert{{Labels: before, StartsAt: a.StartsAt, EndsAt: n.DecidedAt.UTC()}, a}
}

func ended(n alerting.Notification) time.Time {
	if n.Incident.ResolvedAt.IsZero() {
		return n.DecidedAt
	}
	return n.Incident.ResolvedAt
}

// labels are what routes of Alertmanager match on. Nothing in them counts or
// measures: they change only with what the incident is.
func labels(n alerting.Notification) map[string]string {
	all := map[string]string{}
	for name, value := range n.Incident.Labels {
		if model.LegacyValidation.IsValidLabelName(name) {
			all[name] = text(value)
		}
	}
	maps.Copy(all, map[string]string{
		"alertname": "ErrorBudgetBurn", "incident": text(n.Incident.Key), "service": text(n.Incident.Service),
		"function": text(n.Incident.Function), "owner": text(n.Incident.Owner), "severity": severity(n),
	})
	if n.Test {
		all["test"] = "true"
	}
	return dropEmpty(all)
}

// severity is that of the incident. A notice, which wakes nobody, is info: an
// empty one would match other routes.
func severity(n alerting.Notification) string {
	if word := n.Incident.Severity.String(); word != "none" {
		return word
	}
	return "info"
}

func annotations(n alerting.Notification) map[string]string {
	all := map[string]string{
		"summary": text(notify.Title(n)), "reason": text(n.Reason), "incident_id": text(n.Incident.ID),
		"incident_url": notify.IncidentURL(n), "acked_by": text(n.Incident.AckedBy),
	}
	if len(n.Facts) > 0 {
		f := n.Facts[0]
		all["description"] = text(notify.Subject(f) + ": " + notify.Burning(f))
		all["budget"] = text(notify.Budget(f, n.DecidedAt))
		all["explain_url"] = notify.ExplainURL(n, f.ID)
		all["runbook_url"] = notify.LinkURL(n, f, notify.Runbook)
	}
	return dropEmpty(all)
}

func dropEmpty(all map[string]string) map[string]string {
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

func text(s string) string { return notify.Truncate(notify.Clean(s), maxText) }

// refOf remembers labels in a reference, labelsOf reads them back; nil where
// there are none.
func refOf(labels map[string]string) string {
	encoded, err := json.Marshal(labels)
	if err != nil {
		return "" // texts always encode
	}
	return string(encoded)
}

func labelsOf(ref string) (labels map[string]string) {
	if json.Unmarshal([]byte(ref), &labels) != nil {
		return nil
	}
	return labels
}

// latest keeps, of notifications of one incident key, the one decided last: an
// incident that ended must not end the next one of its function.
func latest(told []alerting.Notification) []alerting.Notification {
	byKey := map[string]alerting.Notification{}
	for _, n := range told {
		if known, ok := byKey[n.Incident.Key]; !ok || n.DecidedAt.After(known.DecidedAt) {
			byKey[n.Incident.Key] = n
		}
	}
	return slices.SortedFunc(maps.Values(byKey), func(a, b alerting.Notification) int { return a.DecidedAt.Compare(b.DecidedAt) })
}
