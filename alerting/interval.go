package alerting

import (
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// silent reports whether the route keeps the destination from hearing something: all
// but an end, and what somebody did.
func (s standing) silent(c change) bool {
	answer := c.kind == EventAcked && s.known
	return s.route.Muted != "" && c.status == StatusFiring && !answer
}

// silence notes, once for each interval, that a destination hears nothing for now;
// it reports whether that is new.
func (s *slot) silence(i *Incident, to standing) bool {
	e := Event{At: s.now, Kind: EventMuted, Text: silentText(to.to, to.route.Muted)}
	if slices.ContainsFunc(i.Timeline, func(o Event) bool { return o.Kind == e.Kind && o.Text == e.Text }) {
		return false
	}
	s.record(i, e)
	return true
}

// outside begins the name of a mute that is the lack of an active interval.
const outside = "outside "

func silentText(d Destination, muted string) string {
	if !strings.HasPrefix(muted, outside) {
		muted = "during " + muted
	}
	return d.Receiver + " hears nothing " + muted
}

// catchUp is what a destination hears that could not be told before, or that a new
// route leads to.
func (s standing) catchUp(i Incident) change {
	c := change{kind: EventOpened, status: StatusFiring, reason: "open since " + clock(i.OpenedAt) + ": " + folding{alerts: i.Alerts}.burning()}
	for _, e := range slices.Backward(i.Timeline) {
		if muted, ok := strings.CutPrefix(e.Text, s.to.Receiver+" hears nothing "); ok && e.Kind == EventMuted {
			c.kind, c.reason = EventUnmuted, "not told "+muted+"; "+c.reason
			break
		}
	}
	return c
}

// asks reports whether an incident asks for somebody who is awake.
func (i Incident) asks() bool {
	return i.audible() == slo.SeverityPage && i.State != IncidentAcked
}
