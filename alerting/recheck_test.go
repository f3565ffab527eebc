package alerting

import (
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestAnOldPageBecomesWhatIsTrueNow(t *testing.T) {
	burns := Alert{Phase: PhaseFiring, Severity: slo.SeverityPage}
	muted := burns
	muted.MutedBy = []Muting{{Kind: MutingSilence}}
	decided := Notification{
		Status: StatusFiring, Kind: EventOpened, Loud: true, Reason: "it burns",
		Incident: Incident{ID: "inc", State: IncidentOpen, Severity: slo.SeverityPage, Alerts: []Alert{burns}},
	}
	for name, tc := range map[string]struct {
		change func(*Incident)
		status Status
		loud   bool
		held   bool
		reason string
	}{
		"it still burns": {func(*Incident) {}, StatusFiring, true, false, "it burns"},
		"it is over":     {func(i *Incident) { i.State, i.ResolvedAt = IncidentResolved, noon }, StatusResolved, false, false, "over since 12:00 UTC"},
		"somebody ended it": {
			func(i *Incident) { i.State, i.ResolvedAt, i.ResolvedBy = IncidentResolved, noon, "ana" }, StatusResolved, false, false, "over since 12:00 UTC, resolved by ana",
		},
		"somebody has taken it":   {func(i *Incident) { i.State, i.AckedBy = IncidentAcked, "ana" }, StatusFiring, false, false, "acknowledged by ana; it burns"},
		"it is muted":             {func(i *Incident) { i.Alerts = []Alert{muted} }, StatusFiring, true, true, "it burns"},
		"a part of it is muted":   {func(i *Incident) { i.Alerts = []Alert{burns, muted} }, StatusFiring, true, false, "it burns"},
		"it follows another":      {func(i *Incident) { i.Cause = "inc2" }, StatusFiring, true, true, "it burns"},
		"it is over though muted": {func(i *Incident) { i.State, i.Alerts, i.ResolvedAt = IncidentResolved, []Alert{muted}, noon }, StatusResolved, false, false, "over since 12:00 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			now := decided.Incident
			tc.change(&now)
			got, held := Recheck(decided, now)
			if got.Status != tc.status || got.Loud != tc.loud || held != tc.held || got.Reason != tc.reason || got.Incident.State != now.State {
				t.Errorf("held %v, %s, loud %v: %s", held, got.Status, got.Loud, got.Reason)
			}
		})
	}
	end := decided
	end.Status, end.Reason = StatusResolved, "no errors any more"
	if got, held := Recheck(end, decided.Incident); held || got.Status != StatusResolved || got.Reason != "no errors any more" {
		t.Errorf("an end became %+v", got)
	}
}
