package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
)

// TestNamesOfAnyLengthFitThePagesThatOperate opens what holds back, routes and says how
// slofuse does with names of 200 letters, on a phone.
func TestNamesOfAnyLengthFitThePagesThatOperate(t *testing.T) {
	b := browse(t, newFleet())
	long := strings.Repeat("w", 200)
	f := newFleet()
	f.add(member{
		service: long, function: long, name: long, owner: long, objective: "99%", total: 1000, bad: 500, burn: 20,
		phase: alerting.PhaseFiring, severity: slo.SeverityPage, reason: long,
	})
	f.incidents = append(f.incidents, alerting.Incident{
		ID: "long", State: alerting.IncidentOpen, Severity: slo.SeverityPage, Service: long, Function: long, OpenedAt: noon, Alerts: f.alerts[len(f.alerts)-1:],
	})
	matchers, err := suppress.ParseMatchers(`service="` + long + `"`)
	if err != nil {
		t.Fatal(err)
	}
	f.silences = []suppress.Silence{{ID: "s-1", Matchers: matchers, StartsAt: noon, EndsAt: noon.Add(time.Hour), Author: long, Reason: long}}
	f.deploys = []suppress.Deploy{{ID: long[:100], Service: long, Functions: []string{long}, Version: long, By: long, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour)}}
	f.planned = []suppress.Maintenance{{ID: "m-1", Matchers: matchers, StartsAt: noon, EndsAt: noon.Add(time.Hour), Author: long, Reason: long, Mute: true}}
	m := wellMachine()
	m.Destinations[0].Name, m.Destinations[0].LastError, m.Configuration.File, m.Backends[0].Name = long, long, long, long
	config := f.config()
	config.Routing, config.System = newRoads(t), m
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	b.handler.Store(server)
	id := slo.ID{Service: long, Function: long, Name: long}
	for _, path := range []string{
		"/silences?preview=&for=1h&service=" + long, "/deploys?preview=&service=" + long, "/maintenance?preview=&does=both&service=" + long,
		"/routes?slo=" + url.QueryEscape(id.String()), "/status",
	} {
		for _, width := range []int64{390, 1280} {
			b.open(t, path, width)
			if over := evaluate[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%.40s at %d: %d pixels too wide, by %s", path, width, over, evaluate[string](t, b, widest))
			}
		}
		if found := b.violations(t); len(found) > 0 {
			t.Errorf("%.40s: %s", path, strings.Join(found, "\n"))
		}
		if said := b.complaints(); len(said) > 0 {
			t.Errorf("%.40s: %q", path, said)
		}
	}
}
