package alerting

import (
	"fmt"
	"maps"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// NoDataTier names the built-in condition of data that is gone: from the moment it
// was gone for too long until it is back.
const NoDataTier = "no_data"

// gone is what an assessment says about data that is gone.
type gone struct {
	slo.Absence
	asks  slo.Severity  // what the SLO asks of people
	limit time.Duration // how long it may last
	why   string        // the limit is longer than the least one; for people
}

// readGone reads data that is gone; false while it is there, was never there, or
// cannot be known to be gone.
func readGone(in Input) (gone, bool) {
	a := in.Assessment
	if a.State != slo.StateNoData || a.Absence == nil {
		return gone{}, false
	}
	g := gone{Absence: *a.Absence, asks: in.SLO.NoData}
	g.limit, g.why = a.Absence.MayLast(a.Objective, in.SLO.Window.Length)
	return g, true
}

// due reports whether it was gone for too long.
func (g gone) due() bool { return g.For >= g.limit }

// freeze is an alert whose data decides nothing: no tier begins, none ends, and the
// clocks of recovery stand still. Data that is gone has a clock of its own.
func freeze(in Input, prev Alert) (Alert, []Transition) {
	next := prev
	if prev.Frozen == "" {
		next.FrozenSince = prev.DecidedAt
	}
	next.Frozen = frozenReason(in.Assessment)
	g, known := readGone(in)
	if !known {
		return next, nil
	}
	hold, held := prev.Holds[NoDataTier]
	switch {
	case held && g.asks == slo.SeverityNone:
		next.Holds = maps.Clone(prev.Holds)
		delete(next.Holds, NoDataTier)
		return in.unlose(prev, next)
	case !held && (g.asks == slo.SeverityNone || !g.due()):
		return next, nil
	case !held:
		hold.Since = in.Assessment.AsOf
	}
	hold.Severity = g.asks
	next.Holds = maps.Clone(prev.Holds)
	if next.Holds == nil {
		next.Holds = make(map[string]Hold, 1)
	}
	next.Holds[NoDataTier] = hold
	return in.lose(prev, next, g)
}

// lose brings an alert up to date that data which is gone holds, beside whatever held
// it before.
func (in Input) lose(prev, next Alert, g gone) (Alert, []Transition) {
	d := decision{in: in, at: in.Assessment.AsOf, holds: next.Holds}
	_, held := prev.Holds[NoDataTier]
	if !prev.Active() {
		next.FiringSince = d.at
	}
	severity := d.capped(next.Holds[NoDataTier].Severity)
	reason := g.reason(in.SLO, severity)
	switch {
	case !prev.Active() || prev.Tier == NoDataTier || severity > prev.Severity:
		next.Tier, next.Severity, next.Reason = NoDataTier, severity, reason
	case !held: // what burned before leads, and people hear of both
		next.Reason = prev.Reason + "; since then " + reason
	}
	next.Phase, next.BelowSince = PhaseFiring, time.Time{}
	if next.Phase != prev.Phase {
		next.Since = d.at
	}
	changes := transitions(prev, next, d.at)
	if !held && len(changes) == 0 {
		changes = []Transition{joined(prev, next, NoDataTier, reason, d.at)}
	}
	if len(changes) > 0 {
		next.DecidedAt = d.at
	}
	return next, changes
}

// unlose ends the hold of data that is gone while it is: nobody wants to hear of it
// any more.
func (in Input) unlose(prev, next Alert) (Alert, []Transition) {
	d := decision{in: in, at: in.Assessment.AsOf, holds: next.Holds}
	if len(next.Holds) > 0 {
		d.readings = readTiers(in) // of what burned before
	}
	next = d.conclude(next, "no_data of the SLO is ignore now")
	next.DecidedAt = d.at
	return next, transitions(prev, next, d.at)
}

// progress says how far the clock is: "no data for 4m of 10m".
func (g gone) progress() string {
	return fmt.Sprintf("no data for %s of %s", slo.FormatDuration(g.For), slo.FormatDuration(g.limit))
}

// reason tells somebody who was just woken what is gone since when, why that is too
// long, and where to look.
func (g gone) reason(s slo.SLO, severity slo.Severity) string {
	text := fmt.Sprintf("no data for %s: the last sample%s came at %s, and the backend has data of others since; it may be gone for %s here",
		slo.FormatDuration(g.For), of(s.SLI), instant(g.Since), slo.FormatDuration(g.limit))
	text += maybe(", since ", g.why)
	if severity < g.asks {
		text += neverPages(s)
	}
	return text + "; does the function run, is it scraped, and are its metric and labels still called so?"
}

// of names what is missing, where the indicator says so.
func of(sli slo.SLI) string {
	if sli.Ratio == nil && sli.Latency == nil && sli.Threshold == nil && sli.ErrorRatio == nil {
		return ""
	}
	return " of " + sli.Subject()
}

// accountGone explains the clock of data that is gone; false where the SLO ignores it.
func accountGone(in Input, alert Alert) (TierAccount, bool) {
	hold, held := alert.Holds[NoDataTier]
	if in.SLO.NoData == slo.SeverityNone && !held {
		return TierAccount{}, false
	}
	t := TierAccount{Tier: slo.Tier{Name: NoDataTier, Severity: in.SLO.NoData}}
	t.Conditions, t.Reason = []Condition{in.goneCondition()}, in.whyNotGone()
	if t.Met = t.Conditions[0].Holds; t.Met != nil && *t.Met {
		t.Severity = in.SLO.NoData
	}
	if held && alert.Active() {
		t.Hold, t.Held = &hold, "fires since "+instant(hold.Since)+"; it ends when the data is back"
	}
	return t, true
}

// goneCondition compares how long data is gone with how long it may be.
func (in Input) goneCondition() Condition {
	c := Condition{Name: "time without data", Have: "unknown"}
	g, known := readGone(in)
	if !known {
		g.limit, _ = slo.Absence{}.MayLast(in.Assessment.Objective, in.SLO.Window.Length)
	}
	c.Need = "≥ " + slo.FormatDuration(g.limit)
	switch {
	case known:
		c.Have, c.Holds = slo.FormatDuration(g.For), new(g.due())
	case in.Assessment.State.Measured():
		c.Have, c.Holds = "there is data", new(false)
	case in.Assessment.State == slo.StateNoData:
		c.Have, c.Holds = "never seen", new(false)
	}
	return c
}

// whyNotGone says why data that is gone, or is not, asks nothing of people; empty when
// it does.
func (in Input) whyNotGone() string {
	g, known := readGone(in)
	switch {
	case known && g.due():
		return ""
	case known:
		return g.progress() + maybe(", since ", g.why)
	case in.Assessment.State.Measured():
		return "there is data"
	case in.Assessment.State == slo.StateNoData:
		return "there never was any data"
	}
	return "the clock stands still: " + frozenReason(in.Assessment)
}

// maybe is a text behind its introduction; empty when there is none.
func maybe(intro, text string) string {
	if text == "" {
		return ""
	}
	return intro + text
}
