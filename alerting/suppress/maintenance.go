package suppress

import (
	"errors"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// MaxMaintenance is how long a maintenance window may be.
const MaxMaintenance = 31 * 24 * time.Hour

// Maintenance is work that was planned, or that turned out to have been, once or again
// and again: its time leaves the error budgets of what it matches, or nobody hears of
// it, or both.
type Maintenance struct {
	ID       string
	Matchers Matchers
	StartsAt time.Time
	// EndsAt is when it is over. Only a recurring one may leave it zero: it goes on
	// until it is ended.
	EndsAt time.Time
	// Recurring is when, between start and end, it goes on; empty: all the time.
	Recurring Recurring
	Correct   bool // takes the time out of the error budgets
	Mute      bool // holds back the messages about what it matches
	Author    string
	Reason    string
	MadeAt    time.Time
	// WithdrawnAt is when it was taken back, with all that it corrected, and
	// WithdrawnBy by whom; zero and empty while it holds.
	WithdrawnAt time.Time
	WithdrawnBy string
	Ends        []NewEnd // who gave it another end, oldest first
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
	case m.EndsAt.IsZero() && len(m.Recurring) == 0:
		return errors.New("ends_at is missing: only a window with time_intervals may go on until it is withdrawn")
	case !m.EndsAt.IsZero() && !m.EndsAt.After(m.StartsAt):
		return errors.New("ends_at is not after starts_at")
	case !m.Correct && !m.Mute:
		return errors.New("neither correct nor mute is set: a maintenance window corrects error budgets, holds messages back, or both")
	case m.Correct && m.Matchers.asksFor(severityLabel):
		return errors.New("a window that corrects the budget cannot match severity: a budget has none")
	}
	if err := m.Recurring.check(); err != nil {
		return err
	}
	return m.checkLength()
}

// checkLength looks at the occurrences of a little more than a year.
func (m Maintenance) checkLength() error {
	spans := m.Spans(m.StartsAt, m.StartsAt.AddDate(1, 1, 0))
	if len(spans) == 0 {
		return errors.New("the time_intervals never hold between starts_at and ends_at, or not within a year")
	}
	for _, s := range spans {
		if s.Length() > MaxMaintenance {
			return fmt.Errorf("the window would last %s without a break; at most %s", slo.FormatDuration(s.Length()), slo.FormatDuration(MaxMaintenance))
		}
	}
	return nil
}

// Spans lists when it goes on between two instants, in order and apart from each
// other.
func (m Maintenance) Spans(from, to time.Time) []Span {
	within := Span{From: from, To: to}.within(Span{From: m.StartsAt, To: to})
	if !m.EndsAt.IsZero() {
		within = within.within(Span{From: from, To: m.EndsAt})
	}
	if len(m.Recurring) == 0 {
		return merge([]Span{within})
	}
	return m.Recurring.Spans(within)
}

// Corrections lists what windows take out of the error budget of an SLO between two
// instants, in the order of the windows; what sticks out is cut off.
func Corrections(windows []Maintenance, s slo.SLO, from, to time.Time) []slo.Correction {
	var out []slo.Correction
	for _, m := range windows {
		if !m.Correct || m.Withdrawn() || !m.Matchers.Match(s) {
			continue
		}
		for _, span := range m.Spans(from, to) {
			out = append(out, slo.Correction{ID: m.ID, Reason: m.Reason, From: span.From, To: span.To})
		}
	}
	return out
}

// mute is what the window does to the messages about an alert; false when it does
// nothing.
func (m Maintenance) mute(a alerting.Mutable) (alerting.Muting, bool) {
	if !m.Mute || m.Withdrawn() || !m.Matchers.MatchAlert(a.SLO, a.Alert.Severity) {
		return alerting.Muting{}, false
	}
	now := m.Spans(a.At, a.At.Add(suspectFor))
	if len(now) == 0 || now[0].From.After(a.At) {
		return alerting.Muting{}, false
	}
	if now[0].Length() == suspectFor { // it goes on for longer than was looked at
		now = m.Spans(a.At, a.At.Add(MaxMaintenance))
	}
	return alerting.Muting{Kind: alerting.MutingMaintenance, ID: m.ID, By: m.Author, Reason: m.Reason, Until: now[0].To}, true
}

// State says where something that was announced stands.
type State string

// The states of what was announced.
const (
	StatePending   State = "pending" // will go on, or, recurring, go on again
	StateActive    State = "active"
	StateOver      State = "over"
	StateWithdrawn State = "withdrawn"
)

// State says where the window stands at an instant.
func (m Maintenance) State(at time.Time) State {
	switch {
	case m.Withdrawn():
		return StateWithdrawn
	case !m.EndsAt.IsZero() && !at.Before(m.EndsAt):
		return StateOver
	case len(m.Spans(at, at.Add(1))) > 0:
		return StateActive
	}
	return StatePending
}
