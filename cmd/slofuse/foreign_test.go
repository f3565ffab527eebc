package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/web/api"
)

// A server reads the files of other tools beside native ones, and has numbers for
// all of them.
func TestAServerReadsFilesOfOtherTools(t *testing.T) {
	dir, clock, pager := t.TempDir(), newClock(wednesday), newReceiver(t)
	if err := os.CopyFS(filepath.Join(dir, "slos"), os.DirFS(filepath.Join("..", "..", "examples", "foreign"))); err != nil {
		t.Fatal(err)
	}
	c := configuration{backend: newBackend(t, fleet.Options{Seed: 1, Now: clock.Now}).URL, hook: pager.URL, storage: filepath.Join(dir, "slofuse.db")}
	r := start(t, c.write(t, dir), clock.Now)
	r.round()
	var list struct{ SLOs []api.SLO }
	if err := json.Unmarshal([]byte(r.mustGet("/api/v1/slos")), &list); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range list.SLOs {
		if s.Data.State != "ok" || s.Total == 0 {
			t.Errorf("%s: %s, %v calls", s.ID, s.Data.State, s.Total)
		}
		ids = append(ids, s.ID)
	}
	if len(list.SLOs) != 4 {
		t.Errorf("the server has %v", ids)
	}
}
