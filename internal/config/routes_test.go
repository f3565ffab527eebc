package config_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/config"
)

func full(t *testing.T) *config.Config {
	t.Helper()
	c, problems, err := config.Load("testdata/full.good.yaml")
	if err != nil || len(problems) != 0 {
		t.Fatal(err, problems)
	}
	return c
}

func TestRoutesCarryWhatIsToldTogetherAndWhen(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	nights := route.Interval{Name: "nights", Periods: []route.Period{
		{Times: []route.Range{{First: 22 * 60, Last: 24 * 60}, {First: 0, Last: 6 * 60}}, Location: berlin},
		{
			Weekdays: []route.Range{{First: 6, Last: 6}, {First: 0, Last: 0}}, DaysOfMonth: []route.Range{{First: 1, Last: 7}, {First: -1, Last: -1}, {First: 25, Last: -1}},
			Months: []route.Range{{First: 12, Last: 12}, {First: 1, Last: 1}, {First: 3, Last: 3}}, Years: []route.Range{{First: 2026, Last: 2030}},
		},
	}}
	office := route.Interval{Name: "office", Periods: []route.Period{
		{Weekdays: []route.Range{{First: 1, Last: 5}}, Times: []route.Range{{First: 9 * 60, Last: 17*60 + 30}}},
	}}
	primary := route.Escalation{Name: "primary", Steps: []route.Step{{After: 15 * time.Minute, Receiver: "lead"}, {After: time.Hour, Receiver: "platform"}}}
	now := time.Duration(0)
	want := route.Node{
		Receiver: "default", GroupBy: []string{"service", "owner"}, RepeatInterval: 12 * time.Hour,
		Routes: []route.Node{
			{Receiver: "checkout-pager", Continue: true, GroupBy: []string{"incident"}, Escalation: &primary},
			{Routes: []route.Node{
				{
					Receiver: "checkout-pager", GroupBy: []string{}, GroupWait: &now, GroupInterval: time.Minute,
					Escalation: &route.Escalation{}, Mute: []route.Interval{nights},
				},
				{Active: []route.Interval{office, nights}},
			}},
		},
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if diff := cmp.Diff(want, *full(t).Route, sameZone, cmpopts.IgnoreTypes(labels.Matchers{})); diff != "" {
		t.Error(diff)
	}
}

func TestAlertingIsRead(t *testing.T) {
	want := config.Alerting{
		Reopen: time.Hour, AckPage: 2 * time.Hour, AckTicket: 24 * time.Hour, DeployHold: 20 * time.Minute, MaxSilence: 72 * time.Hour, SourceDownReceiver: "platform",
	}
	if got := full(t).Alerting; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
