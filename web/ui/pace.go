package ui

import (
	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// A budget has two paces. That of [slo.Assessment.Pace] holds still, and is for those who
// plan. While an alert fires, its cards and messages go on with the short window of its
// tier: what whoever acts on it changes first. A page that shows the former of an SLO that
// fires names the latter beside it.

// alertPace is what the cards and messages of an alert foretell, of an alert that fires.
// It is empty where that goes on with the same window.
func alertPace(r *listing.Row) (f alerting.Fact, differs bool) {
	if r.Alert.Phase != alerting.PhaseFiring || !r.Assessment.State.Measured() {
		return f, false
	}
	f = alerting.FactOf(r.SLO, r.Assessment, r.Alert)
	pace, _, _ := r.Assessment.Pace()
	return f, f.BudgetRemaining != nil && *f.BudgetRemaining > 0 && f.ShortWindow != slo.FormatDuration(pace)
}

// AlertForetells is the forecast of an alert as a sentence to put behind another one.
func AlertForetells(r *listing.Row) string {
	f, differs := alertPace(r)
	switch text := LastsFor(f, r.Assessment.AsOf); {
	case !differs:
		return ""
	case f.Stopped():
		return "; nothing fails at present"
	case text != "":
		return "; " + text + ", as its alert says"
	}
	return ""
}

// bothPaces says below a forecast which pace it goes on with, and what its alert foretells,
// a line each: "at 1h pace", "1 h 45 m", "at 5m pace".
func bothPaces(r *listing.Row) []string {
	f, differs := alertPace(r)
	if !differs || f.BurnRateShort == nil {
		return nil
	}
	at := func(window string) string { return "at " + window + " pace" }
	pace, _, _ := r.Assessment.Pace()
	now := r.Assessment.Window.Beyond()
	if f.ExhaustsAt != nil {
		now = Ago(*f.ExhaustsAt, r.Assessment.AsOf)
	}
	return []string{at(slo.FormatDuration(pace)), now, at(f.ShortWindow)}
}
