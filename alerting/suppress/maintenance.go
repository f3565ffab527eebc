package suppress

import (
	"errors"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// MaxMaintenance is how long a maintenance window may be.
const MaxMaintenance = 31 * 24 * time.Hour

// Maintenance is work that was planned, or that turned out to have been: its time
// leaves the error budgets of what it matches.
type Maintenance struct {
	ID       string
	Matchers Matchers
	StartsAt time.Time
	EndsAt   time.Time
	Correct  bool // takes the time out of the error budgets
	Author   string
	Reason   string
	MadeAt   time.Time
	// WithdrawnAt is when it was taken back, with all that it corrected, and
	// WithdrawnBy by whom; zero and empty while it holds.
	WithdrawnAt time.Time
	WithdrawnBy string
}

// Withdrawn reports whether it was taken back.
func (m Maintenance) Withdrawn() bool { return !m.WithdrawnAt.IsZero() }

// Check refuses a window that says too little or takes too much.
func (m Maintenance) Check() error {
	if err := m.Matchers.check(); err != nil {
		return err
	}
	switch {
	case m.Author == "":
		return errors.New("author is missing: say who announces it")
	case m.Reason == "":
		return errors.New("reason is missing: say what the maintenance is for")
	case m.StartsAt.IsZero():
		return errors.New("starts_at is missing")
	case m.EndsAt.IsZero():
		return errors.New("ends_at is missing")
	case !m.EndsAt.After(m.StartsAt):
		return errors.New("ends_at is not after starts_at")
	case m.EndsAt.Sub(m.StartsAt) > MaxMaintenance:
		return fmt.Errorf("the window would last %s; at most %s", slo.FormatDuration(m.EndsAt.Sub(m.StartsAt)), slo.FormatDuration(MaxMaintenance))
	case !m.Correct:
		return errors.New("correct is not set: in this version a maintenance window does nothing else than correct error budgets")
	case m.Matchers.asksFor("severity"):
		return errors.New("a window that corrects the budget cannot match severity: a budget has none")
	}
	return nil
}

// Corrections lists what windows take out of the error budget of an SLO between two
// instants, in their order.
func Corrections(windows []Maintenance, s slo.SLO, from, to time.Time) []slo.Correction {
	var out []slo.Correction
	for _, m := range windows {
		if m.Correct && !m.Withdrawn() && m.StartsAt.Before(to) && m.EndsAt.After(from) && m.Matchers.Match(s) {
			out = append(out, slo.Correction{ID: m.ID, Reason: m.Reason, From: m.StartsAt, To: m.EndsAt})
		}
	}
	return out
}

// State says where a maintenance window stands.
type State string

// The states of a maintenance window.
const (
	StatePending   State = "pending"
	StateActive    State = "active"
	StateOver      State = "over"
	StateWithdrawn State = "withdrawn"
)

// State says where the window stands at an instant.
func (m Maintenance) State(at time.Time) State {
	switch {
	case m.Withdrawn():
		return StateWithdrawn
	case at.Before(m.StartsAt):
		return StatePending
	case at.Before(m.EndsAt):
		return StateActive
	}
	return StateOver
}
