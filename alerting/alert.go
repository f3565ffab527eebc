package alerting

import (
	"maps"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Phase is where an alert stands.
type Phase string

// The phases of an alert.
const (
	PhaseOK         Phase = "ok"
	PhasePending    Phase = "pending"    // a rate is over, the guard or the coverage does not yet let it fire
	PhaseFiring     Phase = "firing"     // a tier holds
	PhaseRecovering Phase = "recovering" // was firing, the short window is below the rate
)

// Alert is the whole state of the alert of one SLO. It is persisted as it is
// and is, with an assessment, all that [Decide] needs. Values are not changed
// after they were decided, so they may be shared.
type Alert struct {
	ID       slo.ID       `json:"id"`
	Phase    Phase        `json:"phase"`
	Severity slo.Severity `json:"severity"` // of a firing or recovering alert
	Tier     string       `json:"tier"`     // the tier that set the severity
	Since    time.Time    `json:"since"`    // when the phase began
	Reason   string       `json:"reason"`
	// Holds has an entry for each tier that fired and has not recovered.
	Holds map[string]Hold `json:"holds,omitempty"`
	// FiringSince is when it began to fire, through changes of severity.
	FiringSince time.Time `json:"firing_since"`
	// AnewAt is when a tier as severe as the alert last began to burn, or to burn again,
	// while none that is as fast did already. It may be faster than one that has held
	// the alert all the while.
	AnewAt time.Time `json:"anew_at,omitzero"`
	// BelowSince is since when every tier that fired is below its rate.
	BelowSince time.Time `json:"below_since"`
	// DecidedAt is the end of the last slot it was decided on.
	DecidedAt time.Time `json:"decided_at"`
	// Frozen says why the data of the latest slot decides nothing; empty when
	// it does.
	Frozen string `json:"frozen,omitempty"`
	// FrozenSince is the end of the last slot before, zero of an alert that was never
	// decided by data.
	FrozenSince time.Time `json:"frozen_since,omitzero"`
	// Spent is the highest share of the error budget, in percent, that the timeline has
	// told of since it fires; 0 is none.
	Spent int `json:"spent,omitempty"`
	// MutedBy is what holds the messages about it back; empty when nothing does.
	MutedBy []Muting `json:"muted_by,omitempty"`
}

// Hold is a tier that fired and has not recovered.
type Hold struct {
	Since      time.Time    `json:"since"`
	Severity   slo.Severity `json:"severity"`    // the highest it reached
	BelowSince time.Time    `json:"below_since"` // zero while its short window is at or over the rate
}

// Active reports whether the alert belongs to an open incident.
func (a Alert) Active() bool { return a.Phase == PhaseFiring || a.Phase == PhaseRecovering }

// sameDecision reports whether b needs no saving after a: the numbers in a
// reason and the slot it was decided on are found anew by the next slot.
func (a Alert) sameDecision(b Alert) bool {
	return a.Phase == b.Phase && a.Severity == b.Severity && a.Tier == b.Tier && a.Since.Equal(b.Since) && a.Spent == b.Spent &&
		maps.Equal(a.Holds, b.Holds) && (!a.Active() || a.Frozen == b.Frozen)
}

// Transition is one change of an alert, with its reason. A change of severity
// within one phase is a transition too.
type Transition struct {
	ID                       slo.ID
	At                       time.Time // the end of the slot that decided it
	From, To                 Phase
	FromSeverity, ToSeverity slo.Severity
	Tier                     string // the tier that leads now, or led until now
	Reason                   string // for people, with the numbers
}

// Began reports whether the transition begins to fire, or fires again after
// the short window had been below.
func (t Transition) Began() bool { return t.To == PhaseFiring && t.From != PhaseFiring }

// Ended reports whether the alert is over.
func (t Transition) Ended() bool {
	return (t.From == PhaseFiring || t.From == PhaseRecovering) && (t.To == PhaseOK || t.To == PhasePending)
}
