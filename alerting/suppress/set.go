package suppress

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// suspectFor is how long after a deploy it is the first thing to suspect.
const suspectFor = 24 * time.Hour

// Set is all that was announced, as it stands at one time: it says what mutes an
// alert. It does not change and is safe for concurrent use.
type Set struct {
	silences []Silence
	deploys  map[string][]Deploy // by service
	windows  []Maintenance
}

var _ alerting.Muter = (*Set)(nil)

// NewSet returns a set for questions about an instant and later ones: what was long
// over by then is left out.
func NewSet(at time.Time, silences []Silence, deploys []Deploy, windows []Maintenance) *Set {
	s := &Set{deploys: make(map[string][]Deploy)}
	stale := at.Add(-2 * suspectFor)
	for _, x := range silences {
		if x.Span().To.After(stale) {
			s.silences = append(s.silences, x)
		}
	}
	for _, d := range deploys {
		if !d.Withdrawn() && d.EndsAt.After(stale) {
			s.deploys[d.Service] = append(s.deploys[d.Service], d)
		}
	}
	for _, m := range windows {
		if m.Mute && !m.Withdrawn() && (m.EndsAt.IsZero() || m.EndsAt.After(stale)) {
			s.windows = append(s.windows, m)
		}
	}
	return s
}

// Mute lists what mutes an alert: silences, then maintenance, then deploys. What
// pierces one deploy window pierces all of them, for it is an outage.
func (s *Set) Mute(m alerting.Mutable) (mutedBy []alerting.Muting, pierced []string) {
	for _, x := range s.silences {
		if muting, ok := x.mute(m); ok {
			mutedBy = append(mutedBy, muting)
		}
	}
	for _, w := range s.windows {
		if muting, ok := w.mute(m); ok {
			mutedBy = append(mutedBy, muting)
		}
	}
	var held []alerting.Muting
	for _, d := range s.deploys[m.SLO.ID.Service] {
		if !d.holds(m) {
			continue
		}
		held = append(held, d.muting())
		if why := d.pierces(m); why != "" {
			pierced = append(pierced, d.Title()+" pierced: "+why)
		}
	}
	if len(pierced) > 0 {
		return mutedBy, pierced
	}
	return append(mutedBy, held...), nil
}

// LastDeploy is the last deploy of a function that began before an instant and less
// than a day before it; nil when none is known.
func (s *Set) LastDeploy(service, function string, before time.Time) *alerting.Deploy {
	var last *Deploy
	for _, d := range s.deploys[service] {
		if !d.Of(service, function) || !d.StartsAt.Before(before) || before.Sub(d.StartsAt) >= suspectFor {
			continue
		}
		if last == nil || d.StartsAt.After(last.StartsAt) || d.StartsAt.Equal(last.StartsAt) && d.ID > last.ID {
			last = &d
		}
	}
	if last == nil {
		return nil
	}
	return &alerting.Deploy{
		ID: last.ID, Service: last.Service, Functions: last.Functions, Version: last.Version, URL: last.URL, By: last.By,
		StartsAt: last.StartsAt, EndsAt: last.Span().To, Status: last.StatusAt(before),
	}
}
