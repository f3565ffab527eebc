package notify_test

import (
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

func TestADigestSaysHowManyIncidentsStandHow(t *testing.T) {
	taken := func(id, incident, dest string) alerting.Notification {
		n := page(id, incident, dest)
		n.Incident.State = alerting.IncidentAcked
		return n
	}
	of := func(kind func(id, incident, dest string) alerting.Notification, n int) []alerting.Notification {
		return several(kind, n, itself)
	}
	for want, many := range map[string][]alerting.Notification{
		"PAGE · 9,941 incidents burn":                              of(page, 9941),
		"TICKET · 2 incidents burn":                                of(ticket, 2),
		"NOTICE · 2 incidents burn":                                of(notice, 2),
		"PAGE · 3 incidents burn":                                  append(of(ticket, 2), of(page, 1)...),
		"RESOLVED · 120 incidents are over":                        of(resolved, 120),
		"RESOLVED · 1 incident is over, 2 were acknowledged":       append(of(taken, 2), of(resolved, 1)...),
		"ACKNOWLEDGED · 2 incidents were acknowledged":             of(taken, 2),
		"TICKET · 2 incidents burn, 1 is over, 1 was acknowledged": append(append(of(ticket, 2), of(resolved, 1)...), of(taken, 1)...),
	} {
		if got := notify.CrowdTitle(many); got != want {
			t.Errorf("title %q, want %q", got, want)
		}
	}
	if notify.AndMore(of(page, 20)) != "" || notify.AndMore(of(page, 9961)) != "+9,941 more" {
		t.Error("the rest is miscounted")
	}
}
