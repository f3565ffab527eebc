package journal

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/suppress"
)

// sameMatchers compares matchers by their texts.
var sameMatchers = cmp.Comparer(func(a, b suppress.Matchers) bool { return cmp.Equal(a.Texts(), b.Texts()) })

func TestSilencesSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slofuse.db")
	j, db := openFile(t, path)
	matchers, err := suppress.ParseMatchers(`service="checkout"`, `severity="ticket"`)
	if err != nil {
		t.Fatal(err)
	}
	early := suppress.Silence{ID: "s-1", Matchers: matchers, StartsAt: noon.Add(-time.Hour), EndsAt: noon, Author: "Mia", Reason: "known", MadeAt: noon}
	late := early
	late.ID, late.StartsAt, late.EndsAt = "s-2", noon.Add(time.Hour), noon.Add(2*time.Hour)
	ended := early
	ended.WithdrawnAt, ended.WithdrawnBy = noon.Add(-time.Minute), "Noa"
	for _, s := range []suppress.Silence{early, late, ended} {
		if err := j.SaveSilence(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	j, _ = openFile(t, path)
	got, err := j.Silences(t.Context())
	if diff := cmp.Diff([]suppress.Silence{late, ended}, got, sameMatchers); diff != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, diff)
	}
	if _, err := j.Prune(t.Context(), noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, err = j.Silences(t.Context()); err != nil || len(got) != 1 || got[0].ID != "s-2" {
		t.Errorf("after pruning %+v, %v", got, err)
	}
}

func TestDeploysSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slofuse.db")
	j, db := openFile(t, path)
	early := suppress.Deploy{
		ID: "d-1", Service: "checkout", Functions: []string{"charge"}, Version: "v42", URL: "https://ci.example.com/1", By: "token ci",
		StartsAt: noon.Add(-time.Hour), EndsAt: noon, MadeAt: noon.Add(-time.Hour),
	}
	late := early
	late.ID, late.StartsAt, late.EndsAt = "d-2", noon, noon.Add(time.Hour)
	ended := early
	ended.EndedAt, ended.EndedBy, ended.Status = noon.Add(-time.Minute), "token ci", suppress.DeployRolledBack
	for _, d := range []suppress.Deploy{early, late, ended} {
		if err := j.SaveDeploy(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	j, _ = openFile(t, path)
	got, err := j.Deploys(t.Context())
	if diff := cmp.Diff([]suppress.Deploy{late, ended}, got); diff != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, diff)
	}
	if _, err := j.Prune(t.Context(), noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, err = j.Deploys(t.Context()); err != nil || len(got) != 1 || got[0].ID != "d-2" {
		t.Errorf("after pruning %+v, %v", got, err)
	}
}
