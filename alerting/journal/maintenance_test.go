package journal

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/suppress"
)

func TestMaintenancesSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slofuse.db")
	j, db := openFile(t, path)
	matchers, err := suppress.ParseMatchers(`service="checkout"`, `tier!="low"`)
	if err != nil {
		t.Fatal(err)
	}
	early := suppress.Maintenance{
		ID: "m-1", Matchers: matchers, StartsAt: noon.Add(-time.Hour), EndsAt: noon, Correct: true, Author: "Mia", Reason: "new disks", MadeAt: noon,
	}
	late := early
	late.ID, late.StartsAt, late.EndsAt = "m-2", noon.Add(time.Hour), noon.Add(2*time.Hour)
	withdrawn := early
	withdrawn.WithdrawnAt, withdrawn.WithdrawnBy = noon.Add(time.Minute), "Noa"
	nightly := early
	nightly.ID, nightly.EndsAt = "m-3", time.Time{}
	if err := json.Unmarshal([]byte(`[{"times":[{"start_time":"02:00","end_time":"04:00"}]}]`), &nightly.Recurring); err != nil {
		t.Fatal(err)
	}
	for _, m := range []suppress.Maintenance{early, late, withdrawn, nightly} {
		if err := j.SaveMaintenance(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	j, _ = openFile(t, path)
	got, err := j.Maintenances(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]suppress.Maintenance{late, withdrawn, nightly}, got, sameMatchers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := j.Prune(t.Context(), noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, err = j.Maintenances(t.Context()); err != nil || len(got) != 2 || got[0].ID != "m-2" || got[1].ID != "m-3" {
		t.Errorf("after pruning %+v, %v", got, err)
	}
}
