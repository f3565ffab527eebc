package config

import (
	"time"

	"github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/auth"
)

// Config is the configuration of the service. Files in it are relative to the
// folder of the configuration file when it is read, and resolved after.
type Config struct {
	ExternalURL string // where people find slofuse; empty when unknown, without a slash at the end
	Backends    []Backend
	SLOFiles    []string // files, folders and patterns, for slo/spec
	Evaluation  Evaluation
	Storage     Storage
	Policies    []slo.Policy // beside the embedded ones
	Alerting    Alerting
	Route       *route.Node // nil: nobody is told
	Receivers   []Receiver
	// TemplateFiles are the files whose templates the words of receivers call.
	TemplateFiles []string
	Tokens        []Token
	Heartbeats    []Heartbeat
	Web           Web
	Files         []File // with secrets and certificates
}

// Backend is something that speaks the Prometheus query API. The first of a
// configuration is the default.
type Backend struct {
	Name   string
	URL    string // http or https, without credentials
	HTTP   HTTPClient
	Limits Limits
	// PrometheusURL and GrafanaURL are where people look at what the backend holds, for
	// links; the backend's own URL and nothing unless they are set. GrafanaDatasource is
	// the backend's uid there; empty is Grafana's default.
	PrometheusURL     string
	GrafanaURL        string
	GrafanaDatasource string
	// ReplicaLabels tell apart servers that scraped the same targets into this
	// store; none where there is one.
	ReplicaLabels []string
}

// Limits bound what is asked of a backend and taken from it.
type Limits struct {
	ConcurrentQueries int           // at a time
	Samples           int           // of one answer
	ResponseBytes     int64         // of one answer, decoded
	Timeout           time.Duration // of one query with its retries
}

// Evaluation is how time is cut.
type Evaluation struct {
	Step  time.Duration // width of a slot; divides an hour
	Delay time.Duration // how long after its end a slot is read first
}

// Storage is where counts and decisions are kept.
type Storage struct {
	Path      string        // of the database; as written, so relative to the working directory
	Retention time.Duration // how long counts are kept: no SLO window may be longer
}

// Alerting holds what decides beside the policies.
type Alerting struct {
	Reopen     time.Duration // an incident that burns again within this time is opened again
	AckPage    time.Duration // how long an acknowledgement of a page holds
	AckTicket  time.Duration // and of a ticket
	DeployHold time.Duration // how long a deploy holds messages back when its end is not given
	MaxSilence time.Duration // how long a silence may be
	// SourceDownReceiver is told of backends that are down, beside the routes; empty:
	// the routes alone.
	SourceDownReceiver string
}

// Receiver is who is told, and over which destinations.
type Receiver struct {
	Name          string
	Slack         []Slack
	Webhooks      []Webhook
	PagerDuty     []PagerDuty
	Alertmanagers []Alertmanager
}

// Slack is a Slack channel: reached with the token of an app, or over the URL of
// an incoming webhook. Exactly one of the two is set.
type Slack struct {
	Name     string // tells it from the others of the receiver; unless it was given, the channel
	Channel  string // required with a token
	Token    Credential
	APIURL   Credential
	Mentions slack.Mentions // who is mentioned, by severity
	// AppToken opens a socket over which Slack says what was pressed, SigningSecret
	// proves what Slack posts about it. Without either there are no buttons.
	AppToken      Credential
	SigningSecret Credential
	Words         Words
	SendResolved  bool
	HTTP          HTTPClient
}

// Buttons reports whether somebody listens to the buttons of its messages.
func (s Slack) Buttons() bool { return !s.AppToken.IsZero() || !s.SigningSecret.IsZero() }

// Webhook is a URL that notifications are posted to.
type Webhook struct {
	Name         string     // tells it from the others of the receiver; unless it was given, a digest of the URL
	URL          Credential // the URL itself may hold a key
	Secret       Credential // signs the body; zero: unsigned
	MaxPerSecond float64    // how many messages it takes; 0: without a limit
	Words        Words
	SendResolved bool
	HTTP         HTTPClient
}

// Default is the configuration of an empty file. It has no backend and is not
// complete without one.
func Default() Config {
	return Config{
		Evaluation: Evaluation{Step: 30 * time.Second, Delay: 30 * time.Second},
		Storage:    Storage{Path: "slofuse.db", Retention: 400 * 24 * time.Hour},
		Alerting:   Alerting{Reopen: 30 * time.Minute, AckPage: 4 * time.Hour, AckTicket: 24 * time.Hour, DeployHold: 30 * time.Minute, MaxSilence: 7 * 24 * time.Hour},
		Web:        Web{People: auth.People{Default: auth.Viewer}},
	}
}

// DefaultLimits are those of a backend that names none.
func DefaultLimits() Limits {
	return Limits{ConcurrentQueries: 4, Samples: 5_000_000, ResponseBytes: 64 << 20, Timeout: 30 * time.Second}
}

// BackendNames lists the names of the backends, for slo/spec.
func (c *Config) BackendNames() []string {
	names := make([]string, len(c.Backends))
	for i, b := range c.Backends {
		names[i] = b.Name
	}
	return names
}
