package webhook

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Body is what is posted. Its first ten fields are Alertmanager's.
type Body struct {
	Version           string            `json:"version"`  // always "4"
	GroupKey          string            `json:"groupKey"` // the key of the incident, stable over its life
	TruncatedAlerts   int               `json:"truncatedAlerts"`
	Status            string            `json:"status"` // firing or resolved
	Receiver          string            `json:"receiver"`
	GroupLabels       map[string]string `json:"groupLabels"` // service and function
	CommonLabels      map[string]string `json:"commonLabels"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	ExternalURL       string            `json:"externalURL"`
	Alerts            []Alert           `json:"alerts"` // one per SLO, worst first
	SLO               *SLO              `json:"slo"`    // the worst one; null when none is known
	Incident          Incident          `json:"incident"`
	Title             string            `json:"title"` // for people: in the words of the configuration, where it has any
	Text              string            `json:"text"`
	Note              string            `json:"note"` // why these are the built-in words instead; mostly empty
}

// Alert is one SLO of the incident in Alertmanager's shape.
type Alert struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"` // year 1 while it fires
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"` // of the labels
}

// SLO is the numbers that decided, under the names that the HTTP API gives
// them. What is unknown is null.
type SLO struct {
	ID          string            `json:"id"`
	Service     string            `json:"service"`
	Function    string            `json:"function"`
	Name        string            `json:"slo"`
	Owner       string            `json:"owner"`
	Labels      map[string]string `json:"labels"`
	Objective   *float64          `json:"objective"` // 0.999
	Window      Window            `json:"window"`
	SLI         *float64          `json:"sli"`
	ErrorBudget ErrorBudget       `json:"error_budget"`
	BurnRates   []BurnRate        `json:"burn_rates"` // the long window, then the short one
	Latency     *Latency          `json:"latency"`
	Errors      Errors            `json:"errors"`
	Alert       AlertState        `json:"alert"`
	URL         string            `json:"url"`
	ExplainURL  string            `json:"explain_url"`
}

// Window is the window of the objective.
type Window struct {
	Name string `json:"name"`
}

// ErrorBudget is what is left over the window of the objective.
type ErrorBudget struct {
	RemainingRatio *float64   `json:"remaining_ratio"`
	ExhaustsAt     *time.Time `json:"exhausts_at"`
	Pace           string     `json:"pace"` // the burn window that ExhaustsAt goes on with
}

// BurnRate is how fast the budget burns over one window of the alert. The
// counts are known for the long window.
type BurnRate struct {
	Window string   `json:"window"`
	Rate   *float64 `json:"burn_rate"`
	Bad    *int64   `json:"bad"`
	Total  *int64   `json:"total"`
}

// Latency is in seconds.
type Latency struct {
	Window string   `json:"window"`
	P99    *float64 `json:"p99"`
}

// Errors are the most frequent kinds of bad events over the window of the
// objective.
type Errors struct {
	Window string       `json:"window"`
	Top    []ErrorClass `json:"top"`
	Other  int64        `json:"other"` // bad events of the kinds that were left out
}

// ErrorClass is one kind of bad event.
type ErrorClass struct {
	Fingerprint map[string]string `json:"fingerprint"`
	Bad         int64             `json:"bad"`
}

// AlertState is where the alert of the SLO stands.
type AlertState struct {
	State    string     `json:"state"`
	Severity string     `json:"severity"`
	Tier     string     `json:"tier"`
	Since    *time.Time `json:"since"`
	Reason   string     `json:"reason"`
	MutedBy  []Muting   `json:"muted_by"`
}

// Muting is what holds the messages about one SLO back: of kind silence, deploy
// or maintenance.
type Muting struct {
	SLO string `json:"slo"` // its id
	alerting.Muting
}

// Incident is the incident that the notification is about.
type Incident struct {
	ID          string            `json:"id"`
	Key         string            `json:"key"`
	State       string            `json:"state"`
	Severity    string            `json:"severity"`
	Service     string            `json:"service"`
	Function    string            `json:"function"`
	Owner       string            `json:"owner"`
	Fingerprint map[string]string `json:"fingerprint"`
	// Kinds are the kinds of errors that explain most of it, most frequent first.
	Kinds      []map[string]string `json:"kinds"`
	Event      string              `json:"event"`  // what kind of change this notification tells: opened, acked, severity, …
	Reason     string              `json:"reason"` // why this notification is sent
	Test       bool                `json:"test"`   // nothing is wrong: somebody tries the receiver
	OpenedAt   time.Time           `json:"opened_at"`
	ResolvedAt *time.Time          `json:"resolved_at"`
	AckedAt    *time.Time          `json:"acked_at"`
	AckedBy    string              `json:"acked_by"`
	AckUntil   *time.Time          `json:"ack_until"` // when the acknowledgement expires
	FlapsSince *time.Time          `json:"flapping_since"`
	// Cause is the id of the incident this one folded into; Affected are, of a cause,
	// the functions that folded into it.
	Cause    string     `json:"cause"`
	Affected []Affected `json:"affected"`
	Omitted  int        `json:"affected_truncated"`
	MutedBy  []Muting   `json:"muted_by"` // of all its SLOs
	Deploy   *Deploy    `json:"deploy"`   // the last one before it opened; null when none is known
	Timeline []Event    `json:"timeline"` // the latest, oldest first
	Earlier  int        `json:"timeline_truncated"`
	URL      string     `json:"url"`
}

// Affected is a function that burns because this one does.
type Affected struct {
	Incident string    `json:"incident"` // the id of its own
	Service  string    `json:"service"`
	Function string    `json:"function"`
	Owner    string    `json:"owner"`
	Severity string    `json:"severity"`
	Since    time.Time `json:"since"`
}

// Deploy is a change of the function.
type Deploy struct {
	ID       string     `json:"id"`
	Version  string     `json:"version"`
	URL      string     `json:"url"`
	By       string     `json:"by"`
	Status   string     `json:"status"`
	StartsAt time.Time  `json:"starts_at"`
	EndsAt   *time.Time `json:"ends_at"`
}

// Event is one line of the timeline.
type Event struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}
