package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/web/api"
)

// send asks with a body and a method, and wants an answer with a status.
func (s *story) send(method, path string, body any, want int) api.Maintenance {
	s.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var m api.Maintenance
	if err := json.NewDecoder(resp.Body).Decode(&m); err != nil || resp.StatusCode != want {
		s.t.Fatalf("%s %s answers %d: %+v, %v", method, path, resp.StatusCode, m, err)
	}
	return m
}

// numbers are those of an SLO that a budget is made of.
type numbers struct {
	Good, Bad, Total, Allowed, Spent, Remaining, SLI float64
}

func numbersOf(s api.SLO) numbers {
	return numbers{s.Good, s.Bad, s.Total, s.ErrorBudget.Allowed, s.ErrorBudget.Spent, *s.ErrorBudget.RemainingRatio, *s.SLI}
}

// Two fleets are alike but for an outage. Without the time of the outage their budgets
// are the same, to the event; taken back, what was measured is there again.
func TestACorrectedBudgetIsThatOfAFleetWithoutTheOutage(t *testing.T) {
	t.Parallel()
	lucky, unlucky := newStory(t, configuration{}), newStory(t, configuration{})
	began := unlucky.clock.Now()
	fault := unlucky.breakIt()
	unlucky.pass(6)
	unlucky.mend(fault)
	unlucky.pass(14)
	lucky.pass(20)
	measured := unlucky.alert()
	if good := lucky.alert(); measured.Bad < good.Bad+100 || measured.Total != good.Total {
		t.Fatalf("%v bad of %v with the outage, %v of %v without", measured.Bad, measured.Total, good.Bad, good.Total)
	}

	announcement := api.Announcement{
		Matchers: []string{`service="checkout"`, `function="create-order"`}, Correct: true, Author: "Mia", Reason: "new disks",
		StartsAt: began.Add(-time.Minute), EndsAt: new(began.Add(5 * time.Minute)),
	}
	planned := unlucky.send(http.MethodPost, "/api/v1/maintenance", announcement, http.StatusCreated)
	lucky.send(http.MethodPost, "/api/v1/maintenance", announcement, http.StatusCreated)
	lucky.pass(1)
	unlucky.pass(1) // within a slot
	corrected, without := unlucky.alert(), lucky.alert()
	if diff := cmp.Diff(numbersOf(without), numbersOf(corrected)); diff != "" {
		t.Errorf("without the outage (-that never was +corrected):\n%s", diff)
	}
	x := corrected.Excluded
	if x.Slots != 13 || x.Bad < 100 || len(x.Corrections) != 1 || x.Corrections[0].Maintenance != planned.ID || x.Corrections[0].Reason != "new disks" {
		t.Errorf("excluded %+v", x)
	}
	if corrected.Bad+x.Bad != x.Measured.Bad || corrected.Total+x.Total != x.Measured.Total || x.Measured.Bad < measured.Bad {
		t.Errorf("%v and %v are not %v bad of %v", corrected.Bad, x.Bad, x.Measured.Bad, x.Measured.Total)
	}

	unlucky.send(http.MethodDelete, "/api/v1/maintenance/"+planned.ID+"?by=Noa", nil, http.StatusOK)
	unlucky.pass(1)
	if back := unlucky.alert(); back.Excluded.Slots != 0 || back.Bad < x.Measured.Bad || *back.ErrorBudget.RemainingRatio >= *corrected.ErrorBudget.RemainingRatio {
		t.Errorf("taken back %+v", back)
	}
}

func TestMaintenanceHoldsThroughARestart(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	now := s.clock.Now()
	s.send(http.MethodPost, "/api/v1/maintenance", api.Announcement{
		Matchers: []string{`owner="team-checkout"`}, Correct: true, Author: "Mia", Reason: "new disks",
		StartsAt: now.Add(-2 * time.Hour), EndsAt: new(now.Add(-time.Hour)),
	}, http.StatusCreated)
	s.pass(1)
	before := s.alert().Excluded
	s.stop()
	s.running = start(t, s.file, s.clock.Now)
	s.pass(1)
	if after := s.alert().Excluded; before.Slots < 119 || !cmp.Equal(before.Corrections, after.Corrections) {
		t.Errorf("before %+v, after %+v", before, after)
	}
}
