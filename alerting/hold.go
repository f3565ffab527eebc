package alerting

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// mute asks, for each active alert of a function, what holds the messages about it
// back, and notes the answer with the alert.
func (s *slot) mute(g *gathering) {
	for n, a := range g.alerts {
		before := a.MutedBy
		a.MutedBy = nil
		if a.Active() && s.muter != nil {
			in := s.inputs[a.ID]
			var pierced []string
			a.MutedBy, pierced = s.muter.Mute(Mutable{
				SLO: s.slos[a.ID], Alert: a, Assessment: in.Assessment, Previous: s.alerts[a.ID], At: s.now,
			})
			g.pierce(a.ID, pierced)
		}
		g.alerts[n], s.next[a.ID] = a, a
		if !slices.EqualFunc(before, a.MutedBy, Muting.equal) {
			s.save(a)
		}
	}
}

func (g *gathering) pierce(id slo.ID, texts []string) {
	if len(texts) == 0 {
		return
	}
	if g.pierced == nil {
		g.pierced = make(map[slo.ID][]string)
	}
	g.pierced[id] = texts
}

// deployed notes, with an incident that opens, the last deploy before it.
func (s *slot) deployed(f folding, o outcome) outcome {
	i := &o.incident
	if s.muter == nil || !i.Open() || f.previous != nil && f.previous.Open() {
		return o
	}
	if i.Deploy = s.muter.LastDeploy(i.Service, i.Function, f.at); i.Deploy == nil {
		return o
	}
	e := Event{At: f.at, Kind: EventDeploy, Text: i.Deploy.before(f.at)}
	i.Timeline, o.events = append(i.Timeline, e), append(o.events, e)
	return o
}

// before says what was deployed how long before an instant.
func (d Deploy) before(at time.Time) string {
	text := cmp.Or(d.Version, d.ID) + " was deployed " + slo.FormatDuration(at.Sub(d.StartsAt).Round(time.Second)) + " before"
	if d.By != "" {
		text += ", by " + d.By
	}
	if d.Status != "" {
		text += ": " + d.Status
	}
	return text
}

// audible is the highest severity among the active alerts that nothing mutes. It
// decides who is told and how loudly.
func audible(alerts []Alert) (highest slo.Severity) {
	for _, a := range alerts {
		if a.Active() && len(a.MutedBy) == 0 {
			highest = max(highest, a.Severity)
		}
	}
	return highest
}

// audible is the severity at which an incident speaks; none while everything that
// burns is muted.
func (i Incident) audible() slo.Severity {
	if !slices.ContainsFunc(i.Alerts, Alert.muted) {
		return i.Severity
	}
	return i.cascaded(audible(i.Alerts))
}

// held reports whether nobody new is told: everything that burns is muted, or the
// incident of the cause tells of it.
func (i Incident) held() bool {
	return i.Open() && (i.Cause != "" || i.audible() == slo.SeverityNone)
}

func (a Alert) muted() bool { return a.Active() && len(a.MutedBy) > 0 }

// before is the alert as the open incident had it; the zero value when it had none.
func (f folding) before(id slo.ID) Alert {
	if f.previous == nil || !f.previous.Open() {
		return Alert{}
	}
	at := slices.IndexFunc(f.previous.Alerts, func(a Alert) bool { return a.ID == id })
	if at < 0 {
		return Alert{}
	}
	return f.previous.Alerts[at]
}

// heard reports whether a transition is of an alert that people may hear of.
func (f folding) heard(t Transition) bool {
	at := slices.IndexFunc(f.alerts, func(a Alert) bool { return a.ID == t.ID })
	return at < 0 || !f.alerts[at].muted() && (f.alerts[at].Active() || !f.before(t.ID).muted())
}

// unmuted are the alerts that were muted until this slot, as they were, and burn on.
func (f folding) unmuted() (out []Alert) {
	for _, a := range f.alerts {
		if before := f.before(a.ID); a.Active() && !a.muted() && before.muted() {
			out = append(out, before)
		}
	}
	return out
}

// holding are the events of what began or ceased to hold messages back.
func (f folding) holding() (events []Event) {
	for _, a := range f.alerts {
		before := f.before(a.ID).MutedBy
		for _, m := range a.MutedBy {
			same := func(b Muting) bool { return b.Kind == m.Kind && b.ID == m.ID }
			if !slices.ContainsFunc(before, same) {
				events = append(events, Event{At: f.at, Kind: EventMuted, Text: a.ID.Name + " is held back by " + m.String()})
			}
		}
	}
	for _, a := range f.unmuted() {
		events = append(events, Event{At: f.at, Kind: EventUnmuted, Text: a.ID.Name + " is no longer held back by " + f.ended(a)})
	}
	return events
}

// ended says what muted an alert until now, and what pierced it.
func (f folding) ended(a Alert) string {
	parts := make([]string, len(a.MutedBy))
	for n, m := range a.MutedBy {
		parts[n] = m.String()
	}
	return strings.Join(slices.Concat([]string{strings.Join(parts, " and ")}, f.pierced[a.ID]), "; ")
}

// piercing says why what could hold the alerts back that began now does not.
func (f folding) piercing() string {
	var texts []string
	for _, a := range f.alerts {
		if !f.before(a.ID).Active() && !a.muted() {
			texts = append(texts, f.pierced[a.ID]...)
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return "; " + strings.Join(texts, "; ")
}

// released is what people are told when something is no longer muted: as if it had
// only begun, with how long it has burned and what held it back.
func (f folding) released() *change {
	var parts []string
	for _, a := range f.unmuted() {
		span := slo.FormatDuration(f.at.Sub(a.FiringSince).Round(time.Second))
		parts = append(parts, a.ID.Name+" burns since "+clock(a.FiringSince)+" ("+span+") and was held back by "+f.ended(a))
	}
	return &change{kind: EventUnmuted, status: StatusFiring, reason: strings.Join(parts, "; ") + "; " + f.burning()}
}

func (m Muting) equal(b Muting) bool {
	return m.Kind == b.Kind && m.ID == b.ID && m.By == b.By && m.Reason == b.Reason && m.Until.Equal(b.Until)
}

// String names what mutes for people.
func (m Muting) String() string {
	text := cmp.Or(mutingNames[m.Kind], m.Kind) + " " + m.ID
	if m.By != "" {
		text += " of " + m.By
	}
	if !m.Until.IsZero() {
		text += " until " + m.Until.UTC().Format("Jan 2 15:04 UTC")
	}
	return withComment(text, m.Reason)
}

var mutingNames = map[string]string{MutingDeploy: "deploy window", MutingMaintenance: "maintenance window"}
