package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Notifier sends notifications to one destination.
type Notifier interface {
	// Notify sends n and returns once the destination has accepted or refused
	// it, or ctx ends. The reference, which may be empty, comes back as n.Ref in
	// later notifications of the same incident. An error is or wraps an [Error],
	// and holds no secret. Notify is called concurrently for different incidents
	// and may see the same notification again after any error.
	Notify(ctx context.Context, n alerting.Notification) (ref string, err error)
}

// Limited is a [Notifier] of a destination that takes only so much. It waits for
// its limiter before each call, and nothing is handed to it while there is no room.
type Limited interface {
	Limiter() *Limiter
}

// Previewer is a [Notifier] that can say what it would send.
type Previewer interface {
	// Preview lists what Notify would send for n, in order, without asking anybody.
	Preview(n alerting.Notification) []Preview
}

// Preview is one thing that would be sent. It holds no secret.
type Preview struct {
	What string `json:"what"` // "message", "edit", "answer in the thread", "body"
	Text string `json:"-"`    // for people; empty when the body says it best
	Body any    `json:"body"` // as it goes over the wire, to be encoded as JSON
}

// Kind is what a failed attempt means for the next one.
type Kind string

// The kinds of failure.
const (
	KindTemporary Kind = "temporary" // not accepted, may be later
	KindAmbiguous Kind = "ambiguous" // may have been accepted: the same event id is sent again
	KindBlocked   Kind = "blocked"   // an operator has to repair something first: tried again slowly
	KindPermanent Kind = "permanent" // this notification will never be accepted
)

// Error is a failed attempt, classified by the integration that saw it.
type Error struct {
	Kind Kind
	// RetryAfter is how long the destination asked to be left alone, for every
	// notification to it; 0 when it did not ask.
	RetryAfter time.Duration
	Status     int    // of the HTTP answer, 0 when there was none
	Reason     string // for people; never holds a URL, a token or a body
}

// Error returns the reason.
func (e *Error) Error() string { return e.Reason }

// Errorf returns an [Error] of that kind. Its reason must hold no secret.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Reason: fmt.Sprintf(format, args...)}
}
