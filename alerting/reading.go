package alerting

import (
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// BudgetTier names the built-in condition of a spent error budget: a ticket
// from the moment nothing is left until something is again.
const BudgetTier = "budget"

// reading is what one assessment says about one tier.
type reading struct {
	tier        slo.Tier
	long, short slo.WindowSum
	badLong     int64 // what the guard counts
	badShort    int64
	scale       slo.Scale
	longRate    float64 // 0 without traffic
	shortRate   float64
	over        bool         // both windows are at or over the rate
	shortOver   bool         // the short one is
	below       bool         // the short window is known, has traffic and is under the rate
	silent      bool         // the short window is known and without traffic
	drained     bool         // silent, and the long window holds no bad event any more
	severity    slo.Severity // what coverage and guard grant, before any promotion
	withheld    string       // why severity is not the tier's; for people
	budget      *slo.Budget
}

// readTiers reads every tier of the policy, and the budget behind them unless
// the policy has a tier of that name.
func readTiers(in Input) []reading {
	tiers := in.SLO.Tiers
	readings := make([]reading, 0, len(tiers)+1)
	custom := len(tiers) == 0 // a policy without tiers alerts about nothing
	for _, t := range tiers {
		readings = append(readings, readTier(t, in.Assessment, in.SLO.Guard))
		custom = custom || t.Name == BudgetTier
	}
	if !custom {
		readings = append(readings, readBudget(in.Assessment))
	}
	return readings
}

func readTier(t slo.Tier, a slo.Assessment, guard slo.Guard) reading {
	r := reading{tier: t, scale: a.Scale}
	var hasLong, hasShort bool
	r.long, hasLong = a.Burn(t.Long)
	r.short, hasShort = a.Burn(t.Short)
	r.badLong, r.badShort = a.Guarded(r.long), a.Guarded(r.short)
	knownLong := hasLong && r.long.Decides()
	knownShort := hasShort && r.short.Decides()
	var longTraffic, shortTraffic bool
	r.longRate, longTraffic = a.Objective.BurnRate(r.long.Counts)
	r.shortRate, shortTraffic = a.Objective.BurnRate(r.short.Counts)
	r.shortOver = shortTraffic && r.shortRate >= t.BurnRate
	r.over = r.shortOver && longTraffic && r.longRate >= t.BurnRate
	r.below = knownShort && shortTraffic && !r.shortOver
	r.silent = knownShort && !shortTraffic
	r.drained = r.silent && knownLong && r.long.Bad == 0
	if r.over {
		r.grant(guard, knownLong, knownShort)
	}
	return r
}

// grant sets the severity that coverage and guard allow a tier that is over.
func (r *reading) grant(guard slo.Guard, knownLong, knownShort bool) {
	switch {
	case !knownLong:
		r.withheld = unknownReason(r.long, r.tier.Long)
		return
	case !knownShort:
		r.withheld = unknownReason(r.short, r.tier.Short)
		return
	}
	if r.tier.Severity == slo.SeverityPage {
		if r.withheld = r.pageGuard(guard); r.withheld == "" {
			r.severity = slo.SeverityPage
			return
		}
	}
	ticket := r.ticketGuard(guard)
	if ticket == "" {
		r.severity = slo.SeverityTicket
		return
	}
	r.withheld = ticket
}

// pageGuard says what is missing for a page; empty when nothing is.
func (r reading) pageGuard(g slo.Guard) string {
	switch {
	case r.badLong < g.Page:
		return fmt.Sprintf("a page needs %s in %s", badEvents(g.Page), slo.FormatDuration(r.long.Length))
	case r.badShort < g.PageShort:
		return fmt.Sprintf("a page needs %s in %s, there was %d", badEvents(g.PageShort), slo.FormatDuration(r.short.Length), r.badShort)
	}
	return ""
}

// ticketGuard says what is missing for a ticket; empty when nothing is.
func (r reading) ticketGuard(g slo.Guard) string {
	switch {
	case r.badLong < g.Ticket:
		return fmt.Sprintf("a ticket needs %s in %s", badEvents(g.Ticket), slo.FormatDuration(r.long.Length))
	case r.long.BadSlots < g.TicketSlots:
		return fmt.Sprintf("a ticket needs them in %d slots, this was %d", g.TicketSlots, r.long.BadSlots)
	}
	return ""
}

// budgetCoverage is how much of an SLO window must be known before its budget is
// called spent.
const budgetCoverage = 0.9

// readBudget reads the error budget over the SLO window as if it were a tier. A
// budget too thin for a verdict, or of a window that is not known nearly whole,
// begins nothing: unlike a burn, it is a statement about all of the window.
func readBudget(a slo.Assessment) reading {
	budget := a.Budget()
	remaining, traffic := budget.RemainingRatio()
	known := a.Window.Coverage >= budgetCoverage && !a.Window.Reading
	r := reading{
		tier: slo.Tier{Name: BudgetTier, Long: a.Window.Length, Short: a.Window.Length, BurnRate: 1, Severity: slo.SeverityTicket},
		long: a.Window, short: a.Window, budget: &budget,
	}
	r.shortOver = traffic && remaining <= 0
	r.below = known && traffic && remaining > 0
	r.drained = known && !traffic
	if r.shortOver && known && !budget.Thin() {
		r.over, r.severity = true, slo.SeverityTicket
	}
	return r
}

// advance moves the hold of a tier by one reading. When a hold ends, reason
// says why.
func (r reading) advance(h Hold, held bool, at time.Time) (next Hold, holds bool, reason string) {
	switch {
	case r.severity > slo.SeverityNone:
		if !held {
			h = Hold{Since: at}
		}
		h.Severity, h.BelowSince = max(h.Severity, r.severity), time.Time{}
		return h, true, ""
	case !held:
		return Hold{}, false, ""
	case r.drained:
		return Hold{}, false, r.drainedReason()
	case r.below && h.BelowSince.IsZero():
		h.BelowSince = at
	case r.below && at.Sub(h.BelowSince) >= r.recovery():
		return Hold{}, false, r.recoveredReason(at.Sub(h.BelowSince))
	case !r.below && !r.silent: // over, or unknown: the wait begins again
		h.BelowSince = time.Time{}
	}
	return h, true, ""
}

// recovery is how long the tier must be below its rate before it is over.
func (r reading) recovery() time.Duration { return min(r.tier.Short, maxRecovery) }
