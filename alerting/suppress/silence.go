package suppress

import (
	"errors"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// DefaultMaxSilence is how long a silence may be unless it is configured.
const DefaultMaxSilence = 7 * 24 * time.Hour

// Silence keeps everybody from hearing of the alerts it matches, for a time that
// somebody answers for.
type Silence struct {
	ID       string
	Matchers Matchers // may ask for severity as well
	StartsAt time.Time
	EndsAt   time.Time
	Author   string
	Reason   string
	MadeAt   time.Time
	// WithdrawnAt is when it was ended early, and WithdrawnBy by whom; zero and empty
	// while nobody did.
	WithdrawnAt time.Time
	WithdrawnBy string
	Ends        []NewEnd // who gave it another end, oldest first
}

// Withdrawn reports whether it was ended early.
func (s Silence) Withdrawn() bool { return !s.WithdrawnAt.IsZero() }

// Check refuses a silence that says too little, or lasts longer than longest.
func (s Silence) Check(longest time.Duration) error {
	if err := s.Matchers.check(); err != nil {
		return err
	}
	switch {
	case s.Author == "":
		return errors.New("author is missing: say who answers for the silence")
	case s.Reason == "":
		return errors.New("reason is missing: say why nobody has to hear of it")
	case s.StartsAt.IsZero():
		return errors.New("starts_at is missing")
	case s.EndsAt.IsZero():
		return errors.New("ends_at is missing: a silence has an end")
	case !s.EndsAt.After(s.StartsAt):
		return errors.New("ends_at is not after starts_at")
	case s.Span().Length() > longest:
		return fmt.Errorf("the silence would last %s; at most %s, which alerting.max_silence of the configuration says; what is known to burn for longer needs another objective, or max_severity: ticket",
			slo.FormatDuration(wholeMinutes(s.Span().Length())), slo.FormatDuration(longest))
	}
	return nil
}

// wholeMinutes rounds up: what is a moment less than 30 days was meant as 30 days.
func wholeMinutes(d time.Duration) time.Duration {
	return (d + time.Minute - 1).Truncate(time.Minute)
}

// Span is when it mutes: what is left of it when it was ended early.
func (s Silence) Span() Span {
	span := Span{From: s.StartsAt, To: s.EndsAt}
	if s.Withdrawn() && s.WithdrawnAt.Before(span.To) {
		span.To = s.WithdrawnAt
	}
	return span
}

// State says where the silence stands at an instant.
func (s Silence) State(at time.Time) State {
	switch {
	case s.Withdrawn():
		return StateWithdrawn
	case at.Before(s.StartsAt):
		return StatePending
	case at.Before(s.EndsAt):
		return StateActive
	}
	return StateOver
}

// mute is what the silence does to an alert; false when it does nothing.
func (s Silence) mute(m alerting.Mutable) (alerting.Muting, bool) {
	if !s.Span().holds(m.At) || !s.Matchers.MatchAlert(m.SLO, m.Alert.Severity) {
		return alerting.Muting{}, false
	}
	return alerting.Muting{Kind: alerting.MutingSilence, ID: s.ID, By: s.Author, Reason: s.Reason, Until: s.EndsAt}, true
}
