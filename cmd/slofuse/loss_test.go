package main

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/examples/fleet"
)

// TestDataThatIsGoneFilesATicket stops the scrapes of a healthy function: somebody is
// told within a quarter of an hour, and when the data is back.
func TestDataThatIsGoneFilesATicket(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	fault, err := s.prom.Start(fleet.Fault{Kind: fleet.TargetDown, Service: s.serviceName, Function: s.function}, s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.pass(19)
	if got := s.alert().Alert; got.State != "ok" {
		t.Errorf("after 9.5 minutes the alert is %+v", got)
	}
	s.pass(5)
	if got := s.alert().Alert; got.State != "firing" || got.Severity != "ticket" || got.Tier != "no_data" || !strings.Contains(got.Reason, "it may be gone for 10m here") {
		t.Errorf("after 12 minutes the alert is %+v", got)
	}
	if in := s.later().body.Incident; in.Severity != "ticket" || !strings.Contains(in.Reason, "no data for 10m") {
		t.Errorf("it says %+v", in)
	}
	s.mend(fault)
	s.calm()
	if end := s.later().body; end.Status != "resolved" || !strings.Contains(end.Incident.Reason, "the data is back") {
		t.Errorf("then it says %s: %+v", end.Status, end.Incident)
	}
	s.pager.none(t)
}
