package alerting

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// IncidentState is where an incident stands in its life.
type IncidentState string

// The states of an incident.
const (
	IncidentOpen      IncidentState = "open"
	IncidentAcked     IncidentState = "acked"
	IncidentEscalated IncidentState = "escalated"
	IncidentResolved  IncidentState = "resolved"
)

// Incident is everything that goes on with one function: at most one is open
// per function, whatever number of its alerts fire.
type Incident struct {
	ID          string // unique, part of URLs
	Key         string // stable over notifications: the deduplication key at providers
	State       IncidentState
	Severity    slo.Severity
	Service     string
	Function    string
	Owner       string
	Labels      map[string]string
	Fingerprint map[string]string // labels of the most frequent kind of error, where known
	Alerts      []Alert           // active ones first
	OpenedAt    time.Time
	ResolvedAt  time.Time // zero while open
	AckedAt     time.Time
	AckedBy     string
	AckComment  string
	Timeline    []Event    // oldest first
	Deliveries  []Delivery // what each destination was told
}

// Open reports whether the incident still goes on.
func (i Incident) Open() bool { return i.State != IncidentResolved }

// Event is one line of an incident's timeline.
type Event struct {
	At   time.Time
	Kind string // opened, severity, alert, acked, notified, undeliverable, resolved, reopened
	By   string // a person; empty for slofuse itself
	Text string
}

// Delivery is what one destination was last told about an incident, and what
// it is still owed.
type Delivery struct {
	Receiver    string
	Destination string // "slack #slo", "webhook hooks.example.com": never a secret
	EventID     string
	State       string // owed, sent, undeliverable
	Attempts    int
	LastError   string
	DecidedAt   time.Time
	SentAt      time.Time
	NextAttempt time.Time
}
