package alerting

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// maxRecovery bounds how long a short window must stay below a rate: the six
// hours of a slow tier would keep people waiting for news they have.
const maxRecovery = 30 * time.Minute

// Input is all that a decision about one alert stands on. The instant is the
// end of the slot the assessment counts, so that a decision over history is the
// decision that would have been made then.
type Input struct {
	SLO        slo.SLO
	Previous   Alert // the zero value is an alert never decided before
	Assessment slo.Assessment
	Acked      bool // somebody acknowledged the incident of the function
}

// Decide brings an alert up to date with an assessment, and says what changed
// and why. It is pure: the same input decides the same, and deciding the same
// assessment again changes nothing.
//
// A tier fires when both its windows are at or over the rate, at least half of
// each is known, and the guard holds. It recovers when its short window has been
// below the rate, with traffic, for as long as the short window is, or when the
// long window has drained. Data that is not measured freezes the alert: no tier
// begins, none ends, and the clocks of recovery stand still. Data that is gone for too
// long is a condition of its own, and over as soon as it is back.
func Decide(in Input) (Alert, []Transition) {
	prev, at := in.Previous, in.Assessment.AsOf
	if prev.Phase == "" {
		prev = Alert{ID: in.SLO.ID, Phase: PhaseOK, Since: at}
	}
	if prev = prev.rewound(at); at.Before(prev.DecidedAt) {
		return prev, nil // a slot of the past, settled by now
	}
	in.Previous = prev
	if !in.Assessment.State.Measured() {
		return freeze(in, prev)
	}
	d := decision{in: in, at: at, readings: readTiers(in), holds: thaw(prev, at)}
	next := d.conclude(prev, d.latch())
	next.Spent = d.mark(prev, next)
	next.DecidedAt, next.Frozen, next.FrozenSince = at, "", time.Time{}
	return next, d.beside(prev, next)
}

// beside are the transitions of an alert, of which one says that traffic is lost while
// something else leads.
func (d *decision) beside(prev, next Alert) []Transition {
	changes := transitions(prev, next, d.at)
	_, was := prev.Holds[TrafficTier]
	if hold, is := next.Holds[TrafficTier]; is && !was && len(changes) == 0 {
		return []Transition{joined(prev, next, TrafficTier, d.trafficReason(hold), d.at)}
	}
	return changes
}

// joined is the transition of an alert that holds by one more condition and stays as it
// is.
func joined(prev, next Alert, tier, reason string, at time.Time) Transition {
	return Transition{
		ID: next.ID, At: at, From: prev.Phase, To: next.Phase,
		FromSeverity: prev.Severity, ToSeverity: next.Severity, Tier: tier, Reason: reason,
	}
}

// ReasonRemoved is why an alert ends whose SLO is gone.
const ReasonRemoved = "SLO removed"

// reasonGone is why the alert of a found SLO ends.
const reasonGone = "no longer found by "

// End closes an alert whose SLO is gone, whatever its data says.
func End(prev Alert, at time.Time, reason string) (Alert, []Transition) {
	next := Alert{ID: prev.ID, Phase: PhaseOK, Since: at, Reason: reason, DecidedAt: prev.DecidedAt}
	return next, transitions(prev, next, at)
}

// decision is one run of [Decide].
type decision struct {
	in       Input
	at       time.Time
	readings []reading // in the order of the policy
	holds    map[string]Hold
}

// thaw returns the holds of an alert with the time that it was frozen taken out
// of their recovery: nobody has seen them below the rate during it.
func thaw(prev Alert, at time.Time) map[string]Hold {
	holds := maps.Clone(prev.Holds)
	if prev.Frozen == "" {
		return holds
	}
	since := prev.FrozenSince
	if since.IsZero() { // as versions before this one wrote it
		since = prev.DecidedAt
	}
	unseen := at.Sub(since)
	for name, h := range holds {
		if !h.BelowSince.IsZero() {
			h.BelowSince = h.BelowSince.Add(unseen)
			holds[name] = h
		}
	}
	return holds
}

// latch brings the holds up to date and returns why the last one ended.
func (d *decision) latch() (ended string) {
	if _, held := d.holds[NoDataTier]; held {
		delete(d.holds, NoDataTier)
		ended = "the data is back"
	}
	ended = cmp.Or(d.latchTraffic(), ended)
	known := make(map[string]bool, len(d.readings))
	for _, r := range d.readings {
		known[r.tier.Name] = true
		hold, held := d.holds[r.tier.Name]
		r.severity = d.promote(r, hold, held)
		hold, held, reason := r.advance(hold, held, d.at)
		if held {
			if d.holds == nil {
				d.holds = make(map[string]Hold)
			}
			d.holds[r.tier.Name] = hold
		} else if reason != "" {
			delete(d.holds, r.tier.Name)
			ended = reason
		}
	}
	for name := range d.holds {
		if !known[name] && !isLoss(name) {
			delete(d.holds, name)
			ended = cmp.Or(ended, "the policy has no tier "+name+" any more")
		}
	}
	return ended
}

