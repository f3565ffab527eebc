package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// promise is the objective of a function, of which two teams have many.
func promise(function, owner string, dependsOn ...slo.ID) slo.SLO {
	return slo.SLO{
		ID: slo.ID{Service: "shop", Function: function, Name: "availability"}, Owner: owner, DependsOn: dependsOn,
		Objective: slo.MustObjective("99.9%"), Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
		Tiers:       []slo.Tier{{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage}},
		Guard:       slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
		MaxSeverity: slo.SeverityPage,
	}
}

// failing10th has every tenth call fail for an hour.
func failing10th(s slo.SLO, at time.Time) slo.Assessment {
	a := slo.Assessment{ID: s.ID, Objective: s.Objective, AsOf: at, State: slo.StateOK}
	for _, length := range s.BurnWindows() {
		calls := int64(length / time.Second)
		a.Burns = append(a.Burns, slo.WindowSum{Length: length, To: at, Counts: slo.Counts{Total: calls, Bad: calls / 10}, BadSlots: 10, Coverage: 1})
	}
	return a
}

// The storm from the assessments on: 9,999 functions fail because the one they call
// does. The engine decides one incident, whose owner is paged once, and what the
// others hear is told together.
func TestTenThousandObjectivesOfOneDependencyAreOneIncident(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const functions = tenThousand
		s := newStation(t)
		defer s.stop()
		engine, err := alerting.NewEngine(t.Context(), alerting.Config{
			Store: s.journal, Now: time.Now, Wake: func() {
				select {
				case s.wake <- struct{}{}:
				default:
				}
			},
			Settings: alerting.Settings{ExternalURL: "https://slo.example.com", Route: func(map[string]string, time.Time) []alerting.Route {
				return []alerting.Route{{Destinations: []alerting.Destination{s.chat, s.pager}}}
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		cause := slo.ID{Service: "shop", Function: "stock"}
		slos := []slo.SLO{promise("stock", "team-stock")}
		for i := range functions - 1 {
			slos = append(slos, promise(fmt.Sprint("function-", i), fmt.Sprint("team-", i%2), cause))
		}
		at := time.Now()
		var assessments []slo.Assessment
		for _, o := range slos {
			assessments = append(assessments, failing10th(o, at))
		}
		if err := engine.Observe(t.Context(), at, slos, assessments); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Minute)
		if b, err := s.journal.Backlog(t.Context()); err != nil || b.Owed+b.Undeliverable > 0 {
			t.Errorf("backlog %+v, %v", b, err)
		}
		alerts := s.pagerduty.Process()
		rang := 0
		for _, a := range alerts {
			if a.Severity == "critical" {
				rang++
			}
		}
		mentions, messages := 0, s.slack.Messages()
		for _, m := range messages {
			if strings.Contains(m.Versions[0].Text, "<!here>") {
				mentions++
				if !strings.Contains(m.Versions[0].Text, "shop/stock") {
					t.Errorf("the page does not name the dependency: %s", m.Versions[0].Text)
				}
			}
		}
		if rang != 1 || mentions != 1 || len(messages) > 20 {
			t.Errorf("%d pages in PagerDuty and %d in Slack, of %d messages; want one each", rang, mentions, len(messages))
		}
		if limited := s.toSlack.limited.Load() + s.toPagerDuty.limited.Load(); limited > 0 {
			t.Errorf("%d calls over a limit", limited)
		}
		standing := 0
		incidents, err := engine.Incidents(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range incidents {
			if i.Cause == "" {
				standing++
			}
		}
		if standing != 1 || len(incidents) != functions {
			t.Errorf("%d of %d incidents stand for themselves, want one that all others follow", standing, len(incidents))
		}
		t.Logf("%d messages in Slack, %d alerts in PagerDuty", len(messages), len(alerts))
	})
}
