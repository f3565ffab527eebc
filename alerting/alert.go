package alerting

import (
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
// and is, with an assessment and an instant, all that [Decide] needs.
type Alert struct {
	ID       slo.ID       `json:"id"`
	Phase    Phase        `json:"phase"`
	Severity slo.Severity `json:"severity"` // of a firing or recovering alert
	Tier     string       `json:"tier"`     // the tier that set the severity
	Since    time.Time    `json:"since"`    // when the phase began
	Reason   string       `json:"reason"`
	// TierSince says since when each tier that holds now has held.
	TierSince map[string]time.Time `json:"tier_since,omitempty"`
	// FiringSince is when it began to fire, through changes of severity.
	FiringSince time.Time `json:"firing_since"`
	// BelowSince is since when the short window is below the rate with traffic.
	BelowSince time.Time `json:"below_since"`
}

// Active reports whether the alert belongs to an open incident.
func (a Alert) Active() bool { return a.Phase == PhaseFiring || a.Phase == PhaseRecovering }
