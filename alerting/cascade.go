package alerting

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// So many functions, each of which depends on the one before, that burn at the level
// of a ticket for so long are a cascade: no ticket says by itself that something
// spreads.
const (
	cascadeLength = 3
	cascadeAfter  = 10 * time.Minute
)

// chain is the longest chain of tickets that some functions may hang on, with what of
// it they are themselves. They all depend on each other; mostly it is just one.
func (c *calls) chain(members []slo.ID) (chain []*turn) {
	for _, id := range members {
		for _, to := range c.deps[id] {
			if longer := c.chains[to]; c.passes(to) && len(longer) > len(chain) {
				chain = longer
			}
		}
	}
	for _, id := range slices.SortedFunc(slices.Values(members), slo.ID.Compare) {
		if t, ok := c.r.byFunction[id]; ok && len(chain) < cascadeLength && c.r.smoulders(t) {
			chain = append(slices.Clip(chain), t)
			if len(chain) == cascadeLength {
				c.r.cascades = append(c.r.cascades, chain)
			}
		}
	}
	return chain
}

// smoulders reports whether an incident has been a ticket for long enough, because of
// a burn rate: a budget that is spent, or data that is gone, spreads nowhere.
func (r *relating) smoulders(t *turn) bool {
	return audible(t.o.incident.Alerts) == slo.SeverityTicket && slices.ContainsFunc(t.o.incident.Alerts, func(a Alert) bool {
		if a.Phase != PhaseFiring || a.Frozen != "" || a.muted() {
			return false
		}
		return slices.ContainsFunc(r.slot.slos[a.ID].Tiers, func(tier slo.Tier) bool {
			hold, held := a.Holds[tier.Name]
			return held && hold.BelowSince.IsZero() && t.f.at.Sub(hold.Since) >= cascadeAfter
		})
	})
}

// raise makes a page of the deepest dependency of each cascade, or of its cause, for
// as long as that incident is open.
func (r *relating) raise() {
	for _, chain := range r.cascades {
		root := chain[0]
		if cause, ok := r.byID[root.o.incident.Cause]; ok {
			root = cause
		}
		if i := &root.o.incident; i.Severity == slo.SeverityTicket && root.audible() > slo.SeverityNone && r.mayPage(root) {
			i.Cascade = sentence(functionsOf(chain), "burns", "burn") + " for " + slo.FormatDuration(cascadeAfter) + " or longer, and each depends on the one before: a cascade"
			i.Severity = slo.SeverityPage
			i.call(r.slot.now)
			reason := "severity rose from ticket to page: " + i.Cascade
			root.note(EventSeverity, reason)
			root.say(change{kind: EventSeverity, status: StatusFiring, loud: true, reason: reason})
		}
	}
}

// mayPage reports whether an SLO that burns allows its function a page.
func (r *relating) mayPage(t *turn) bool {
	return slices.ContainsFunc(t.o.incident.Alerts, func(a Alert) bool {
		highest := r.slot.slos[a.ID].MaxSeverity
		return a.Active() && !a.muted() && (highest == slo.SeverityNone || highest == slo.SeverityPage)
	})
}

// cascaded is the severity of an incident whose alerts have this one.
func (i Incident) cascaded(severity slo.Severity) slo.Severity {
	if i.Cascade == "" || severity == slo.SeverityNone {
		return severity
	}
	return slo.SeverityPage
}

func (f folding) cascaded(severity slo.Severity) slo.Severity {
	if f.previous == nil || !f.previous.Open() {
		return severity
	}
	return f.previous.cascaded(severity)
}

// audible is the severity of what burns in the function and is not muted.
func (f folding) audible() slo.Severity { return f.cascaded(audible(f.alerts)) }