// promote makes a page of a ticket that held for long enough without anybody
// acknowledging it. A slot decided before is not judged again by an
// acknowledgement that changed since.
func (d *decision) promote(r reading, hold Hold, held bool) slo.Severity {
	after := r.tier.PageAfter
	if r.severity != slo.SeverityTicket || after == 0 || !held || d.in.Acked || !d.at.After(d.in.Previous.DecidedAt) {
		return r.severity
	}
	if d.at.Sub(hold.Since) < after || r.pageGuard(d.in.SLO.Guard) != "" {
		return r.severity
	}
	return slo.SeverityPage
}

// conclude sums the holds up.
func (d *decision) conclude(prev Alert, ended string) Alert {
	next := prev
	next.Holds = d.holds
	lead, burns := d.lead()
	loss, lost := d.holds[TrafficTier]
	switch {
	case burns && d.holds[lead.tier.Name].Severity >= loss.Severity:
		d.burn(&next, prev, lead)
	case lost:
		d.lose(&next, prev)
	case d.pending() != "":
		next.Phase, next.Reason = PhasePending, d.pending()
	default:
		next.Phase, next.Reason = PhaseOK, quietReason(prev, ended)
	}
	if !next.Active() {
		next.Severity, next.Tier, next.Holds = slo.SeverityNone, "", nil
		next.FiringSince, next.BelowSince, next.AnewAt = time.Time{}, time.Time{}, time.Time{}
	}
	if next.Phase != prev.Phase {
		next.Since = d.at
	}
	return next
}

// burn fills in an alert that at least one tier holds.
func (d *decision) burn(next *Alert, prev Alert, lead reading) {
	if !prev.Active() {
		next.FiringSince = d.at
	}
	hold := d.holds[lead.tier.Name]
	next.Tier, next.Severity = lead.tier.Name, d.capped(hold.Severity)
	if d.anew(prev, next.Severity) {
		next.AnewAt = d.at
	}
	next.Phase, next.BelowSince = PhaseRecovering, d.belowSince()
	if next.BelowSince.IsZero() {
		next.Phase = PhaseFiring
	}
	next.Reason = lead.reason(d.in.SLO, hold, next.Severity)
}

// lead is the reading that sets severity and reason: the highest severity, then
// one that still burns, then the first of the policy.
func (d *decision) lead() (lead reading, found bool) {
	held := slices.DeleteFunc(slices.Clone(d.readings), func(r reading) bool {
		_, ok := d.holds[r.tier.Name]
		return !ok
	})
	if len(held) == 0 {
		return reading{}, false
	}
	slices.SortStableFunc(held, func(a, b reading) int {
		x, y := d.holds[a.tier.Name], d.holds[b.tier.Name]
		if c := cmp.Compare(y.Severity, x.Severity); c != 0 {
			return c
		}
		return cmp.Compare(boolRank(x.BelowSince.IsZero()), boolRank(y.BelowSince.IsZero()))
	})
	return held[0], true
}

func boolRank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// belowSince is when the last of the holds went below its rate, zero while one
// has not.
func (d *decision) belowSince() (last time.Time) {
	for _, h := range d.holds {
		if h.BelowSince.IsZero() {
			return time.Time{}
		}
		if h.BelowSince.After(last) {
			last = h.BelowSince
		}
	}
	return last
}

// pending is why a tier whose rate is over does not fire; empty when none is.
func (d *decision) pending() string {
	for _, r := range d.readings {
		if r.over && r.severity == slo.SeverityNone {
			return r.numbers() + "; " + r.withheld
		}
	}
	return ""
}

// capped applies the highest severity the SLO may alert with; none set is no
// cap.
func (d *decision) capped(s slo.Severity) slo.Severity {
	if highest := d.in.SLO.MaxSeverity; highest != slo.SeverityNone {
		return min(s, highest)
	}
	return s
}

// transitions compares two states of an alert.
func transitions(prev, next Alert, at time.Time) []Transition {
	if prev.Phase == next.Phase && prev.Severity == next.Severity {
		return nil
	}
	return []Transition{{
		ID: next.ID, At: at, From: prev.Phase, To: next.Phase,
		FromSeverity: prev.Severity, ToSeverity: next.Severity,
		Tier: cmp.Or(next.Tier, prev.Tier), Reason: next.Reason,
	}}
}
