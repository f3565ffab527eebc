package api

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// IncidentList is a list of incidents, open ones first.
type IncidentList struct {
	Incidents []Incident `json:"incidents"`
}

// Incident is everything that goes on, or went on, with one function.
type Incident struct {
	ID          string            `json:"id"`
	Key         string            `json:"key"`   // the deduplication key at providers
	State       string            `json:"state"` // open, acked, escalated or resolved
	Severity    string            `json:"severity"`
	Service     string            `json:"service"`
	Function    string            `json:"function"`
	Owner       string            `json:"owner"`
	Labels      map[string]string `json:"labels"`
	Fingerprint map[string]string `json:"fingerprint"`
	// Kinds of errors that explain most of the bad events, most frequent first.
	Kinds      []map[string]string `json:"kinds"`
	Alerts     []IncidentAlert     `json:"alerts"`
	Cause      *string             `json:"cause"`       // id of the incident this one folded into
	Affected   []string            `json:"affected"`    // functions that burn because this one does, as service/function
	FlapsSince *time.Time          `json:"flaps_since"` // it comes and goes, and is summed up
	OpenedAt   time.Time           `json:"opened_at"`
	ResolvedAt *time.Time          `json:"resolved_at"`
	AckedAt    *time.Time          `json:"acked_at"`
	AckedBy    string              `json:"acked_by"`
	AckComment string              `json:"ack_comment"`
	AckUntil   *time.Time          `json:"ack_until"` // when the acknowledgement expires
	Deploy     *LastDeploy         `json:"deploy"`    // the last one of the function before it opened
	Timeline   []Event             `json:"timeline"`  // oldest first
	Deliveries []Delivery          `json:"deliveries"`
}

// IncidentAlert is the alert of one SLO of an incident.
type IncidentAlert struct {
	ID  string `json:"id"`
	SLO string `json:"slo"`
	AlertState
}

// LastDeploy is what changed before an incident.
type LastDeploy struct {
	ID       string    `json:"id"`
	Version  string    `json:"version"`
	URL      string    `json:"url"`
	By       string    `json:"by"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"` // when it stopped holding messages back
	// Status is succeeded, failed, rolled_back or expired; null while it went on.
	Status *string `json:"status"`
}

// Event is one line of a timeline.
type Event struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	By   string    `json:"by"` // a person; empty for slofuse itself
	Text string    `json:"text"`
}

// Delivery is what one destination was last told about an incident, and what it
// is still owed.
type Delivery struct {
	Receiver    string     `json:"receiver"`
	Destination string     `json:"destination"`
	EventID     string     `json:"event_id"`
	State       string     `json:"state"` // owed, sent or undeliverable
	Attempts    int        `json:"attempts"`
	LastError   string     `json:"last_error"`
	DecidedAt   *time.Time `json:"decided_at"`
	SentAt      *time.Time `json:"sent_at"`
	NextAttempt *time.Time `json:"next_attempt"`
}

// Action is what a person posts to acknowledge or resolve an incident.
type Action struct {
	By      string `json:"by"`
	Comment string `json:"comment"`
	// Force resolves an incident that still burns. It means nothing elsewhere.
	Force bool `json:"force,omitempty"`
}

// FromIncident is the wire form of an incident.
func FromIncident(i alerting.Incident) Incident {
	out := Incident{
		ID: i.ID, Key: i.Key, State: string(i.State), Severity: i.Severity.String(),
		Service: i.Service, Function: i.Function, Owner: i.Owner,
		Labels: object(i.Labels), Fingerprint: object(i.Fingerprint), Kinds: make([]map[string]string, len(i.Kinds)), Cause: text(i.Cause), Affected: make([]string, len(i.Affected)),
		FlapsSince: instant(i.Flapping), OpenedAt: i.OpenedAt.UTC(), ResolvedAt: instant(i.ResolvedAt),
		AckedAt: instant(i.AckedAt), AckedBy: i.AckedBy, AckComment: i.AckComment, AckUntil: instant(i.AckUntil),
		Alerts: make([]IncidentAlert, len(i.Alerts)), Timeline: make([]Event, len(i.Timeline)),
		Deliveries: make([]Delivery, len(i.Deliveries)),
	}
	if d := i.Deploy; d != nil {
		out.Deploy = &LastDeploy{ID: d.ID, Version: d.Version, URL: d.URL, By: d.By, StartsAt: d.StartsAt.UTC(), EndsAt: d.EndsAt.UTC(), Status: text(d.Status)}
	}
	copy(out.Kinds, i.Kinds)
	for n, a := range i.Affected {
		out.Affected[n] = slo.ID{Service: a.Service, Function: a.Function}.FunctionKey()
	}
	for n, a := range i.Alerts {
		out.Alerts[n] = IncidentAlert{ID: a.ID.String(), SLO: a.ID.Name, AlertState: FromAlert(a)}
	}
	for n, e := range i.Timeline {
		out.Timeline[n] = Event{At: e.At.UTC(), Kind: e.Kind, By: e.By, Text: e.Text}
	}
	for n, d := range i.Deliveries {
		out.Deliveries[n] = fromDelivery(d)
	}
	return out
}

// text is null where there is none.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// FromIncidents is the wire form of a list of incidents.
func FromIncidents(incidents []alerting.Incident) IncidentList {
	out := IncidentList{Incidents: make([]Incident, len(incidents))}
	for n, i := range incidents {
		out.Incidents[n] = FromIncident(i)
	}
	return out
}

func fromDelivery(d alerting.Delivery) Delivery {
	return Delivery{
		Receiver: d.Receiver, Destination: d.Destination, EventID: d.EventID, State: d.State,
		Attempts: d.Attempts, LastError: d.LastError,
		DecidedAt: instant(d.DecidedAt), SentAt: instant(d.SentAt), NextAttempt: instant(d.NextAttempt),
	}
}
