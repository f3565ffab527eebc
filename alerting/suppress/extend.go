package suppress

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrOver says that something was over or taken back before it could be changed.
var ErrOver = errors.New("it is over already")

// NewEnd is that somebody gave something another end.
type NewEnd struct {
	At       time.Time
	By       string
	From, To time.Time // the end before, and after; From is zero where there was none
}

// maxEnds bounds how many of the latest ones are kept.
const maxEnds = 50

func withEnd(all []NewEnd, next NewEnd) []NewEnd {
	all = append(slices.Clip(all), next)
	return all[max(len(all)-maxEnds, 0):]
}

// NotedBy is the silence with a note of who gave it its end, which was another one
// before.
func (s Silence) NotedBy(by string, at, before time.Time) Silence {
	s.Ends = withEnd(s.Ends, NewEnd{At: at, By: by, From: before, To: s.EndsAt})
	return s
}

// NotedBy is the window with a note of who gave it its end, which was another one
// before, or none.
func (m Maintenance) NotedBy(by string, at, before time.Time) Maintenance {
	m.Ends = withEnd(m.Ends, NewEnd{At: at, By: by, From: before, To: m.EndsAt})
	return m
}

// Extended is the silence with a later end. What is over stays over ([ErrOver]), and
// it lasts no longer, from its start, than longest.
func (s Silence) Extended(to, now time.Time, longest time.Duration) (Silence, error) {
	if state := s.State(now); state == StateOver || state == StateWithdrawn {
		return s, ErrOver
	}
	if !to.After(s.EndsAt) {
		return s, notLater(s.EndsAt)
	}
	s.EndsAt = to
	return s, s.Check(longest)
}

// Extended is the window with a later end. One that is over may be extended as well:
// the budget is corrected afterwards. One that was taken back may not ([ErrOver]).
func (m Maintenance) Extended(to time.Time) (Maintenance, error) {
	switch {
	case m.Withdrawn():
		return m, ErrOver
	case m.EndsAt.IsZero():
		return m, errors.New("it has no end that could be later: it goes on until it is ended")
	case !to.After(m.EndsAt):
		return m, notLater(m.EndsAt)
	}
	m.EndsAt = to
	return m, m.Check()
}

// Ended is the window ended at an instant at which it goes on, or, recurring, may go
// on again: what it did until then stays. Before its start there is nothing to end,
// and after its end neither ([ErrOver]).
func (m Maintenance) Ended(at time.Time) (Maintenance, error) {
	switch {
	case m.Withdrawn(), !m.EndsAt.IsZero() && !at.Before(m.EndsAt):
		return m, ErrOver
	case !at.After(m.StartsAt):
		return m, errors.New("it has not begun: take it back")
	}
	m.EndsAt = at
	return m, nil
}

func notLater(end time.Time) error {
	return fmt.Errorf("ends_at is not after %s, when it ends anyway: to end it earlier, end it now", end.UTC().Format(time.RFC3339))
}
