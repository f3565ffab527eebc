package wording

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/slo"
)

// Data is what a template sees. Its keys are an interface: none is renamed or
// removed. Texts are empty, and instants zero, where nothing is known.
type Data struct {
	Title    string // the built-in one: "PAGE · checkout/charge-card"
	Status   string // firing or resolved
	Kind     string // of event: opened, acked, severity, resolved, …
	Reason   string // what changed
	Severity string // page, ticket or none
	State    string // of the incident: open, acked, escalated or resolved
	Test     bool   // somebody tries the receiver
	Loud     bool   // it asks for somebody

	Receiver, Service, Function, Owner string

	Labels      map[string]string // those that all SLOs of the incident agree on
	IncidentID  string
	IncidentURL string
	OpenedAt    time.Time
	DecidedAt   time.Time
	ResolvedAt  time.Time
	AckedBy     string
	AckComment  string

	SLOs     []SLO      // of the incident, worst first
	Affected []Affected // functions that burn with it
	Deploy   *Deploy    // the last one before it opened; nil when none is known
}

// SLO is one objective of the incident.
type SLO struct {
	Name, Description, Objective, Window string

	Subject  string // "availability 99.9% over 30d"
	Burning  string // "burning 20× (1h) / 35× (5m), 247 of 12,345 calls failed in 1h"
	Budget   string // "42% left, gone in 6h 20m at the pace of the last 5 minutes"
	Reason   string // of the alert
	Tier     string
	Severity string
	State    string // ok, pending, firing or recovering
	Since    time.Time

	Labels map[string]string
	Errors []string          // the most frequent kinds: "code=503 83%"
	Links  map[string]string // by name: runbook, traces, …
	URL    string            // of its page
}

// Affected is a function that burns because this one does.
type Affected struct {
	Service, Function, Owner, Severity string
}

// Deploy is a change of the function.
type Deploy struct {
	Version, URL, By, Status string

	StartsAt time.Time
}

// Escape makes a text from elsewhere safe for where it goes.
type Escape func(string) string

// Plain is the [Escape] of places that have no markup: one line, nothing invisible.
func Plain(s string) string { return notify.Truncate(notify.Clean(s), maxValue) }

// How much of a notification a template sees.
const (
	maxValue  = 1000 // characters of a text
	maxSLOs   = 50
	maxErrors = 10
	maxOthers = 50 // affected functions, labels and links
)

// NewData is what a template sees of a notification.
func NewData(n alerting.Notification, escape Escape) Data {
	i := n.Incident
	d := Data{
		Title: escape(notify.Title(n)), Status: string(n.Status), Kind: escape(n.Kind), Reason: escape(n.Reason),
		Severity: i.Severity.String(), State: string(i.State), Test: n.Test, Loud: n.Loud,
		Receiver: escape(n.Destination.Receiver), Service: escape(i.Service), Function: escape(i.Function), Owner: escape(i.Owner),
		Labels: escaped(i.Labels, escape), IncidentID: escape(i.ID), IncidentURL: escape(notify.IncidentURL(n)),
		OpenedAt: i.OpenedAt.UTC(), DecidedAt: n.DecidedAt.UTC(), ResolvedAt: i.ResolvedAt.UTC(),
		AckedBy: escape(i.AckedBy), AckComment: escape(i.AckComment),
	}
	for _, f := range n.Facts[:min(len(n.Facts), maxSLOs)] {
		d.SLOs = append(d.SLOs, newSLO(n, f, escape))
	}
	for _, a := range i.Affected[:min(len(i.Affected), maxOthers)] {
		d.Affected = append(d.Affected, Affected{
			Service: escape(a.Service), Function: escape(a.Function), Owner: escape(a.Owner), Severity: a.Severity.String(),
		})
	}
	if p := i.Deploy; p != nil {
		d.Deploy = &Deploy{
			Version: escape(p.Version), URL: escape(webLink(p.URL)), By: escape(p.By), Status: escape(p.Status), StartsAt: p.StartsAt.UTC(),
		}
	}
	return d
}

func newSLO(n alerting.Notification, f alerting.Fact, escape Escape) SLO {
	s := SLO{
		Name: escape(f.ID.Name), Description: escape(f.Description), Objective: escape(f.Objective), Window: escape(f.Window),
		Subject: escape(notify.Subject(f)), Burning: escape(notify.Burning(f)), Budget: escape(notify.Budget(f, n.DecidedAt)),
		Reason: escape(f.Reason), Tier: escape(f.Tier), Severity: f.Severity.String(), State: string(f.Phase), Since: f.Since.UTC(),
		Labels: escaped(f.Labels, escape), Links: map[string]string{}, URL: escape(notify.SLOURL(n, f.ID)),
	}
	for name := range f.Links {
		if link := notify.LinkURL(n, f, name); link != "" && len(s.Links) < maxOthers {
			s.Links[escape(name)] = escape(link)
		}
	}
	var all int64
	for _, c := range f.Errors {
		all += c.Bad
	}
	for _, c := range f.Errors[:min(len(f.Errors), maxErrors)] {
		if all > 0 {
			s.Errors = append(s.Errors, escape(slo.FormatClass(c.Labels)+" "+slo.FormatShare(float64(c.Bad)/float64(all))))
		}
	}
	return s
}

func escaped(labels map[string]string, escape Escape) map[string]string {
	out := make(map[string]string, len(labels))
	for name, value := range labels {
		if len(out) < maxOthers {
			out[escape(name)] = escape(value)
		}
	}
	return out
}

// webLink is a link that may be shown as one, or empty.
func webLink(raw string) string {
	link, _ := notify.WebLink(raw)
	return link
}
