package alerting

import (
	"strings"
	"testing"
	"time"
)

func TestEngineTellsAnOpenIncidentToWhomANewRouteLeads(t *testing.T) {
	s := newScene(t, "availability")
	s.engine.Configure(Settings{}) // a mistake: nobody is told
	s.slots(10*time.Minute, outage)
	if told := s.store.told(); len(told) != 0 {
		t.Fatalf("told %v without a route", summary(told))
	}
	s.engine.Configure(Settings{Route: pagers})
	s.store.failing = errDisk
	if err := s.slot(outage); err == nil {
		t.Fatal("the disk is full and nobody says so")
	}
	s.store.failing = nil
	s.slots(step, outage)
	told := s.store.told()
	wantTold(t, told, "team/slack/0 firing opened page loud", "pager/webhook/0 firing opened page loud")
	if !strings.HasPrefix(told[0].Reason, "open since 12:0") || !strings.Contains(told[0].Reason, "availability: burn rate") {
		t.Errorf("reason %q", told[0].Reason)
	}
	if i := s.incident(); len(i.Deliveries) != 2 || i.Deliveries[0].State != DeliveryOwed {
		t.Errorf("deliveries %+v", i.Deliveries)
	}
	s.slots(5*time.Minute, outage)
	s.engine.Configure(Settings{Route: pagers})
	s.slots(5*time.Minute, outage)
	s.restart()
	s.slots(5*time.Minute, outage)
	if told := s.store.told(); len(told) != 0 {
		t.Errorf("told again: %v", summary(told))
	}
	wantTold(t, s.until(quiet), "team/slack/0 firing severity ticket", "pager/webhook/0 firing severity ticket")
}

func TestEngineTellsNewcomersQuietlyWhatIsAcknowledged(t *testing.T) {
	s := newScene(t, "availability")
	s.routes = func(_ map[string]string, at time.Time) []Route { return pagers(nil, at) }
	s.until(outage)
	if _, err := s.engine.Acknowledge(t.Context(), s.incident().ID, "ada", ""); err != nil {
		t.Fatal(err)
	}
	s.store.told()
	s.engine.Configure(Settings{Route: pagers})
	s.slots(step, outage)
	told := s.store.told()
	wantTold(t, told, "pager/webhook/0 firing opened page")
	if i := s.incident(); i.State != IncidentAcked || i.AckedBy != "ada" {
		t.Errorf("the acknowledgement is lost: %+v", i)
	}
}
