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
	knownLong   bool         // enough of the long window is known
	knownShort  bool         // and of the short one
	longOver    bool         // the long window has traffic and is at or over the rate
	shortOver   bool         // the short one is
	over        bool         // both are
	below       bool         // the short window is known, has traffic and is under the rate
	silent      bool         // the short window is known and without traffic
	drained     bool         // silent, and the long window holds no bad event any more
	severity    slo.Severity // what coverage and guard grant, before any promotion
	withheld    string       // why severity is not the tier's; for people
	budget      *slo.Budget
	roll        *roll     // of a budget over periods of the calendar
	class       slo.Class // that makes a page of the tier's ticket; none when the policy pages
}

// readTiers reads every tier of the policy, and the budget behind them unless
// the policy has a tier of that name.
func readTiers(in Input) []reading {
	tiers := in.SLO.Tiers
	readings := make([]reading, 0, len(tiers)+1)
	custom := len(tiers) == 0 // a policy without tiers alerts about nothing
	for _, t := range tiers {
		class := raises(in.SLO.Class, t)
		if class != slo.ClassNone {
			t.Severity = slo.SeverityPage
		}
		r := readTier(t, in.Assessment, in.SLO.Guard)
		r.class = class
		readings = append(readings, r)
		custom = custom || t.Name == BudgetTier
	}
	if !custom {
		readings = append(readings, readBudget(in.Assessment))
	}
	return readings
}

// raises is the class of an SLO if it makes a page of what the tier asks for.
func raises(c slo.Class, t slo.Tier) slo.Class {
	if t.Severity == slo.SeverityPage {
		return slo.ClassNone
	}
	return c
}

func readTier(t slo.Tier, a slo.Assessment, guard slo.Guard) reading {
	r := reading{tier: t, scale: a.Scale}
	var hasLong, hasShort bool
	r.long, hasLong = a.Burn(t.Long)
	r.short, hasShort = a.Burn(t.Short)
	r.badLong, r.badShort = a.Guarded(r.long), a.Guarded(r.short)
	r.knownLong = hasLong && r.long.Decides()
	r.knownShort = hasShort && r.short.Decides()
	var longTraffic, shortTraffic bool
	r.longRate, longTraffic = a.Objective.BurnRate(r.long.Counts)
	r.shortRate, shortTraffic = a.Objective.BurnRate(r.short.Counts)
	r.longOver = longTraffic && r.longRate >= t.BurnRate
	r.shortOver = shortTraffic && r.shortRate >= t.BurnRate
	r.over = r.longOver && r.shortOver
	r.below = r.knownShort && shortTraffic && !r.shortOver
	r.silent = r.knownShort && !shortTraffic
	r.drained = r.silent && r.knownLong && r.long.Bad == 0
	if r.over {
		r.grant(guard)
	}
	return r
}

// grant sets the severity that coverage and guard allow a tier that is over.
func (r *reading) grant(guard slo.Guard) {
	switch {
	case !r.knownLong:
		r.withheld = unknownReason(r.long, r.tier.Long)
		return
	case !r.knownShort:
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

// need is a number that a guard asks for.
type need struct {
	have, want int64
	length     time.Duration // of the window it is counted in
	slots      bool          // slots with a bad event are counted, not bad events
}

func (n need) met() bool { return n.have >= n.want }

// pageNeeds are what the guard asks of a page, ticketNeeds what it asks of a
// ticket.
func (r reading) pageNeeds(g slo.Guard) [2]need {
	return [2]need{
		{have: r.badLong, want: g.Page, length: r.long.Length},
		{have: r.badShort, want: g.PageShort, length: r.short.Length},
	}
}

func (r reading) ticketNeeds(g slo.Guard) [2]need {
	return [2]need{
		{have: r.badLong, want: g.Ticket, length: r.long.Length},
		{have: int64(r.long.BadSlots), want: int64(g.TicketSlots), length: r.long.Length, slots: true},
	}
}

// pageGuard says what is missing for a page; empty when nothing is.
func (r reading) pageGuard(g slo.Guard) string {
	switch needs := r.pageNeeds(g); {
	case !needs[0].met():
		return fmt.Sprintf("a page needs %s in %s", r.badEvents(g.Page), slo.FormatDuration(r.long.Length))
	case !needs[1].met():
		return fmt.Sprintf("a page needs %s in %s, there was %d", r.badEvents(g.PageShort), slo.FormatDuration(r.short.Length), r.badShort)
	}
	return ""
}

// ticketGuard says what is missing for a ticket; empty when nothing is.
func (r reading) ticketGuard(g slo.Guard) string {
	switch needs := r.ticketNeeds(g); {
	case !needs[0].met():
		return fmt.Sprintf("a ticket needs %s in %s", r.badEvents(g.Ticket), slo.FormatDuration(r.long.Length))
	case !needs[1].met():
		return fmt.Sprintf("a ticket needs them in %d slots, this was %d", g.TicketSlots, r.long.BadSlots)
	}
	return ""
}

// advance moves the hold of a tier by one reading. When a hold ends, reason
// says why.
func (r reading) advance(h Hold, held bool, at time.Time) (next Hold, holds bool, reason string) {
	if held {
		r = r.after(h)
	}
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
