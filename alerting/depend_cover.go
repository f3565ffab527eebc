package alerting

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// ownersWait is how long a cause may stay unacknowledged until the owners of what
// burns because of it are woken as well.
const ownersWait = 10 * time.Minute

// leave lets an incident stand for itself again, and tells of it as of a new one.
func (r *relating) leave(t *turn, cause string) {
	i := t.o.incident
	why := "became worse than " + r.name(cause) + ", which it was put down to: "
	switch c, open := r.byID[cause]; {
	case open && c.audible() == slo.SeverityNone:
		why = "burns, and what it was put down to, " + r.name(cause) + ", is muted: "
	case i.Vanished != "" && !t.gone():
		why = "its data is no longer all that is wrong, as it was together with " + r.name(cause) + ": "
	case !i.CauseOver.IsZero():
		why = "goes on " + slo.FormatDuration(r.at.Sub(i.CauseOver).Round(time.Second)) + " after " + r.name(cause) + " ceased to explain it: "
	}
	reason := why + t.f.burning()
	t.note(EventCause, reason)
	if t.audible() == slo.SeverityNone {
		t.hush()
		return
	}
	if i.State != IncidentAcked { // until now nobody was asked to
		t.o.incident.call(r.slot.now)
	}
	t.say(change{
		kind: EventCause, status: StatusFiring, reason: reason,
		loud: t.audible() == slo.SeverityPage && i.State != IncidentAcked,
	})
}

// cover brings the list of what an incident affects up to date, and tells its own
// destinations and those of the others' owners.
func (r *relating) cover(t *turn) {
	i := &t.o.incident
	if r.byID[i.ID] != t || len(r.causes[i.ID]) == 0 && len(i.Affected) == 0 {
		return
	}
	if i.Cause != "" { // it took everything along
		i.Affected, t.o.changed = nil, true
		return
	}
	before := i.Affected
	joined, gone := r.affect(t)
	if len(gone) > 0 {
		t.note(EventAffected, sentence(gone, "no longer burns because of it", "no longer burn because of it"))
	}
	if len(joined) > 0 {
		text := joining(joined)
		t.note(EventAffected, text)
		t.add(change{kind: EventAffected, status: StatusFiring, reason: text})
	}
	r.wake(t)
	if len(joined) > 0 {
		r.inform(t, joined)
	}
	if !slices.EqualFunc(before, i.Affected, Affected.equal) {
		t.o.changed = true
	}
}

// joining says what folded: what depends on it, and what vanished with it.
func joining(turns []*turn) string {
	var depending, vanished []*turn
	for _, t := range turns {
		if t.o.incident.Vanished != "" {
			vanished = append(vanished, t)
		} else {
			depending = append(depending, t)
		}
	}
	var texts []string
	if len(depending) > 0 {
		texts = append(texts, sentence(functionsOf(depending), "depends on it and burns with it", "depend on it and burn with it"))
	}
	if len(vanished) > 0 {
		texts = append(texts, "the data of "+sentence(functionsOf(vanished), "vanished with it", "vanished with it")+" ("+vanished[0].o.incident.Vanished+")")
	}
	return strings.Join(texts, "; ")
}

// causing says what an incident causes in functions, to their owners.
func (t *turn) causing(turns []*turn) string {
	if slices.ContainsFunc(turns, func(g *turn) bool { return g.o.incident.Vanished == "" }) {
		return sentence(functionsOf(turns), "burns", "burn") + " because of " + t.name()
	}
	return "the data of " + sentence(functionsOf(turns), "vanished", "vanished") + " together with that of " + t.name()
}

// add tells one thing more.
func (t *turn) add(c change) {
	switch {
	case t.audible() == slo.SeverityNone:
	case t.o.tell == nil:
		t.say(c)
	default:
		told := *t.o.tell
		told.reason += "; " + c.reason
		t.say(told)
	}
}

