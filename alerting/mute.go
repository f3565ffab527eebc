package alerting

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// The kinds of what mutes.
const (
	MutingSilence     = "silence"
	MutingDeploy      = "deploy"
	MutingMaintenance = "maintenance"
)

// Muting is one thing that holds the messages about an alert back.
type Muting struct {
	Kind   string    `json:"kind"` // one of the Muting constants
	ID     string    `json:"id"`
	By     string    `json:"by,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Until  time.Time `json:"until"`
}

// Mutable is what is asked about when something may be muted: an active alert
// with what was assessed when it was decided.
type Mutable struct {
	SLO        slo.SLO
	Alert      Alert
	Assessment slo.Assessment // the zero value when the slot has none
	Previous   Alert          // as the slot before left it, with what muted it then
	// At is when it is decided: somebody who silences now expects silence from now on,
	// not from the slot that is read next.
	At time.Time
}

// Muter says what mutes alerts. It must be consistent during one slot, pure in
// what it is given, and cheap: it is asked about every active alert in every slot.
type Muter interface {
	// Mute lists what mutes an alert, and why what could mute it does not: a deploy
	// window that an outage pierced.
	Mute(m Mutable) (mutedBy []Muting, pierced []string)
	// LastDeploy is the last deploy of a function that started before an instant and
	// less than a day before it; nil when none is known.
	LastDeploy(service, function string, before time.Time) *Deploy
}
