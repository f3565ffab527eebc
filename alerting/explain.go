package alerting

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Explanation says how the decision about one SLO comes about: every condition
// of every tier with its numbers, and what follows from them. It stands on the
// readings that [Decide] stands on, so the two cannot disagree.
type Explanation struct {
	SLO        slo.SLO
	Assessment slo.Assessment
	// Alert is where the alert stands; without a memory, where it would stand if
	// this assessment were the first.
	Alert Alert
	// Remembered says that the alert is the one that is kept.
	Remembered bool
	Conclusion string // one sentence, for people
	Tiers      []TierAccount
}

// TierAccount is one tier of an [Explanation].
type TierAccount struct {
	Tier       slo.Tier
	Conditions []Condition
	// Met says whether the conditions grant an alert; nil when that cannot be
	// known.
	Met *bool
	// Severity is what they grant: that of the tier, a ticket where a page misses
	// its guard, or none.
	Severity slo.Severity
	Reason   string // why not, or why not more; empty when all is granted
	// Hold is set while the tier holds the alert, and Held says since when and
	// what ends it.
	Hold *Hold
	Held string
}

// Condition is one of the conditions of a tier.
type Condition struct {
	Name  string // "burn rate over 1h"
	Have  string // "49.0", or "no calls"
	Need  string // "≥ 14.4"
	Holds *bool  // nil when it cannot be known
	// For is the severity that the condition is for; none when it is for every.
	For slo.Severity
}

// Explain explains an assessment together with the alert as it stands. Nil is no
// memory: the explanation is then about what would be decided on the assessment
// alone.
func Explain(s slo.SLO, a slo.Assessment, alert *Alert) Explanation {
	in := Input{SLO: s, Assessment: a}
	e := Explanation{SLO: s, Assessment: a, Remembered: alert != nil}
	if e.Remembered {
		e.Alert = *alert
	} else {
		e.Alert, _ = Decide(in)
	}
	readings := readTiers(in)
	for _, r := range readings {
		e.Tiers = append(e.Tiers, r.account(in, e.Alert))
	}
	for _, account := range []func(Input, Alert) (TierAccount, bool){accountGone, accountTraffic} {
		if t, ok := account(in, e.Alert); ok {
			e.Tiers = append(e.Tiers, t)
		}
	}
	e.Conclusion = conclude(e, readings)
	return e
}

func (r reading) account(in Input, alert Alert) TierAccount {
	t := TierAccount{Tier: r.tier, Conditions: r.conditions(in.SLO.Guard), Severity: r.severity, Reason: r.withheld}
	switch met, known := r.met(); {
	case !in.Assessment.State.Measured():
		t.Severity, t.Reason = slo.SeverityNone, "the data decides nothing: "+frozenReason(in.Assessment)
	case known:
		t.Met = &met
	case t.Reason == "":
		t.Reason = r.unknown()
	}
	if t.Met != nil && !*t.Met && t.Reason == "" {
		t.Reason = r.shortfall()
	}
	if hold, held := alert.Holds[r.tier.Name]; held && alert.Active() {
		t.Hold, t.Held = &hold, r.held(hold, alert, in)
	}
	return t
}

// met reports whether the conditions grant an alert. It is not known while a
// window that could still be over the rate is not.
func (r reading) met() (met, known bool) {
	switch {
	case r.severity > slo.SeverityNone:
		return true, true
	case r.knownLong && !r.longOver, r.knownShort && !r.shortOver:
		return false, true
	}
	return false, r.knownLong && r.knownShort // over, and the guard withholds it
}

// unknown says why it is not known whether the tier fires.
func (r reading) unknown() string {
	if !r.knownLong {
		return unknownReason(r.long, r.tier.Long)
	}
	return unknownReason(r.short, r.tier.Short)
}

// held says what keeps a tier that fired, and when it ends.
func (r reading) held(h Hold, alert Alert, in Input) string {
	since := "fires since " + instant(h.Since)
	switch {
	case alert.Frozen != "":
		return since + "; the clock of its recovery stands still: " + alert.Frozen
	case h.BelowSince.IsZero():
		return since + r.promotion(h, in)
	}
	return since + ", below its rate since " + instant(h.BelowSince) + "; it ends at " + instant(h.BelowSince.Add(r.recovery())) +
		" if it stays below, with traffic"
}

// promotion says when an unacknowledged ticket becomes a page.
func (r reading) promotion(h Hold, in Input) string {
	if r.tier.PageAfter == 0 || h.Severity >= slo.SeverityPage {
		return ""
	}
	text := "; a page from " + instant(h.Since.Add(r.tier.PageAfter)) + " on if nobody acknowledges it"
	if missing := r.pageGuard(in.SLO.Guard); missing != "" {
		text += ", and " + missing
	}
	return text
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
