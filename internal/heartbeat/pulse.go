package heartbeat

import (
	"fmt"
	"time"
)

// Pulse is how the process does.
type Pulse struct {
	Committed time.Time // when the decisions of a round were last on disk; zero: never
	Failed    error     // why those of the last round are not
	Asked     time.Time // when the sender last read what is owed; zero: never
	// Owed is the oldest decision that a destination was not told, apart from
	// those it asked to wait with; zero when there is none.
	Owed time.Time
	To   string // that destination
}

// Limits are how old each may be.
type Limits struct {
	Committed, Asked, Owed time.Duration
}

// LimitsFor are those of a process that does a round every step: it may miss
// one, and no destination may be owed for more than five minutes.
func LimitsFor(step time.Duration) Limits {
	return Limits{Committed: 2 * step, Asked: time.Minute, Owed: 5 * time.Minute}
}

// Withheld says why there is no beat now; empty when there is.
func (l Limits) Withheld(p Pulse, now time.Time) string {
	switch {
	case p.Failed != nil:
		return "the last round could not be saved"
	case p.Committed.IsZero():
		return "the first round is not over"
	case now.Sub(p.Committed) > l.Committed:
		return fmt.Sprintf("the last round was saved more than %s ago", l.Committed)
	case p.Asked.IsZero():
		return "the sender has not begun"
	case now.Sub(p.Asked) > l.Asked:
		return fmt.Sprintf("the sender has not looked for more than %s", l.Asked)
	case !p.Owed.IsZero() && now.Sub(p.Owed) > l.Owed:
		return fmt.Sprintf("%s has been owed a notification for more than %s", p.To, l.Owed)
	}
	return ""
}
