package alerting

import (
	"maps"
	"time"
)

// setBackAfter is how far before the last decision a slot is one of a clock that was
// set back. One less far is of the past, and settled; a slot is never decided so late.
const setBackAfter = time.Hour

// rewound is an alert as of a slot. One decided hours ahead of it was decided by a
// wrong clock: it goes on from the slot, since nobody may wait for these hours until
// something is decided again.
func (a Alert) rewound(at time.Time) Alert {
	if a.DecidedAt.Sub(at) <= setBackAfter {
		return a
	}
	a.Since, a.FiringSince, a.BelowSince = earlier(a.Since, at), earlier(a.FiringSince, at), earlier(a.BelowSince, at)
	a.DecidedAt, a.FrozenSince = at, earlier(a.FrozenSince, at)
	a.Holds = maps.Clone(a.Holds)
	for name, h := range a.Holds {
		h.Since, h.BelowSince = earlier(h.Since, at), earlier(h.BelowSince, at)
		a.Holds[name] = h
	}
	return a
}

// earlier is the first of two instants.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
