package pagerduty

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/wording"
	"github.com/slofuse/slofuse/slo"
)

// What PagerDuty takes, in characters, and what keeps an event far from its
// 512 KB.
const (
	maxDedupKey = 255
	maxSummary  = 1024
	maxText     = 1000
	maxFacts    = 20
	maxErrors   = 5
	maxLinks    = 10
	maxFolded   = 20
)

// Event is the body of one call.
type Event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"` // trigger, acknowledge or resolve
	DedupKey   string   `json:"dedup_key"`
	Client     string   `json:"client,omitempty"`
	ClientURL  string   `json:"client_url,omitempty"`
	Payload    *Payload `json:"payload,omitempty"` // of a trigger
	Links      []Link   `json:"links,omitempty"`
}

// Payload describes a problem in PagerDuty's common event format.
type Payload struct {
	Summary       string         `json:"summary"`
	Source        string         `json:"source"`
	Severity      string         `json:"severity"`
	Timestamp     string         `json:"timestamp"`
	Component     string         `json:"component,omitempty"`
	Group         string         `json:"group,omitempty"`
	Class         string         `json:"class,omitempty"`
	CustomDetails map[string]any `json:"custom_details,omitempty"`
}

// Link is shown with the alert.
type Link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

// The actions of an event.
const (
	actionTrigger     = "trigger"
	actionAcknowledge = "acknowledge"
	actionResolve     = "resolve"
)

// The references, which say how the alert was left.
const (
	refOpen     = "open"
	refAcked    = "acknowledged"
	refResolved = "resolved"
)

// plan lists what has to be done about n, and how that leaves the alert. An
// alert that is acknowledged rings nobody, so what asks for somebody ends it and
// opens a new one; an acknowledgement of what PagerDuty never heard of opens it
// first, because PagerDuty drops it otherwise.
func plan(n alerting.Notification, severity string) (actions []string, ref string) {
	acked := n.Incident.State == alerting.IncidentAcked
	switch {
	case n.Status == alerting.StatusResolved:
		return []string{actionResolve}, refResolved
	case severity == "":
		return nil, n.Ref
	case acked && n.Ref == refAcked:
		return []string{actionTrigger}, refAcked
	case acked && n.Ref == refOpen && n.Kind == alerting.EventAcked:
		return []string{actionAcknowledge}, refAcked
	case acked:
		return []string{actionTrigger, actionAcknowledge}, refAcked
	case n.Ref == refAcked && n.Loud:
		return []string{actionResolve, actionTrigger}, refOpen
	case n.Ref == refAcked:
		return []string{actionTrigger}, refAcked
	}
	return []string{actionTrigger}, refOpen
}

// severityOf is PagerDuty's word; empty where nothing is to be sent.
func (p *Notifier) severityOf(n alerting.Notification) string {
	switch n.Incident.Severity {
	case slo.SeverityPage:
		return "critical"
	case slo.SeverityTicket:
		return p.ticket
	}
	return "info"
}

// event is the body of one action, without the routing key.
func (p *Notifier) event(n alerting.Notification, action, severity string) Event {
	e := Event{Action: action, DedupKey: dedupKey(n)}
	if action == actionTrigger {
		e.Client, e.ClientURL = "slofuse", notify.IncidentURL(n)
		e.Payload, e.Links = p.payload(n, severity), links(n)
	}
	return e
}

// dedupKey is the key of the incident, the end of it where it is too long: keys
// of slofuse are digests and never are.
func dedupKey(n alerting.Notification) string {
	key := []rune(n.Incident.Key)
	return string(key[max(0, len(key)-maxDedupKey):])
}

func (p *Notifier) payload(n alerting.Notification, severity string) *Payload {
	words := p.words.Render(n, wording.Plain)
	function := text(n.Incident.Service) + "/" + text(n.Incident.Function)
	out := &Payload{
		Summary:  notify.Truncate(notify.Clean(summary(n, words.Title)), maxSummary),
		Source:   function,
		Severity: severity, Timestamp: n.DecidedAt.UTC().Format(time.RFC3339),
		Component: text(n.Incident.Function), Group: text(n.Incident.Service), CustomDetails: details(n),
	}
	if len(n.Facts) > 0 {
		out.Class = text(n.Facts[0].ID.Name)
	}
	for key, value := range map[string]string{"text": words.Text, "note": words.Note} {
		if value != "" {
			out.CustomDetails[key] = notify.Truncate(value, maxText)
		}
	}
	return out
}

