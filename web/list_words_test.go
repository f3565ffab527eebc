package web_test

import (
	"html"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// TestNothingIsForetoldOfDataThatIsGone: what is left in the windows of data that is gone
// says nothing of now.
func TestNothingIsForetoldOfDataThatIsGone(t *testing.T) {
	for _, state := range []slo.DataState{slo.StateNoData, slo.StateSourceDown, slo.StateStale, slo.StateInvalid} {
		f := newFleet()
		a := f.assessments[chargeCard]
		a.State = state
		f.assessments[chargeCard] = a
		row, tile := forecasts(t, f)
		if !strings.HasSuffix(row, ">unknown") || !strings.Contains(tile, "unknown the pace of now is not known") {
			t.Errorf("%s: the row says %q and the tile %q", state, row, tile)
		}
		tiles := text(element(t, get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String(), `<dl class="tiles">`, "</dl>"))
		want(t, tiles, "Burn now", "unknown", "no data of now")
		a.Window.Bad = 99_999
		f.assessments[chargeCard] = a
		if row, tile := forecasts(t, f); !strings.HasSuffix(row, ">spent") || !strings.Contains(tile, "nothing is left of the budget") {
			t.Errorf("%s and spent: the row says %q and the tile %q", state, row, tile)
		}
	}
}

func TestAListThatFindsNothingSaysWhereItLooked(t *testing.T) {
	server := newFleet().server(t)
	for target, says := range map[string]string{
		"/slos?q=<b>none":       "No SLO matches. “<b>none” was looked for in services, functions, names, owners and values of labels. Show all",
		"/slos?service=nowhere": "No SLO matches; each filter above can be dropped. Show all",
		"/slos?status=pending":  "No SLO matches. Show all",
	} {
		body := get(t, server, target).Body.String()
		if got := text(element(t, body, `<p class="empty">`, "</p>")); strings.Join(strings.Fields(strings.TrimPrefix(got, `<p class="empty">`)), " ") != says {
			t.Errorf("%s: %q, want %q", target, got, says)
		}
		if strings.Contains(body, "<b>none") {
			t.Errorf("%s: what was looked for is part of the page", target)
		}
	}
}

func TestTheOrderCanBeChosenWithoutHeadsOfColumns(t *testing.T) {
	server := newFleet().server(t)
	for target, chosen := range map[string]string{
		"/slos": `<option value="urgency" selected>most urgent first`, "/slos?sort=-burn": `<option value="-burn" selected>fastest burn first`,
		"/slos?sort=-budget": `<option value="-budget" selected>as it is now`,
	} {
		form := element(t, get(t, server, target).Body.String(), `<select name="sort">`, "</select>")
		if !strings.Contains(form, chosen) || strings.Count(form, " selected") != 1 {
			t.Errorf("%s: %s", target, form)
		}
	}
}

// TestACommandOnAPageCanBePasted is about a function whose name a shell would take apart.
func TestACommandOnAPageCanBePasted(t *testing.T) {
	body := html.UnescapeString(get(t, newFleet().server(t), "/functions/checkout/GET%20%2Fcart%2F%7Bid%7D").Body.String())
	if command := "slofuse deploy start --service checkout --function 'GET /cart/{id}'"; !strings.Contains(body, command) {
		t.Errorf("no %s", command)
	}
}
