package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/web/api"
)

// fires breaks the function and lets slots pass until its alert fires.
func (s *story) fires() {
	s.t.Helper()
	s.breakIt()
	for range 10 {
		s.pass(1)
		if s.alert().Alert.State == "firing" {
			return
		}
	}
	s.t.Fatalf("no alert within 5 minutes: %+v", s.alert())
}

func TestASilenceHoldsBackUntilItIsExpired(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	added := s.send(http.MethodPost, "/api/v1/silences", api.SilenceRequest{
		Matchers: []string{`service="checkout"`}, EndsAt: new(s.clock.Now().Add(time.Hour)), Author: "Mia", Reason: "known",
	}, http.StatusCreated)
	s.fires()
	s.pass(10)
	muted := s.alert().Alert.MutedBy
	if len(muted) != 1 || muted[0].ID != added.ID || muted[0].By != "Mia" || muted[0].Reason != "known" || len(s.pager.accepted()) != 0 {
		t.Fatalf("muted by %+v, sent %d", muted, len(s.pager.accepted()))
	}
	s.send(http.MethodDelete, "/api/v1/silences/"+added.ID+"?by=Noa", nil, http.StatusOK)
	s.pass(1)
	if page := s.pager.next(t); page.body.Status != "firing" || len(s.alert().Alert.MutedBy) != 0 {
		t.Errorf("after the silence %+v is sent, muted by %+v", page, s.alert().Alert.MutedBy)
	}
}

// A deploy that breaks everything is what people have to hear of, though not of its
// first minutes.
func TestAnOutagePiercesADeploy(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.send(http.MethodPost, "/api/v1/deploys", api.DeployRequest{ID: "run-1", Service: "checkout", Version: "v42", By: "ci"}, http.StatusCreated)
	s.fires()
	if muted := s.alert().Alert.MutedBy; len(muted) != 1 || muted[0].Kind != "deploy" || muted[0].Reason != "deploy of v42" || len(s.pager.accepted()) != 0 {
		t.Fatalf("muted by %+v, sent %d", muted, len(s.pager.accepted()))
	}
	began := s.clock.Now()
	for len(s.alert().Alert.MutedBy) > 0 {
		s.pass(1)
		if s.clock.Now().Sub(began) > 10*time.Minute {
			t.Fatalf("held back for 10 minutes: %+v", s.alert().Alert)
		}
	}
	page := s.pager.next(t)
	if after := s.clock.Now().Sub(began); after < 4*time.Minute || after > 6*time.Minute {
		t.Errorf("pierced after %s", after)
	}
	_, incident := s.get("/api/v1/incidents/" + page.body.Incident.ID)
	if !strings.Contains(incident, "deploy run-1 of checkout v42 pierced: ") {
		t.Errorf("the incident does not say what was pierced: %s", incident)
	}
}

// A window that mutes holds back while it goes on, and corrects nothing unless it says
// so.
func TestMaintenanceThatMutesHoldsBackUntilItIsOver(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	now := s.clock.Now()
	planned := s.send(http.MethodPost, "/api/v1/maintenance", api.Announcement{
		Matchers: []string{`owner="team-checkout"`}, Mute: true, Author: "Mia", Reason: "new disks", StartsAt: now, EndsAt: new(now.Add(10 * time.Minute)),
	}, http.StatusCreated)
	s.fires()
	alert := s.alert()
	if muted := alert.Alert.MutedBy; len(muted) != 1 || muted[0].Kind != "maintenance" || muted[0].ID != planned.ID || alert.Excluded.Slots != 0 {
		t.Fatalf("muted by %+v, excluded %+v", muted, alert.Excluded)
	}
	if got := s.metric(`slofuse_alerts_held_back{by="maintenance"}`); got != "1" {
		t.Errorf("%q alerts are held back", got)
	}
	for s.clock.Now().Before(now.Add(10 * time.Minute)) {
		if len(s.pager.accepted()) != 0 {
			t.Fatalf("told %s before the end", now.Add(10*time.Minute).Sub(s.clock.Now()))
		}
		s.pass(1)
	}
	if page := s.pager.next(t); page.body.Status != "firing" {
		t.Errorf("sent %+v", page)
	}
}

func TestADeployThatEndsWhileItBurnsIsTold(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.send(http.MethodPost, "/api/v1/deploys", api.DeployRequest{ID: "run-1", Service: "checkout", Functions: []string{"create-order"}, Version: "v42"}, http.StatusCreated)
	s.fires()
	s.send(http.MethodPost, "/api/v1/deploys/run-1/end", api.DeployEnd{Status: "failed"}, http.StatusOK)
	s.pass(1)
	if page := s.pager.next(t); page.body.Status != "firing" {
		t.Errorf("sent %+v", page)
	}
}

func TestWhatWasAnnouncedHoldsThroughARestart(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.send(http.MethodPost, "/api/v1/deploys", api.DeployRequest{ID: "run-1", Service: "checkout", Version: "v42"}, http.StatusCreated)
	silence := s.send(http.MethodPost, "/api/v1/silences", api.SilenceRequest{
		Matchers: []string{`service="checkout"`}, EndsAt: new(s.clock.Now().Add(time.Hour)), Author: "Mia", Reason: "known",
	}, http.StatusCreated)
	s.stop()
	s.running = start(t, s.file, s.clock.Now)
	s.round()
	s.fires()
	if muted := s.alert().Alert.MutedBy; len(muted) != 2 || muted[0].ID != silence.ID || muted[1].ID != "run-1" {
		t.Errorf("muted by %+v", muted)
	}
	s.send(http.MethodPost, "/api/v1/deploys", api.DeployRequest{ID: "run-1", Service: "checkout", Version: "v42"}, http.StatusOK)
	s.send(http.MethodPost, "/api/v1/deploys", api.DeployRequest{ID: "run-1", Service: "checkout", Version: "v43"}, http.StatusConflict)
}
