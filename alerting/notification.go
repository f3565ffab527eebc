package alerting

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Destination is one place of one receiver that notifications go to. Its name
// is stable over restarts and holds no secret: "on-call/slack/#slo".
type Destination struct {
	Receiver string
	Name     string
}

// Router picks the routes of an incident with these labels at an instant. An
// incident has the labels of its SLOs that agree, plus service, function, owner
// and severity, and incident, which is its id. The order is that of the tree; a
// destination may be on several routes, and the first one holds for it.
type Router func(labels map[string]string, at time.Time) []Route

// Route is one way that messages about an incident take. Zero durations are the
// defaults of the severity.
type Route struct {
	Destinations []Destination
	// Group is the key of what is told together: the receiver and the values of
	// group_by.
	Group          string
	GroupWait      *time.Duration // how long the first message waits for others of its group
	GroupInterval  time.Duration  // between two messages of one group that wake nobody
	RepeatInterval time.Duration  // after which it is said again; 0 is the default
	// Muted names the time interval that keeps the route silent now; empty when none
	// does. What is owed to it is told when the interval is over.
	Muted      string
	Escalation []EscalationStep
}

// EscalationStep says who is told when nobody has acknowledged.
type EscalationStep struct {
	After        time.Duration // since the incident opened or its acknowledgement was cleared
	Destinations []Destination
}

// Status is what a notification says about its incident.
type Status string

// The two statuses, in the words webhook receivers know.
const (
	StatusFiring   Status = "firing"
	StatusResolved Status = "resolved"
)

// Notification is one message owed to one destination: the state of an incident
// as it was decided, with the numbers that decided it.
type Notification struct {
	EventID     string // unique per transition and destination, the same on every retry
	Destination Destination
	Status      Status
	Kind        string // what kind of event it tells, one of the Event constants
	Reason      string // what changed, for people: "severity rose from ticket to page"
	Loud        bool   // a new page, a rise or a reopening: worth a mention, not only an edit
	Test        bool   // nothing is wrong: somebody tries whether it arrives
	DecidedAt   time.Time
	Group       string    // notifications of one group and destination may be told together
	NotBefore   time.Time // when it may leave: group_wait or group_interval after others
	Incident    Incident
	Facts       []Fact  // one per alert of the incident, worst first
	Folded      []Event // what happened since the last message that arrived and was not told by itself
	Attempts    int     // tries so far
	Ref         string  // what the destination returned for an earlier message of this incident, to edit it
	ExternalURL string  // where people find slofuse; links are built on it
}

// Fact is what a person needs to know about one SLO of an incident, as it was
// when the notification was decided. Nil is unknown.
type Fact struct {
	ID              slo.ID
	Description     string
	Objective       string // "99.9%"
	Window          string // "30d"
	Labels          map[string]string
	Links           map[string]string // rendered
	Phase           Phase
	Severity        slo.Severity
	Tier            string
	Reason          string
	Since           time.Time
	LongWindow      string // "1h"
	ShortWindow     string // "5m"
	BurnRateLong    *float64
	BurnRateShort   *float64
	Bad, Total      int64  // of the long window, in whole events
	Noun            string // what the events are: "calls" or "slots"
	SuccessRatio    *float64
	BudgetRemaining *float64 // ratio over the SLO window
	ExhaustsAt      *time.Time
	Failing         *float64         // share of bad events over FailingWindow: what fails now
	FailingWindow   string           // "5m"
	P99             *float64         // seconds over 1h, of a latency SLO
	Errors          []slo.ClassCount // most frequent first
	ErrorsWindow    string           // what they were counted over, "1h"
}

// Receipt is what a destination returned for a notification it accepted.
type Receipt struct{ EventID, Ref string }

// Outbox is the durable queue of owed notifications that delivery works off.
// Per incident and destination only the latest state is owed: an older row
// still waiting is folded into the newer one.
type Outbox interface {
	Outcomes
	// Due returns notifications whose next attempt is at or before now, pages
	// first, at most one per incident and destination, and none that is already
	// claimed by this process.
	Due(ctx context.Context, now time.Time, limit int) ([]Notification, error)
}

// Outcomes record what became of notifications.
type Outcomes interface {
	BatchOutcomes
	// Sent records that the destination accepted it. Ref may be empty.
	Sent(ctx context.Context, eventID, ref string, now time.Time) error
	// Retry records a failed attempt and when to try again.
	Retry(ctx context.Context, eventID, reason string, next time.Time) error
	// Undeliverable records that the destination will never take it. It stays
	// visible.
	Undeliverable(ctx context.Context, eventID, reason string, now time.Time) error
}

// BatchOutcomes record what became of several notifications that were told in one
// message.
type BatchOutcomes interface {
	// SentAll is Sent for all of them. Those that are gone count as recorded.
	SentAll(ctx context.Context, receipts []Receipt, now time.Time) error
	// RetryAll is Retry for all of them.
	RetryAll(ctx context.Context, eventIDs []string, reason string, next time.Time) error
}
