package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/internal/config"
)

const routedFile = `
backends: [{name: main, url: http://localhost:9090}]
alerting: {ack_expiry: {page: 1h, ticket: 2h}, source_down_receiver: platform}
route:
  receiver: chat
  routes:
    - {matchers: [severity="page"], receiver: pager, escalation: primary, group_by: [service]}
    - {matchers: [owner="night-owl"], mute_time_intervals: [nights], group_wait: 1m, group_interval: 2m, repeat_interval: 3h}
escalations: {primary: [{after: 15m, receiver: lead}, {after: 1h, receiver: platform}]}
time_intervals: [{name: nights, time_intervals: [{times: [{start_time: "00:00", end_time: "06:00"}]}]}]
receivers:
  - {name: chat, webhook_configs: [{name: one, url: http://localhost/one}, {name: two, url: http://localhost/two}]}
  - {name: pager, webhook_configs: [{name: hook, url: http://localhost/pager}]}
  - {name: lead, webhook_configs: [{name: hook, url: http://localhost/lead}]}
  - {name: platform, webhook_configs: [{name: hook, url: http://localhost/platform}]}
`

func settingsOf(t *testing.T, text string) alerting.Settings {
	t.Helper()
	cfg, problems := config.Parse("slofuse.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	targets, err := buildTargets(cfg.Receivers, targetTools{now: time.Now, limits: notify.NewLimits(time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	s, err := engineSettings(cfg, targets)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func destination(receiver, name string) alerting.Destination {
	return alerting.Destination{Receiver: receiver, Name: receiver + "/webhook/" + name}
}

func TestTheEngineIsToldWhatTheConfigurationSays(t *testing.T) {
	s := settingsOf(t, routedFile)
	if s.AckPage != time.Hour || s.AckTicket != 2*time.Hour || s.Reopen != 30*time.Minute {
		t.Errorf("acknowledgements of %v and %v, reopening within %v", s.AckPage, s.AckTicket, s.Reopen)
	}
	if diff := cmp.Diff([]alerting.Destination{destination("platform", "hook")}, s.Platform); diff != "" {
		t.Error(diff)
	}
	if settingsOf(t, "backends: [{name: main, url: http://localhost:9090}]").Route != nil {
		t.Error("a router without a route")
	}
}

func TestTheRouterAnswersWithDestinations(t *testing.T) {
	zero, minute := time.Duration(0), time.Minute
	night, day := time.Date(2026, 6, 10, 3, 0, 0, 0, time.UTC), time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC)
	chat := []alerting.Destination{destination("chat", "one"), destination("chat", "two")}
	owl := alerting.Route{
		Destinations: chat, Group: `chat:{}/{owner="night-owl"}:{incident="i1"}`,
		GroupWait: &minute, GroupInterval: 2 * time.Minute, RepeatInterval: 3 * time.Hour,
	}
	mutedOwl := owl
	mutedOwl.Muted = "nights"
	for name, tc := range map[string]struct {
		labels map[string]string
		at     time.Time
		want   alerting.Route
	}{
		"a page, with its escalation": {map[string]string{"severity": "page", "service": "shop", "incident": "i1"}, day, alerting.Route{
			Destinations: []alerting.Destination{destination("pager", "hook")}, Group: `pager:{}/{severity="page"}:{service="shop"}`,
			GroupWait: &zero, GroupInterval: 5 * time.Minute, RepeatInterval: 4 * time.Hour,
			Escalation: []alerting.EscalationStep{
				{After: 15 * time.Minute, Destinations: []alerting.Destination{destination("lead", "hook")}},
				{After: time.Hour, Destinations: []alerting.Destination{destination("platform", "hook")}},
			},
		}},
		"a ticket by day":                  {map[string]string{"severity": "ticket", "owner": "night-owl", "incident": "i1"}, day, owl},
		"at night it is muted, and listed": {map[string]string{"severity": "ticket", "owner": "night-owl", "incident": "i1"}, night, mutedOwl},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]alerting.Route{tc.want}, settingsOf(t, routedFile).Route(tc.labels, tc.at)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
