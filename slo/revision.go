package slo

import "time"

// Revision is what an SLO promised for a while: from an instant until that of
// the next revision.
type Revision struct {
	Number    int // from 1
	From      time.Time
	Objective Objective
	Window    Window
	SLI       SLI
	Change    string // from the one before, for people; empty for the first
}

// At is the SLO as it was promised at an instant. Before the first revision it
// is the first; without a history it is the SLO itself.
func (s SLO) At(t time.Time) SLO {
	if len(s.History) == 0 {
		return s
	}
	then := s.History[0]
	for _, r := range s.History[1:] {
		if !r.From.After(t) {
			then = r
		}
	}
	s.Revision, s.Objective, s.Window, s.SLI = then.Number, then.Objective, then.Window, then.SLI
	return s
}
