package alerting

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func TestWhatOfAnIncidentIsAboutOneSLO(t *testing.T) {
	id := slo.ID{Service: "shop", Function: "charge", Name: "fast"}
	other := slo.ID{Service: "shop", Function: "charge", Name: "fast:region=eu"}
	end := Transition{ID: id, From: PhaseFiring, To: PhaseOK, Reason: "below 14.4 for 5m"}
	i := Incident{Alerts: []Alert{{ID: other}, {ID: id}}, Timeline: []Event{
		{Kind: EventOpened, Text: "page: fast: burn rate 20 over 1h"},
		{Kind: EventAlert, Text: describe(Transition{ID: other, To: PhaseFiring, From: PhaseOK, ToSeverity: slo.SeverityPage, Reason: "burn rate 30"})},
		{Kind: EventBudget, Text: "fast:region=eu: 50% of the error budget over 30d is gone"},
		{Kind: EventBudget, Text: "fast: 50% of the error budget over 30d is gone"},
		{Kind: EventNotified, Text: "slack #slo"},
		{Kind: EventAlert, Text: describe(end)},
	}}
	events, concerns := i.About(id)
	var got []string
	for _, e := range events {
		got = append(got, e.Text)
	}
	want := []string{"page: fast: burn rate 20 over 1h", "fast: 50% of the error budget over 30d is gone", "slack #slo", "fast is over: below 14.4 for 5m"}
	if diff := cmp.Diff(want, got); diff != "" || !concerns {
		t.Errorf("concerns %t, events (-want +got):\n%s", concerns, diff)
	}
	if events, concerns := i.About(slo.ID{Service: "shop", Function: "charge", Name: "slow"}); concerns || events != nil {
		t.Errorf("an SLO that never fired is concerned by %v", events)
	}
}
