package alerting

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// news is what there is to tell, judged by what people may hear; nil when there is
// nothing.
func (f folding) news() *change {
	before, now := f.previous.audible(), f.audible()
	switch kind := f.newKind(); {
	case now == slo.SeverityNone:
		return nil
	case len(f.unmuted()) > 0:
		c := f.released()
		c.loud = now > before && now == slo.SeverityPage
		return c
	case before == slo.SeverityNone: // nobody was told of what else burns
		return &change{kind: EventAlert, status: StatusFiring, loud: now == slo.SeverityPage, reason: f.burning() + f.piercing()}
	case now > before:
		return &change{kind: EventSeverity, status: StatusFiring, loud: true, reason: f.moved(before, now) + f.piercing()}
	case kind != "":
		return &change{kind: EventKind, status: StatusFiring, loud: true, reason: kind}
	case now < before:
		return &change{kind: EventSeverity, status: StatusFiring, reason: f.moved(before, now)}
	case slices.ContainsFunc(f.transitions, func(t Transition) bool { return matters(t) && f.heard(t) }):
		return &change{kind: EventAlert, status: StatusFiring, reason: f.reasons() + f.piercing()}
	}
	return nil
}

func (f folding) moved(before, now slo.Severity) string {
	verb := "rose"
	if now < before {
		verb = "fell"
	}
	return fmt.Sprintf("severity %s from %s to %s: %s", verb, before, now, f.burning())
}

// answer takes an acknowledgement back when what people hear became worse than what
// was acknowledged; one that holds makes what they are told quiet.
func (f folding) answer(o *outcome) {
	before, now := f.previous.audible(), f.audible()
	covered := min(cmp.Or(f.previous.AckSeverity, f.previous.Severity), f.previous.Severity)
	switch acked := o.incident.State == IncidentAcked; {
	case now > before && (!acked || now > covered), o.tell != nil && o.tell.kind == EventKind:
		o.incident.call(f.at)
	case acked:
		o.incident.AckSeverity = min(covered, o.incident.Severity)
		if o.tell != nil {
			o.tell.loud = false
		}
	}
}
