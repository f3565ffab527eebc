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
	ResolvedBy  string    // who resolved it by hand; empty when it ended by itself
	AckedAt     time.Time
	AckedBy     string
	AckComment  string
	Timeline    []Event    // oldest first
	Deliveries  []Delivery // what each destination was told
	// Sequence counts the changes people were told about. With the key and the
	// opening it makes the event id of a notification.
	Sequence int
}

// FunctionKey identifies the function whose incident it is. It is the key, unless
// the function was renamed during the incident.
func (i Incident) FunctionKey() string { return incidentKey(i.Service, i.Function) }

// Open reports whether the incident still goes on.
func (i Incident) Open() bool { return i.State != IncidentResolved }

// The kinds of events in a timeline.
const (
	EventOpened        = "opened"
	EventReopened      = "reopened"
	EventSeverity      = "severity" // of the incident, up or down
	EventAlert         = "alert"    // one alert joined, changed or ended
	EventAcked         = "acked"
	EventResolved      = "resolved"
	EventNotified      = "notified"
	EventUndeliverable = "undeliverable"
)

// Event is one line of an incident's timeline.
type Event struct {
	At   time.Time
	Kind string // one of the Event constants
	By   string // a person; empty for slofuse itself
	Text string
}

// The states of a delivery.
const (
	DeliveryOwed          = "owed"
	DeliverySent          = "sent"
	DeliveryFolded        = "folded" // told by a later message
	DeliveryUndeliverable = "undeliverable"
)

// Delivery is what one destination was last told about an incident, and what
// it is still owed.
type Delivery struct {
	Receiver    string
	Destination string // the name of the [Destination]: never a secret
	EventID     string
	State       string // one of the Delivery constants
	Attempts    int
	LastError   string
	DecidedAt   time.Time
	SentAt      time.Time
	NextAttempt time.Time
}
