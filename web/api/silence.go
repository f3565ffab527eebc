package api

import (
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
)

// SilenceRequest asks for a silence.
type SilenceRequest struct {
	Matchers []string   `json:"matchers"`            // as in Alertmanager: service="checkout"
	StartsAt *time.Time `json:"starts_at,omitempty"` // now unless it is given
	EndsAt   *time.Time `json:"ends_at"`
	Author   string     `json:"author"`
	Reason   string     `json:"reason"`
}

// SilenceList is a list of silences, the latest first.
type SilenceList struct {
	Silences []Silence `json:"silences"`
}

// Silence is a silence and what became of it.
type Silence struct {
	ID string `json:"id"`
	SilenceRequest
	State       string     `json:"state"` // pending, active, over or withdrawn
	MadeAt      time.Time  `json:"made_at"`
	WithdrawnAt *time.Time `json:"withdrawn_at"` // when it was ended early
	WithdrawnBy string     `json:"withdrawn_by"`
	// SLOs is how many SLOs in force it matches, whatever their severity; null once it
	// is over.
	SLOs *int `json:"slos"`
}

// FromSilence is a silence as it stands at an instant; slos is how many SLOs it
// matches.
func FromSilence(s suppress.Silence, now time.Time, slos int) Silence {
	state := s.State(now)
	out := Silence{
		ID: s.ID, State: string(state), MadeAt: s.MadeAt.UTC(), WithdrawnAt: instant(s.WithdrawnAt), WithdrawnBy: s.WithdrawnBy,
		SilenceRequest: SilenceRequest{
			Matchers: s.Matchers.Texts(), StartsAt: instant(s.StartsAt), EndsAt: instant(s.EndsAt), Author: s.Author, Reason: s.Reason,
		},
	}
	if state == suppress.StateActive || state == suppress.StatePending {
		out.SLOs = &slos
	}
	return out
}
