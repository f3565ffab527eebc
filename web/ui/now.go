package ui

import (
	"cmp"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// NowView says what fails now: the first thing to know of an incident.
type NowView struct {
	Text    string
	Since   Moment // of data that is gone
	Unknown bool   // nothing is known of now: what is known of before says nothing
}

// NowOf is what fails now of an SLO that an alert is about.
func NowOf(f alerting.Fact, a *slo.Assessment) NowView {
	switch {
	case alerting.IsSource(f.ID):
		return NowView{}
	case a.State == slo.StateNoData && a.Absence != nil:
		return NowView{Text: "No data since", Since: MomentOf(a.Absence.Since), Unknown: true}
	case !a.State.Measured():
		return NowView{Text: cmp.Or(a.Reason, StateBadge(cmp.Or(a.State, slo.StateStale)).Word), Unknown: true}
	case f.Failing == nil:
		return NowView{Text: "How much fails now is not known"}
	}
	return NowView{Text: slo.FormatFailing(*f.Failing, cmp.Or(f.Noun, a.Scale.Noun()), f.Broke(), f.FailingWindow)}
}

// LastsFor says how long a budget lasts from now: "gone in 5 h 11 m at the pace of the
// last 5 minutes". It is empty where that says nothing of what is to come.
func LastsFor(f alerting.Fact, now time.Time) string {
	switch {
	case f.Phase != alerting.PhaseFiring || f.Stopped() || f.BurnRateShort == nil:
		return ""
	case f.ExhaustsAt == nil:
		return "lasts " + slo.AtPace(f.ShortWindow)
	}
	return "gone in " + Ago(*f.ExhaustsAt, now) + " " + slo.AtPace(f.ShortWindow)
}
