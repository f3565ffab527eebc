package alerting

import (
	"fmt"
	"math"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// TrafficTier names the built-in condition of calls that stay away: from the moment
// nearly all of those are missing that the hour usually has.
const TrafficTier = "traffic_drop"

// trafficReturn is how long calls must be back before their loss is over.
const trafficReturn = slo.TrafficWindow

// isLoss reports whether a tier is a built-in condition about something that is gone:
// the windows say nothing about it.
func isLoss(tier string) bool { return tier == NoDataTier || tier == TrafficTier }

// latchTraffic brings the hold of lost traffic up to date, and returns why it ended.
func (d *decision) latchTraffic() (ended string) {
	hold, held := d.holds[TrafficTier]
	asks, traffic := d.in.SLO.TrafficDrop, d.in.Assessment.Traffic
	switch {
	case held && asks == slo.SeverityNone:
		delete(d.holds, TrafficTier)
		return "traffic_drop of the SLO is ignore now"
	case asks != slo.SeverityNone && traffic != nil && traffic.Lost():
		if !held {
			hold.Since = d.at
		}
		hold.Severity, hold.BelowSince = asks, time.Time{}
	case !held:
		return ""
	case traffic != nil && !traffic.Back():
		hold.BelowSince = time.Time{}
	case hold.BelowSince.IsZero():
		hold.BelowSince = d.at
	case d.at.Sub(hold.BelowSince) >= trafficReturn:
		delete(d.holds, TrafficTier)
		return trafficBack(traffic, d.in.Assessment.Scale)
	}
	if d.holds == nil {
		d.holds = make(map[string]Hold, 1)
	}
	d.holds[TrafficTier] = hold
	return ""
}

// lose fills in an alert that lost traffic leads.
func (d *decision) lose(next *Alert, prev Alert) {
	if !prev.Active() {
		next.FiringSince = d.at
	}
	hold := d.holds[TrafficTier]
	next.Tier, next.Severity = TrafficTier, d.capped(hold.Severity)
	next.Phase, next.BelowSince = PhaseRecovering, d.belowSince()
	if next.BelowSince.IsZero() {
		next.Phase = PhaseFiring
	}
	next.Reason = d.trafficReason(hold)
	if next.Severity < hold.Severity {
		next.Reason += neverPages(d.in.SLO)
	}
}

// trafficReason tells what is missing and where to look.
func (d *decision) trafficReason(h Hold) string {
	t, scale := d.in.Assessment.Traffic, d.in.Assessment.Scale
	switch {
	case t == nil:
		return "nothing is known any more of what to expect of this hour"
	case !h.BelowSince.IsZero():
		return trafficBack(t, scale)
	}
	return trafficNumbers(*t, scale) + "; do its callers still reach it: load balancer, names, queues, their last deploys?"
}

// trafficNumbers says what was measured.
func trafficNumbers(t slo.Traffic, scale slo.Scale) string {
	text := fmt.Sprintf("%s %s in %s, where this hour of the last %d weeks had at least %s", slo.FormatCount(int64(math.Round(t.Calls))),
		scale.Noun(), slo.FormatDuration(slo.TrafficWindow), t.Weeks, slo.FormatCount(int64(math.Round(t.Expected))))
	if t.Lost() {
		text += fmt.Sprintf(", under %g%% of that", slo.LossShare*100)
	}
	return text
}

func trafficBack(t *slo.Traffic, scale slo.Scale) string {
	if t == nil {
		return "nothing is known any more of what to expect of this hour"
	}
	return "the calls are back: " + trafficNumbers(*t, scale)
}

// accountTraffic explains the loss of traffic; false where the SLO ignores it, or its
// indicator counts no calls.
func accountTraffic(in Input, alert Alert) (TierAccount, bool) {
	hold, held := alert.Holds[TrafficTier]
	if (in.SLO.TrafficDrop == slo.SeverityNone || in.Assessment.Scale.Timed) && !held {
		return TierAccount{}, false
	}
	t := TierAccount{Tier: slo.Tier{Name: TrafficTier, Severity: in.SLO.TrafficDrop}, Conditions: trafficConditions(in.Assessment)}
	traffic := in.Assessment.Traffic
	switch {
	case !in.Assessment.State.Measured():
		t.Reason = "the data decides nothing: " + frozenReason(in.Assessment)
	case traffic == nil || !traffic.Foreseen():
		t.Met, t.Reason = new(false), fmt.Sprintf("fewer than %d of the last %d weeks are known, so nothing is expected", slo.MinWeeks, slo.TrafficWeeks)
	case !traffic.Lost():
		t.Met, t.Reason = new(false), trafficNumbers(*traffic, in.Assessment.Scale)
	default:
		t.Met, t.Severity = new(true), in.SLO.TrafficDrop
	}
	if held && alert.Active() {
		t.Hold, t.Held = &hold, heldTraffic(hold)
	}
	return t, true
}

func heldTraffic(h Hold) string {
	since := "fires since " + instant(h.Since)
	if h.BelowSince.IsZero() {
		return since + fmt.Sprintf("; it ends once %g%% of the usual calls have been back for %s", slo.ReturnShare*100, slo.FormatDuration(trafficReturn))
	}
	return since + ", back since " + instant(h.BelowSince) + "; it ends at " + instant(h.BelowSince.Add(trafficReturn)) + " if they stay"
}

// trafficConditions compare the calls of now with the usual ones.
func trafficConditions(a slo.Assessment) []Condition {
	calls := Condition{Name: a.Scale.Noun() + " in " + slo.FormatDuration(slo.TrafficWindow), Have: "unknown", Need: fmt.Sprintf("< %g%% of the usual", slo.LossShare*100)}
	usual := Condition{Name: "usual " + a.Scale.Noun() + " in it", Have: "unknown", Need: "≥ " + slo.FormatCount(slo.MinTraffic)}
	if t := a.Traffic; t != nil {
		calls.Have, usual.Have = slo.FormatCount(int64(math.Round(t.Calls))), slo.FormatCount(int64(math.Round(t.Expected)))
		if t.Foreseen() && a.State.Measured() {
			calls.Need = "< " + slo.FormatCount(int64(math.Ceil(slo.LossShare*t.Expected)))
			calls.Holds, usual.Holds = new(t.Calls < slo.LossShare*t.Expected), new(t.Enough())
		}
	}
	return []Condition{calls, usual}
}
