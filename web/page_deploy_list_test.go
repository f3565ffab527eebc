package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
)

func TestThePageListsDeploysAndEndsThem(t *testing.T) {
	f := newFleet()
	going := suppress.Deploy{
		ID: "run-2", Service: "checkout", Functions: []string{"charge-card"}, Version: "v42", URL: "https://ci.example.com/2", By: "token ci",
		StartsAt: noon.Add(-time.Minute), EndsAt: noon.Add(time.Hour),
	}
	expired, failed, withdrawn := going, going, going
	expired.ID, expired.EndsAt, expired.Functions = "run-1", noon, nil
	failed.ID, failed.EndedAt, failed.EndedBy, failed.Status = "run-3", noon, "token ci", suppress.DeployFailed
	withdrawn.ID, withdrawn.WithdrawnAt = "run-4", noon
	misspelt := going
	misspelt.ID, misspelt.Service = "run-5", "chekout"
	f.deploys = []suppress.Deploy{going, expired, failed, withdrawn, misspelt}
	s := f.server(t)
	body := text(get(t, s, "/deploys").Body.String())
	for _, want := range []string{
		"Deploying checkout v42 by token ci, since 2026-03-01 11:59:00 UTC , at most 1 h left",
		"Expired checkout v42 by token ci, 2026-03-01 11:59:00 UTC to 2026-03-01 12:00:00 UTC", "all functions of the service · run-1 its run",
		"Failed checkout v42 by token ci", "charge-card matches no SLO · run-5", "ended by token ci", "Taken back checkout v42",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	if w := post(s, "/deploys/run-2/end", formType, "by=Noa&status=done"); w.Code != http.StatusBadRequest {
		t.Errorf("done: %d", w.Code)
	}
	if w := post(s, "/deploys/run-2/end", formType, "by=Noa&status=rolled_back"); w.Code != http.StatusSeeOther || f.deploys[0].Status != suppress.DeployRolledBack {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if body := text(get(t, s, "/deploys").Body.String()); !strings.Contains(body, "Rolled back checkout v42") {
		t.Errorf("ended: %s", body)
	}
}
