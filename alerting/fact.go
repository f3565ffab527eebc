package alerting

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// newFact gathers what a person needs to know about one alert, from what was
// assessed when it was decided.
func newFact(s slo.SLO, a slo.Assessment, alert Alert) Fact {
	f := FactOf(s, a, alert)
	if !IsSource(s.ID) {
		f.Links = RenderLinks(s, factStart(alert, a.AsOf, factTier(s, alert)), a.AsOf)
	}
	return f
}

// FactOf is what a message would say of an alert by this assessment, without the
// links: rendering those costs more than all the rest.
func FactOf(s slo.SLO, a slo.Assessment, alert Alert) Fact {
	if IsSource(s.ID) {
		return sourceFact(s, alert)
	}
	tier := factTier(s, alert)
	f := Fact{
		ID: alert.ID, Description: s.Description, Objective: s.Objective.String(), Window: s.Window.Name, Labels: maps.Clone(s.Labels),
		LongWindow: slo.FormatDuration(tier.Long), ShortWindow: slo.FormatDuration(tier.Short),
	}
	f.follow(alert)
	if stillBurns(s, alert) >= 0 {
		f.Tier = tier.Name
	}
	if !isLoss(alert.Tier) { // what is left in the windows then says nothing about now
		f.measure(s, a, tier)
		f.tell(s, a)
	}
	if share, now, ok := a.Failing(); ok && !isLoss(alert.Tier) {
		f.Failing, f.FailingWindow = &share, slo.FormatDuration(now.Length)
	}
	if a.Window.Decides() { // a part of the window flatters or frightens
		f.BudgetRemaining = known(a.Remaining(a.Window))
		f.ExhaustsAt = f.exhaustion(a)
	}
	if a.Latency != nil {
		f.P99 = a.Latency.P99
	}
	return f
}

// measure fills in what was counted in the windows of a tier.
func (f *Fact) measure(s slo.SLO, a slo.Assessment, tier slo.Tier) {
	long, _ := a.Burn(tier.Long)
	if tier.Name == BudgetTier {
		long, f.LongWindow = a.Window, s.Window.Name
	}
	f.Bad, f.Total, f.Noun = whole(a.Scale, long.Bad), whole(a.Scale, long.Total), a.Scale.Noun()
	f.BurnRateLong = known(a.BurnRateOf(long))
	f.BurnRateShort = known(a.BurnRate(tier.Short))
	f.SuccessRatio = known(long.SuccessRatio())
}

// tell fills in which errors there were, of the latest window that has any.
func (f *Fact) tell(s slo.SLO, a slo.Assessment) {
	f.Errors, f.ErrorsWindow = slices.Clone(currentErrors(a)), slo.FormatDuration(slo.RecentWindow)
	if len(a.RecentErrors) == 0 {
		f.ErrorsWindow = s.Window.Name
	}
}

// whole is a number of counts in whole events.
func whole(scale slo.Scale, counts int64) int64 { return int64(math.Round(scale.Events(counts))) }

// exhaustion projects when the budget is spent if the burn of now, which is that
// of the short window, goes on. Nothing is projected once it is over, or nothing fails
// any more.
func (f *Fact) exhaustion(a slo.Assessment) *time.Time {
	if f.Phase != PhaseFiring || f.Stopped() || f.BudgetRemaining == nil || f.BurnRateShort == nil || *f.BudgetRemaining <= 0 {
		return nil
	}
	return known(a.Exhaustion(*f.BudgetRemaining, *f.BurnRateShort))
}

// Stopped reports whether it is known that nothing fails any more, though a window
// still counts what did.
func (f Fact) Stopped() bool { return f.Failing != nil && *f.Failing == 0 }

// foretellNothing are facts of what is over: a window that still counts it says nothing
// of what is to come.
func foretellNothing(facts []Fact) []Fact {
	out := slices.Clone(facts)
	for n := range out {
		out[n].ExhaustsAt = nil
	}
	return out
}

// Broke says what happened to a bad call or slot: "failed", "were too slow". Only an SLO
// of latency has quantiles.
func (f Fact) Broke() string {
	switch {
	case f.Noun == "slots":
		return "were bad"
	case f.P99 != nil:
		return "were too slow"
	}
	return "failed"
}

// follow takes over the state of the alert.
func (f *Fact) follow(alert Alert) {
	f.Phase, f.Severity, f.Tier, f.Reason = alert.Phase, alert.Severity, alert.Tier, alert.Reason
	f.Since = alert.Since
	if alert.Active() {
		f.Since = alert.FiringSince
	}
}

// factTier is the tier whose windows a fact reports: the alert's, the first that still
// burns where that one no longer does, or the first of the policy for an alert that is
// over.
func factTier(s slo.SLO, alert Alert) slo.Tier {
	at := slices.IndexFunc(s.Tiers, func(t slo.Tier) bool { return t.Name == alert.Tier })
	if still := stillBurns(s, alert); still >= 0 {
		at = still
	}
	switch {
	case at >= 0:
		return s.Tiers[at]
	case alert.Tier == BudgetTier:
		return slo.Tier{Name: BudgetTier, Long: s.Window.Length, Short: slo.ExhaustionWindow}
	case len(s.Tiers) > 0:
		return s.Tiers[0]
	}
	return slo.Tier{Long: time.Hour, Short: 5 * time.Minute}
}

// stillBurns is which tier holds an alert whose own tier is below its rate by now; -1
// where its own does, or none.
func stillBurns(s slo.SLO, alert Alert) int {
	if hold, held := alert.Holds[alert.Tier]; !held || hold.BelowSince.IsZero() || isLoss(alert.Tier) {
		return -1
	}
	return slices.IndexFunc(s.Tiers, func(t slo.Tier) bool {
		hold, held := alert.Holds[t.Name]
		return held && hold.BelowSince.IsZero()
	})
}

// factStart is where the links begin to look: one long window before the alert.
func factStart(alert Alert, asOf time.Time, tier slo.Tier) time.Time {
	if alert.FiringSince.IsZero() {
		return asOf.Add(-tier.Long)
	}
	return alert.FiringSince.Add(-tier.Long)
}

// currentErrors are the kinds of errors of now, or, when there are none, those
// of the SLO window.
func currentErrors(a slo.Assessment) []slo.ClassCount {
	if len(a.RecentErrors) > 0 {
		return a.RecentErrors
	}
	return a.Errors
}

func known[T any](value T, ok bool) *T {
	if !ok {
		return nil
	}
	return &value
}
