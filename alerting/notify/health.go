package notify

import "time"

// Health is how far a sender is with what it has to do.
type Health struct {
	Asked time.Time // when it last read the outbox; zero: never
	// Owed is the oldest decision that a destination was not told; zero when there is
	// none. One that asked to be left alone for now is excused for an hour, not longer:
	// who always answers "too many" is as deaf as who answers nothing.
	// What may leave only later is not owed before.
	Owed time.Time
	To   string // that destination
}

// Health says how far the sender is. It is safe for concurrent use.
func (s *Sender) Health() Health {
	h := s.metrics.oldest()
	if asked := s.asked.Load(); asked != nil {
		h.Asked = *asked
	}
	return h
}

// excused is how long a debt to a destination that asked to wait is no trouble.
const excused = time.Hour

// oldest is the debt that has stood longest, of destinations that are not excused.
func (m *metrics) oldest() Health {
	m.mu.Lock()
	defer m.mu.Unlock()
	var h Health
	for debt, since := range m.decided {
		if m.now().Before(m.waiting[debt.destination]) && m.now().Sub(since) < excused {
			continue
		}
		if h.Owed.IsZero() || since.Before(h.Owed) {
			h.Owed, h.To = since, debt.destination
		}
	}
	return h
}

// leftAlone notes that a destination wants to be left alone until an instant.
func (m *metrics) leftAlone(destination string, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waiting[destination] = until
}
