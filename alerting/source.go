package alerting

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Source is how a backend is doing that data comes from.
type Source struct {
	Name      string
	Answered  bool      // it has answered, or failed to, since the process began
	DownSince time.Time // zero while it answers
	Reason    string    // why it does not
	SLOs      int       // that stand on it
}

// SourceDownTier names the condition of a backend that does not answer.
const SourceDownTier = "source_down"

// A backend that does not answer hides what happens to all its functions, so it is a
// ticket soon and a page before long; and it must have answered for a while before it
// is up again.
const (
	sourceTicketAfter = 5 * time.Minute
	sourcePageAfter   = 15 * time.Minute
	sourceRecovery    = 2 * time.Minute
)

// sourceService is the service that backends belong to.
const sourceService = "slofuse"

// sourceID names the alert of a backend; no SLO has that name.
func sourceID(name string) slo.ID {
	return slo.ID{Service: sourceService, Function: "backend/" + name, Name: SourceDownTier}
}

// IsSource reports whether an alert is about a backend: there is no SLO of that name.
func IsSource(id slo.ID) bool {
	name, found := strings.CutPrefix(id.Function, "backend/")
	return found && id == sourceID(name)
}

// slo is what stands for the promise of a backend, so that routes and silences find it.
func (s Source) slo() slo.SLO {
	return slo.SLO{
		ID: sourceID(s.Name), Description: "Answers what slofuse asks about " + plural(s.SLOs, "SLO", "SLOs") + ".",
		Labels: map[string]string{"backend": s.Name},
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return slo.FormatCount(int64(n)) + " " + many
}

// decideSource brings the alert of a backend up to date. It is pure, like [Decide].
func decideSource(s Source, prev Alert, at time.Time) (Alert, []Transition) {
	if prev.Phase == "" {
		prev = Alert{ID: sourceID(s.Name), Phase: PhaseOK, Since: at}
	}
	if prev = prev.rewound(at); !s.Answered || at.Before(prev.DecidedAt) {
		return prev, nil
	}
	next := prev
	next.DecidedAt = at
	hold, held := prev.Holds[SourceDownTier]
	switch severity := s.severity(hold, held, at); {
	case severity > slo.SeverityNone:
		if !held {
			hold.Since, next.FiringSince = at, at
		}
		hold.Severity, hold.BelowSince = max(hold.Severity, severity), time.Time{}
		next.Phase, next.Reason = PhaseFiring, s.reason(at)
	case !held:
		return next, nil
	case s.DownSince.IsZero() && hold.BelowSince.IsZero():
		hold.BelowSince = at
		next.Phase, next.Reason = PhaseRecovering, "backend "+s.Name+" answers again since "+clock(at)
	case s.DownSince.IsZero() && at.Sub(hold.BelowSince) >= sourceRecovery:
		return End(next, at, "backend "+s.Name+" answers again since "+clock(hold.BelowSince))
	}
	next.Tier, next.Severity, next.BelowSince = SourceDownTier, hold.Severity, hold.BelowSince
	next.Holds = map[string]Hold{SourceDownTier: hold}
	if next.Phase != prev.Phase {
		next.Since = at
	}
	return next, transitions(prev, next, at)
}

// severity is what a backend asks for now. One that was down before is so at once when
// it stops to answer again, and its time counts from the first.
func (s Source) severity(h Hold, held bool, at time.Time) slo.Severity {
	if s.DownSince.IsZero() {
		return slo.SeverityNone
	}
	lasting := at.Sub(s.DownSince)
	if held {
		lasting = max(lasting, at.Sub(h.Since)+sourceTicketAfter)
	}
	switch {
	case lasting >= sourcePageAfter:
		return slo.SeverityPage
	case lasting >= sourceTicketAfter:
		return slo.SeverityTicket
	}
	return slo.SeverityNone
}

func (s Source) reason(at time.Time) string {
	return fmt.Sprintf("backend %s does not answer since %s (%s): %s. What stands on it (%s) is frozen: nothing alerts and nothing resolves until it answers; does it run, and do its address and credentials in the configuration still hold?",
		s.Name, clock(s.DownSince), slo.FormatDuration(at.Sub(s.DownSince).Truncate(time.Second)), s.Reason, plural(s.SLOs, "SLO", "SLOs"))
}

// withSources adds what stands for the backends.
func withSources(slos []slo.SLO, sources []Source) []slo.SLO {
	out := slices.Clone(slos)
	for _, s := range sources {
		out = append(out, s.slo())
	}
	return out
}

// decideSources decides the alerts of the backends.
func (s *slot) decideSources(sources []Source) {
	for _, source := range sources {
		o := source.slo()
		prev := s.alerts[o.ID]
		next, transitions := decideSource(source, prev, s.now)
		a := slo.Assessment{ID: o.ID, AsOf: s.now, State: slo.StateOK}
		if !source.DownSince.IsZero() {
			a.State, a.Reason = slo.StateSourceDown, source.Reason
		}
		s.inputs[o.ID] = Input{SLO: o, Previous: prev, Assessment: a}
		s.keep(prev, next, s.now, transitions)
	}
}

// sourceFact is what a person needs to know about a backend.
func sourceFact(s slo.SLO, alert Alert) Fact {
	f := Fact{ID: alert.ID, Description: s.Description, Labels: maps.Clone(s.Labels)}
	f.follow(alert)
	return f
}

// platform is the way to whoever looks after the backends, for an incident of one.
func (s *slot) platform(i Incident) []Route {
	to := s.engine.settings.Platform
	if i.Service != sourceService || len(to) == 0 || !slices.ContainsFunc(i.Alerts, func(a Alert) bool { return IsSource(a.ID) }) {
		return nil
	}
	return []Route{{Destinations: to}}
}