// summary is what a phone reads aloud.
func summary(n alerting.Notification, title string) string {
	switch {
	case title != "" && n.Test && !strings.Contains(title, "TEST"):
		return "TEST · " + title
	case title != "":
		return title
	case len(n.Facts) == 0:
		return strings.TrimSuffix(notify.Title(n)+": "+n.Reason, ": ")
	}
	f, failing := n.Facts[0], notify.Failing(n.Facts[0])
	if failing != "" {
		failing += "; "
	}
	return notify.Title(n) + ": " + failing + notify.Subject(f) + " " + notify.Burning(f)
}

// details are what a responder reads, by names that stay.
func details(n alerting.Notification) map[string]any {
	all := map[string]any{
		"incident": text(n.Incident.ID), "event_id": n.EventID, "owner": text(n.Incident.Owner), "severity": n.Incident.Severity.String(),
		"reason": text(n.Reason), "objectives": objectives(n), "labels": labels(n.Incident.Labels), "happened": happened(n.Folded),
	}
	if d := n.Incident.Deploy; d != nil {
		all["last_deploy"] = text(lastDeploy(*d))
	}
	for i, a := range n.Incident.Affected {
		if i == maxFacts {
			break
		}
		affected, _ := all["affected"].([]string)
		all["affected"] = append(affected, text(a.Service+"/"+a.Function))
	}
	maps.DeleteFunc(all, func(_ string, v any) bool { return isEmpty(v) })
	return all
}

// lastDeploy is what changed before: "v42 succeeded by ci at …", without what is not
// known.
func lastDeploy(d alerting.Deploy) string {
	words := cmp.Or(d.Version, d.ID)
	if d.Status != "" {
		words += " " + strings.ReplaceAll(d.Status, "_", " ")
	}
	if d.By != "" {
		words += " by " + d.By
	}
	return words + " at " + d.StartsAt.UTC().Format(time.RFC3339)
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case map[string]string:
		return len(v) == 0
	}
	return false
}

// objectives says of each SLO what burns, what is left and what fails most.
func objectives(n alerting.Notification) (out []string) {
	for i, f := range n.Facts {
		if i == maxFacts {
			return append(out, fmt.Sprintf("and %d more", len(n.Facts)-maxFacts))
		}
		parts := []string{notify.Subject(f) + ": " + notify.Burning(f), notify.Budget(f, n.DecidedAt)}
		for _, c := range f.Errors[:min(len(f.Errors), maxErrors)] {
			parts = append(parts, fmt.Sprintf("%s × %d", pairs(c.Labels), c.Bad))
		}
		out = append(out, text(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")))
	}
	return out
}

func pairs(labels map[string]string) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, key+"="+labels[key])
	}
	return strings.Join(out, " ")
}

func happened(events []alerting.Event) (out []string) {
	for _, e := range events[max(0, len(events)-maxFolded):] {
		out = append(out, text(e.At.UTC().Format(time.RFC3339)+" "+e.Kind+": "+e.Text))
	}
	return out
}

func labels(of map[string]string) map[string]string {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(of))[:min(len(of), maxFacts)] {
		out[text(key)] = text(of[key])
	}
	return out
}

// links are the incident's page and what the worst SLO names.
func links(n alerting.Notification) (out []Link) {
	if page := notify.IncidentURL(n); page != "" {
		out = append(out, Link{Href: page, Text: "incident"})
	}
	if len(n.Facts) == 0 {
		return out
	}
	f := n.Facts[0]
	if why := notify.ExplainURL(n, f.ID); why != "" {
		out = append(out, Link{Href: why, Text: "why"})
	}
	for _, name := range slices.Sorted(maps.Keys(f.Links)) {
		if link := notify.LinkURL(n, f, name); link != "" && len(out) < maxLinks && len(link) <= 2*maxSummary {
			out = append(out, Link{Href: link, Text: cmp.Or(text(name), "link")})
		}
	}
	return out
}

func text(s string) string { return notify.Truncate(notify.Clean(s), maxText) }