// affect lists what folded into an incident, worst first, and who joined and left.
func (r *relating) affect(t *turn) (joined []*turn, gone []string) {
	i := &t.o.incident
	known := make(map[string]Affected, len(i.Affected))
	for _, a := range i.Affected {
		known[a.Incident] = a
	}
	list := make([]Affected, 0, len(r.causes[i.ID]))
	for _, g := range r.causes[i.ID] {
		a, ok := known[g.o.incident.ID]
		if delete(known, g.o.incident.ID); !ok {
			joined = append(joined, g)
			a.Incident, a.Since = g.o.incident.ID, g.began()
		}
		a.Service, a.Function, a.Severity = g.o.incident.Service, g.o.incident.Function, g.o.incident.Severity
		a.Owner = r.slot.describe(g.o.incident).Owner
		a.wait(i.State == IncidentAcked, r.at)
		list = append(list, a)
	}
	for _, a := range i.Affected {
		if _, left := known[a.Incident]; left {
			gone = append(gone, a.Service+"/"+a.Function)
		}
	}
	slices.SortFunc(list, func(a, b Affected) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Function, b.Function))
	})
	slices.SortFunc(joined, func(a, b *turn) int { return a.function().Compare(b.function()) })
	i.Affected = list
	return joined, gone
}

// wait keeps the time for which nobody has acknowledged.
func (a *Affected) wait(acked bool, at time.Time) {
	switch {
	case acked:
		a.Unacked = time.Time{}
	case a.Unacked.IsZero():
		a.Unacked = at
	}
}

func (a Affected) equal(b Affected) bool {
	return a.Incident == b.Incident && a.Service == b.Service && a.Function == b.Function && a.Owner == b.Owner &&
		a.Severity == b.Severity && a.Paged == b.Paged && a.Since.Equal(b.Since) && a.Unacked.Equal(b.Unacked)
}

// inform owes one quiet notice to each destination that is told of an affected
// function and not of its cause.
func (r *relating) inform(t *turn, joined []*turn) {
	known := r.hears(t, true)
	var m mailing
	for _, g := range joined {
		if len(g.o.incident.Deliveries) > 0 {
			continue // told before, and told that it folded
		}
		for _, d := range r.routed(g, slo.SeverityTicket) {
			if !slices.Contains(known, d) {
				m.add(d, g)
			}
		}
	}
	told := "told"
	if t.audible() == slo.SeverityPage {
		told = "paged"
	}
	for _, d := range m.to {
		t.informs(d, false, change{
			kind: EventAffected, status: StatusFiring,
			reason: t.causing(m.about[d]) + ", whose owner is " + told,
		})
	}
}

// wake pages the owners of affected functions when nobody acknowledged their cause
// for [ownersWait].
func (r *relating) wake(t *turn) {
	due := r.due(t)
	if len(due) == 0 {
		return
	}
	known := r.hears(t, false)
	var m mailing
	for _, g := range due {
		for _, d := range r.routed(g, slo.SeverityPage) {
			if !slices.Contains(known, d) {
				m.add(d, g)
			}
		}
	}
	if len(m.to) == 0 {
		return // the same people, who know
	}
	text := "nobody acknowledged it for " + slo.FormatDuration(ownersWait)
	t.note(EventEscalated, text+": the owners of what it affects are paged: "+sentence(functionsOf(due), "burns", "burn"))
	t.add(change{kind: EventAffected, status: StatusFiring, reason: text + ": the owners of what it affects are paged"})
	for _, d := range m.to {
		t.informs(d, true, change{
			kind: EventEscalated, status: StatusFiring, loud: true,
			reason: text + ", and " + t.causing(m.about[d]),
		})
	}
}

// informs tells a destination of an affected function in words of its own.
func (t *turn) informs(d Destination, woken bool, c change) {
	i := &t.o.incident
	i.Informed = slices.DeleteFunc(slices.Clone(i.Informed), func(known Informed) bool { return known.Destination == d })
	i.Informed = append(i.Informed, Informed{d, woken})
	if t.o.apart == nil {
		t.o.apart = map[Destination]change{}
	}
	t.o.apart[d] = c
}

// due are the affected functions whose owners have waited long enough, and notes that
// they have.
func (r *relating) due(t *turn) (out []*turn) {
	i := &t.o.incident
	if t.audible() == slo.SeverityNone {
		return nil
	}
	for n, a := range i.Affected {
		g := r.byID[a.Incident]
		waits := !a.Paged && !a.Unacked.IsZero() && g.o.incident.State != IncidentAcked && g.audible() == slo.SeverityPage
		if !waits || r.at.Sub(a.Unacked) < ownersWait {
			continue
		}
		i.Affected[n].Paged = true
		out = append(out, g)
	}
	return out
}
