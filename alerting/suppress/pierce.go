package suppress

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// A page pierces a deploy window when its fastest tier has held for PierceAfter, or
// when PierceSpent of the error budget has gone since the deploy began; what has pierced
// once is not held back again while it burns.
const (
	PierceAfter = 5 * time.Minute
	PierceSpent = 0.02
)

// pierces says why the deploy does not hold an alert back; empty when it does.
func (d Deploy) pierces(m alerting.Mutable) string {
	if m.SLO.Class != slo.ClassNone {
		return "an SLO of class " + string(m.SLO.Class) + " is never held back"
	}
	if m.Alert.Severity != slo.SeverityPage {
		return ""
	}
	if d.piercedBefore(m.Previous) {
		return "it did so before"
	}
	if tier, held := fastest(m); held >= PierceAfter {
		return tier + " tier has held for " + slo.FormatDuration(held.Truncate(time.Second))
	}
	if spent, known := spentSince(m.Assessment, d.StartsAt); known && spent >= PierceSpent {
		return slo.FormatAgainst(spent*100, PierceSpent*100) + "% of the error budget has gone since it began"
	}
	return ""
}

// piercedBefore reports whether the page was told of through the window already: what
// people know of is not taken back when the numbers fall a little.
func (d Deploy) piercedBefore(p alerting.Alert) bool {
	known := d.StartsAt
	if d.MadeAt.After(known) {
		known = d.MadeAt
	}
	return p.Active() && p.Severity == slo.SeverityPage && !p.DecidedAt.Before(known) &&
		!slices.ContainsFunc(p.MutedBy, func(by alerting.Muting) bool { return by.Kind == alerting.MutingDeploy && by.ID == d.ID })
}

// fastest is the paging tier of the highest rate, and for how long it has paged.
func fastest(m alerting.Mutable) (name string, held time.Duration) {
	var top slo.Tier
	for _, t := range m.SLO.Tiers {
		if t.Severity == slo.SeverityPage && t.BurnRate > top.BurnRate {
			top = t
		}
	}
	hold, ok := m.Alert.Holds[top.Name]
	if !ok || hold.Severity != slo.SeverityPage {
		return top.Name, 0
	}
	end := m.At
	if decided := m.Alert.DecidedAt; !decided.IsZero() && decided.Before(end) {
		end = decided // what came after is not known yet
	}
	if !hold.BelowSince.IsZero() && hold.BelowSince.Before(end) {
		end = hold.BelowSince
	}
	return top.Name, end.Sub(hold.Since)
}

// spentSince is the share of the budget over the SLO window that has gone since an
// instant, at least: as much as the longest burn window shows that began no earlier.
// It is unknown without such a window, and where the budget is.
func spentSince(a slo.Assessment, since time.Time) (share float64, known bool) {
	allowed := a.Budget().Allowed
	if a.Window.Reading() || !a.Window.Foreseen() || allowed <= 0 {
		return 0, false
	}
	for _, sum := range a.Burns { // shortest first
		if !sum.From.Before(since) && sum.Length > 0 {
			share, known = a.BudgetSoFar(sum).Spent/allowed, true
		}
	}
	return share, known
}
