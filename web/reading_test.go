package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// halfRead is a fleet in which 18 of the 30 days of an SLO are still to be read,
// and all but 5 minutes of its longer burn windows.
func halfRead() *fleet {
	f := newFleet()
	const day = 24 * time.Hour
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"}
	a := f.assessments[id]
	a.Window.Coverage, a.Window.Unread, a.Reason = 0.4, 18*day, "history is still being read: 12 of 30 days"
	for i := range a.Burns {
		if a.Burns[i].Length > time.Hour {
			a.Burns[i].Unread = a.Burns[i].Length - 5*time.Minute
		}
	}
	f.assessments[id] = a
	return f
}

func TestTheListShowsNoBudgetOfHistoryThatIsStillBeingRead(t *testing.T) {
	body := get(t, halfRead().server(t), "/slos?q=latency").Body.String()
	row := element(t, body, "<tbody>", "</tbody>")
	for _, want := range []string{"Reading", "reading 12 of 30 days", "0.3× of 14.4×", "reading of 4×"} {
		if !strings.Contains(text(row), want) {
			t.Errorf("the row does not say %q: %s", want, text(row))
		}
	}
	if strings.Contains(row, "good") || strings.Contains(row, "75%") || strings.Contains(row, "of the window known") {
		t.Errorf("what nobody knows looks good: %s", text(row))
	}
}

func TestThePageShowsNoBudgetOfHistoryThatIsStillBeingRead(t *testing.T) {
	body := text(get(t, halfRead().server(t), "/slos/checkout/charge-card/latency").Body.String())
	for _, want := range []string{
		"latency Reading", "SLI reading", "Budget left reading history is still being read: 12 of 30 days",
		"Burn now 0.3×", "Spent in reading", "12,351,720 in 30d, as far as it is read", "slow page unknown 6× reading 6h:",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	other := text(get(t, halfRead().server(t), "/slos/checkout/charge-card/availability").Body.String())
	if !strings.Contains(other, "Reading latency 99% over 30d, reading, budget left reading") {
		t.Errorf("another page of the function: %s", other)
	}
}

func TestTheAPIGivesNoRatioOfHistoryThatIsStillBeingRead(t *testing.T) {
	got := decode[api.SLO](t, get(t, halfRead().server(t), "/api/v1/slos/checkout/charge-card/latency"))
	if !got.Window.Reading || got.SLI != nil || got.ErrorBudget.RemainingRatio != nil || got.ErrorBudget.ExhaustsAt != nil {
		t.Errorf("reading %v, sli %v, budget %+v", got.Window.Reading, got.SLI, got.ErrorBudget)
	}
	for _, b := range got.BurnRates {
		if long := b.Window != "5m" && b.Window != "20m" && b.Window != "30m" && b.Window != "1h"; b.Reading != long || (b.BurnRate == nil) != long {
			t.Errorf("%s: reading %v, burn rate %v", b.Window, b.Reading, b.BurnRate)
		}
	}
}
