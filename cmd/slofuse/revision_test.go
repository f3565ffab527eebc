package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// edit puts a changed SLO file in force.
func (s *story) edit(changes ...string) {
	s.t.Helper()
	writeFile(s.t, filepath.Join(filepath.Dir(s.file), "slos", "quick.yaml"), strings.NewReplacer(changes...).Replace(quickFile))
	if err := s.Reload(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// at is where the objective stood at an instant of the past.
func (s *story) at(moment time.Time) api.SLO {
	s.t.Helper()
	code, body := s.get("/api/v1/slos/checkout/create-order/availability?" + url.Values{"at": {moment.Format(time.RFC3339)}}.Encode())
	if code != http.StatusOK {
		s.t.Fatalf("status %d: %s", code, body)
	}
	test, ok := s.t.(*testing.T)
	if !ok {
		s.t.Fatal("not a test")
	}
	return unmarshal[api.SLO](test, body)
}

func TestARenamedObjectiveKeepsItsIncidentAndItsRevisions(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.edit("99.9%", "99.8%")
	fault, page := s.burn()
	s.edit("99.9%", "99.8%", "name: availability", "name: success\n        renamed_from: availability")
	s.pass(3)
	s.pager.none(t)
	if code, _ := s.get("/api/v1/slos/checkout/create-order/availability"); code != http.StatusNotFound {
		t.Errorf("the old name: status %d", code)
	}
	code, body := s.get("/api/v1/slos/checkout/create-order/success")
	got := unmarshal[api.SLO](t, body)
	if code != http.StatusOK || got.Revision != 2 || got.Alert.State != "firing" || got.Incident == nil || *got.Incident != page.body.Incident.ID {
		t.Errorf("the new name: status %d, %s", code, body)
	}
	s.mend(fault)
	for range 40 {
		s.pass(1)
		if s.engine.OpenIncident(s.SLOs()[0].ID) == "" {
			break
		}
	}
	if end := s.pager.next(t); end.body.Status != "resolved" || end.body.Incident.ID != page.body.Incident.ID {
		t.Errorf("the end is %+v", end.body.Incident)
	}
}

func TestSettingsThatFailMakeNoRevision(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	before := s.revisions.Histories()
	next := *s.applied
	changed := *next.config
	changed.Receivers = append(slices.Clone(changed.Receivers), changed.Receivers...)
	next.config = &changed
	next.set.SLOs = slices.Clone(next.set.SLOs)
	next.set.SLOs[0].Objective = slo.MustObjective("99.5%")
	if err := s.apply(t.Context(), &next); err == nil {
		t.Fatal("two receivers of one name are in force")
	}
	if diff := cmp.Diff(before, s.revisions.Histories(), cmp.AllowUnexported(slo.Objective{})); diff != "" {
		t.Errorf("revisions (-before +after):\n%s", diff)
	}
	if got := s.SLOs()[0]; got.Revision != 1 {
		t.Errorf("revision %d is in force", got.Revision)
	}
}

func TestAChangedPromiseHoldsFromNowOnAndNotBefore(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.pass(2)
	first := s.alert()
	s.clock.advance(10 * time.Minute)
	s.round()

	s.edit("99.9%", "99.5%", "5..", "[25]..")
	s.round()
	s.pass(2)
	now := s.alert()
	if now.Revision != 2 || now.Objective != 0.995 {
		t.Errorf("in force is revision %d with %v", now.Revision, now.Objective)
	}
	if now.Bad < 0.9*now.Total || now.Total < first.Total || now.Data.Coverage < 0.99 {
		t.Errorf("the new selector, by which nearly every call is bad, was not read back: %v of %v bad, coverage %v", now.Bad, now.Total, now.Data.Coverage)
	}
	then := s.at(*first.AsOf)
	if then.Revision != 1 || then.Objective != 0.999 || then.Bad != first.Bad || then.Total != first.Total {
		t.Errorf("then it was revision %d with %v, %v of %v bad; want 1 with 0.999, %v of %v",
			then.Revision, then.Objective, then.Bad, then.Total, first.Bad, first.Total)
	}
	s.log.await(t, "objective 99.9% → 99.5%, bad selector")

	s.edit("team-checkout", "team-orders", "99.9%", "99.5%", "5..", "[25]..")
	if got := s.SLOs()[0]; got.Revision != 2 || got.Owner != "team-orders" {
		t.Errorf("another owner made revision %d of %s", got.Revision, got.Owner)
	}
}
