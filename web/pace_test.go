package web_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// forecasts are the text of the list's row of charge-card's availability, and the tile that says
// how long its budget lasts.
func forecasts(t *testing.T, f *fleet) (row, tile string) {
	t.Helper()
	server := f.server(t)
	row = text(element(t, get(t, server, "/slos?function=charge-card&q=availability").Body.String(), `data-label="Spent in"`, "</td>"))
	body := get(t, server, "/slos/checkout/charge-card/availability").Body.String()
	tiles := explanation.ReplaceAllString(element(t, body, `<dl class="tiles">`, "</dl>"), "")
	return row, text(element(t, tiles, "<dt>Spent in</dt>", "</div>"))
}

// TestPagesThatForetellDifferentlySayWhy: the list, the page of an SLO and the summary go
// on with the faster pace of the last hour and the last 6 hours, cards and messages with
// the short window of what fires.
func TestPagesThatForetellDifferentlySayWhy(t *testing.T) {
	f := newFleet()
	card, _ := onCall(t, f, "/")
	want(t, card, "The 30d budget is gone in 5 h 11 m at the pace of the last 5 minutes.")
	row, tile := forecasts(t, f)
	want(t, tile, "5 h 4 m", "at the pace of the last 6 hours: Mar 1, 17:04 UTC; gone in 5 h 11 m at the pace of the last 5 minutes, as its alert says")
	want(t, row, "5 h 4 m", "at 6h pace", "5 h 11 m", "at 5m pace")
}

func TestAForecastIsAloneWhereNothingForetellsOtherwise(t *testing.T) {
	for what, change := range map[string]func(*slo.Assessment, *alerting.Alert){
		"nothing fires":    func(_ *slo.Assessment, a *alerting.Alert) { a.Phase = alerting.PhaseOK },
		"it recovers":      func(_ *slo.Assessment, a *alerting.Alert) { a.Phase = alerting.PhaseRecovering },
		"budget spent":     func(a *slo.Assessment, _ *alerting.Alert) { a.Window.Bad = 99_999 },
		"no data any more": func(_ *slo.Assessment, a *alerting.Alert) { a.Tier = alerting.NoDataTier },
	} {
		f := newFleet()
		a := f.assessments[chargeCard]
		change(&a, &f.alerts[0])
		f.assessments[chargeCard] = a
		if row, tile := forecasts(t, f); strings.Contains(row+tile, "5m pace") || strings.Contains(tile, "5 minutes") {
			t.Errorf("%s: the row says %q and the tile %q", what, row, tile)
		}
	}
}

// TestWhatStoppedIsNotForetoldWithoutSayingSo is of an alert that fires because its windows
// still count what failed before.
func TestWhatStoppedIsNotForetoldWithoutSayingSo(t *testing.T) {
	f := newFleet()
	a := f.assessments[chargeCard]
	for i := range a.Burns {
		if a.Burns[i].Length == slo.RecentWindow/12 {
			a.Burns[i].Bad = 0
		}
	}
	f.assessments[chargeCard] = a
	row, tile := forecasts(t, f)
	want(t, tile, "5 h 4 m", "at the pace of the last 6 hours: Mar 1, 17:04 UTC; nothing fails at present")
	want(t, row, "5 h 4 m", "at 6h pace", "over 30d", "at 5m pace")
}
