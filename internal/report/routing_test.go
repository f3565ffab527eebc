package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

// routing has everything that may be said of a receiver.
func routing() api.Routing {
	until := time.Date(2026, 3, 19, 6, 0, 0, 0, time.UTC)
	return api.Routing{
		At: time.Date(2026, 3, 18, 23, 0, 0, 0, time.UTC), Labels: map[string]string{"severity": "page", "owner": "team\x1b[31m"}, Notes: []string{"severity is not given: page is assumed"},
		Routes: []api.RoutingVisit{
			{Matchers: "{}", Receiver: "top", Outcome: "passes", Reason: "passes it to a route below"},
			{Depth: 1, Matchers: `{owner="a"}`, Receiver: "a", Outcome: "fails", Reason: `owner="a" does not hold: owner is "team"`},
			{Depth: 1, Matchers: `{severity="page"}`, Receiver: "pager", Outcome: "takes", Reason: "takes it"},
			{Depth: 1, Matchers: `{tier="critical"}`, Receiver: "lead", Outcome: "not_asked", Reason: "is not asked: the route that takes it does not continue"},
		},
		Told: []api.RoutingHit{
			{
				Receiver: "pager", Path: []string{"{}", `{severity="page"}`}, Destinations: []string{"pager/webhook/a", "pager/webhook/b"},
				GroupBy: []string{"service", "owner"}, Group: `pager:{}/{severity="page"}:{service="",owner="team"}`,
				GroupWait: "0s", GroupInterval: "5m", RepeatInterval: "4h", Muted: &api.RoutingMute{By: "nights", Until: &until},
				Escalation: &api.RoutingClimb{Name: "primary", Steps: []api.RoutingStep{
					{After: "15m", Receiver: "lead", Destinations: []string{"lead/webhook/phone"}}, {After: "1h", Receiver: "boss"},
				}},
				Also: []api.RoutingBeside{{Path: []string{"{}", "{}"}, Muted: "weekends"}, {Path: []string{"{}"}}},
			},
			{Receiver: "void", Path: []string{"{}"}, GroupWait: "30s", GroupInterval: "5m", RepeatInterval: "1d", Muted: &api.RoutingMute{By: "always"}},
		},
	}
}

func TestRoutingIsReadable(t *testing.T) {
	for name, style := range map[string]report.Style{"routing.table": {}, "routing.ascii": {ASCII: true}} {
		var b bytes.Buffer
		if err := report.WriteRouting(&b, routing(), style); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.String())
	}
}

func TestRoutesAreReadable(t *testing.T) {
	var b bytes.Buffer
	report.WriteRoutes(&b, api.RouteNode{
		Matchers: "{}", Receiver: "top", Destinations: []string{"top/slack/#slo"}, Says: []string{"group_by: [service]", "repeat_interval: 6h"},
		Routes: []api.RouteNode{{Matchers: `{severity="page"}`, Receiver: "void"}},
	}, report.Style{})
	golden(t, "routes.table", b.String())
	if strings.Contains(b.String(), "\x1b") {
		t.Error("colours where none are wanted")
	}
}
