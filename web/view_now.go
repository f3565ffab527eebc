package web

import (
	"cmp"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// nowView says what fails now: the first thing to know of an incident.
type nowView struct {
	Text    string
	Since   moment // of data that is gone
	Unknown bool   // nothing is known of now: what is known of before says nothing
}

// nowOf is what fails now of an SLO that an alert is about.
func nowOf(f alerting.Fact, a *slo.Assessment) nowView {
	switch {
	case alerting.IsSource(f.ID):
		return nowView{}
	case a.State == slo.StateNoData && a.Absence != nil:
		return nowView{Text: "No data since", Since: momentOf(a.Absence.Since), Unknown: true}
	case !a.State.Measured():
		return nowView{Text: cmp.Or(a.Reason, stateBadge(cmp.Or(a.State, slo.StateStale)).Word), Unknown: true}
	case f.Failing == nil:
		return nowView{Text: "How much fails now is not known"}
	}
	return nowView{Text: slo.FormatFailing(*f.Failing, cmp.Or(f.Noun, a.Scale.Noun()), f.Broke(), f.FailingWindow)}
}

// lastsFor says how long a budget lasts from now: "gone in 5 h 11 m at the pace of the
// last 5 minutes". It is empty where that says nothing of what is to come.
func lastsFor(f alerting.Fact, now time.Time) string {
	switch {
	case f.Phase != alerting.PhaseFiring || f.Stopped() || f.BurnRateShort == nil:
		return ""
	case f.ExhaustsAt == nil:
		return "lasts " + slo.AtPace(f.ShortWindow)
	}
	return "gone in " + ago(*f.ExhaustsAt, now) + " " + slo.AtPace(f.ShortWindow)
}
