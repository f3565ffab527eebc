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
	// Kinds is the whole fingerprint: the smallest set of kinds of errors that makes
	// up [FingerprintShare] of the bad events, most frequent first.
	Kinds  []map[string]string
	Alerts []Alert // active ones first
	// Cause is the id of the incident this one folded into, which itself has none;
	// empty while it stands for itself. CauseOver is since when that one no longer
	// explains it. Affected are, of a cause, the functions that folded into it;
	// a message lists the first and counts the others as Unlisted. Informed are the
	// destinations that hear of a cause only because a function of theirs is affected.
	Cause     string
	CauseOver time.Time
	Affected  []Affected
	Unlisted  int
	Informed  []Informed
	// Vanished is the job whose data vanished, when that is why this one folded.
	Vanished string
	// Cascade says why functions that depend on each other make a page of tickets; empty
	// when they do not.
	Cascade    string
	OpenedAt   time.Time
	ResolvedAt time.Time // zero while open
	ResolvedBy string    // who resolved it by hand; empty when it ended by itself
	AckedAt    time.Time
	AckedBy    string
	AckComment string
	AckUntil   time.Time // when the acknowledgement expires
	// AckKinds are the kinds of errors known when it was acknowledged; nil while
	// nothing was measured since. A kind beside them that pages by itself clears it.
	AckKinds []map[string]string
	// AckSeverity is what was acknowledged, or less when it became less since: of what
	// people heard, if anything was not muted.
	AckSeverity slo.Severity
	// CallingSince is since when it waits for somebody to take it: the time of an
	// escalation counts from it.
	CallingSince time.Time
	// Escalated is when each step of the escalation was taken.
	Escalated []time.Time
	// Reopenings are when it burned again in the last 24 hours; Flapping is since when
	// that was too often, zero when it is not, and Digested when that was last summed
	// up. Worst is the highest severity at which it spoke. The end of an incident that
	// flaps is told once it did not burn for the time to reopen.
	Reopenings []time.Time
	Flapping   time.Time
	Digested   time.Time
	Worst      slo.Severity
	Deploy     *Deploy    // the last one of the function before it opened; nil when none is known
	Timeline   []Event    // oldest first
	Deliveries []Delivery // what each destination was told
	// Sequence counts the changes people were told about. With the key and the
	// opening it makes the event id of a notification.
	Sequence int
	// Changed is the last change that everybody who is told of the incident is to
	// know, and Called the last that called for somebody.
	Changed int
	Called  int
}

// FingerprintShare is how much of the bad events the fingerprint of an incident
// explains.
const FingerprintShare = 0.8

// Affected is a function whose incident folded into that of one it depends on.
type Affected struct {
	Incident string // the id of the incident that folded
	Service  string
	Function string
	Owner    string
	Severity slo.Severity
	Since    time.Time // when it began to burn
	// Unacked is since when, as far as this function goes, nobody has acknowledged the
	// cause; zero while somebody has. Paged says that its owner was woken for that.
	Unacked time.Time
	Paged   bool
}

// Informed is a destination that hears of a cause because it affects a function of
// its owner: quietly, unless nobody took the cause.
type Informed struct {
	Destination
	Woken bool
}

// Deploy is a change of functions that a pipeline announced.
type Deploy struct {
	ID        string
	Service   string
	Functions []string // of the service; empty: all of them
	Version   string
	URL       string
	By        string // who announced it: the name of a token, or a person
	StartsAt  time.Time
	EndsAt    time.Time // when it stops holding anything back
	Status    string    // empty while it goes on; succeeded, failed, rolled_back or expired
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
	EventAckExpired    = "ack_expired"
	EventEscalated     = "escalated"
	EventStillBurning  = "still_burning" // said again after the time to repeat
	EventKind          = "kind"          // of error: the fingerprint changed
	EventCause         = "cause"         // the incident folded into another, or left it
	EventAffected      = "affected"      // another incident folded into this one, or left it
	EventMuted         = "muted"         // something holds its messages back
	EventUnmuted       = "unmuted"
	EventFlapping      = "flapping"
	EventBudget        = "budget" // a share of the error budget is gone
	EventDeploy        = "deploy"
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
	Status      Status // what it says of the incident
	Sequence    int    // the change of the incident that it tells
	Group       string // what it is told with
	State       string // one of the Delivery constants
	Attempts    int
	LastError   string
	DecidedAt   time.Time
	SentAt      time.Time
	NextAttempt time.Time
}
