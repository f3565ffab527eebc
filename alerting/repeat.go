package alerting

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// After what time it is said again that an incident goes on, where the route does
// not say.
const (
	defaultRepeatPage   = 4 * time.Hour
	defaultRepeatTicket = 24 * time.Hour
)

// repeat is what a destination hears again because nobody has taken the incident and
// the last message is as old as the route allows; nil while it is not, and where no
// route leads any more.
func (s standing) repeat(i Incident, now time.Time) *change {
	age := now.Sub(s.delivery.DecidedAt)
	if !s.routed || i.State == IncidentAcked || !i.Flapping.IsZero() || !i.fires() || age < s.repeatInterval(i) {
		return nil
	}
	return &change{
		kind: EventStillBurning, status: StatusFiring, loud: i.audible() == slo.SeverityPage,
		reason: i.still(now),
	}
}

func (s standing) repeatInterval(i Incident) time.Duration {
	switch {
	case s.route.RepeatInterval > 0:
		return s.route.RepeatInterval
	case i.audible() == slo.SeverityPage:
		return defaultRepeatPage
	}
	return defaultRepeatTicket
}

// fires reports whether something that nothing mutes burns, and does not recover.
func (i Incident) fires() bool {
	return slices.ContainsFunc(i.Alerts, func(a Alert) bool { return a.Phase == PhaseFiring && !a.muted() })
}

// still says how long an incident goes on.
func (i Incident) still(now time.Time) string {
	return "open for " + slo.FormatDuration(now.Sub(i.OpenedAt).Truncate(time.Minute)) + " and nobody has acknowledged it: " + folding{alerts: i.Alerts}.burning()
}

// repeated counts what is said again as a message of its own, and notes it.
func (s *slot) repeated(i *Incident, say []saying) {
	at := slices.IndexFunc(say, func(what saying) bool { return what.kind == EventStillBurning })
	if at >= 0 {
		i.Sequence++
		s.record(i, Event{At: s.now, Kind: EventStillBurning, Text: say[at].reason})
	}
}
