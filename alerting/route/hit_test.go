package route_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/route"
)

// family is a tree in which children leave things out.
func family(t testing.TB) *route.Tree {
	t.Helper()
	tree, err := route.New(route.Node{
		Receiver: "top", GroupBy: []string{"service"}, RepeatInterval: 6 * time.Hour,
		Escalation: &route.Escalation{Name: "primary", Steps: []route.Step{{After: 15 * time.Minute, Receiver: "lead"}}},
		Routes: []route.Node{
			{
				Receiver: "own", Matchers: is(t, "owner", "a"), GroupBy: []string{}, GroupWait: new(time.Duration), GroupInterval: time.Minute, RepeatInterval: time.Hour, Escalation: &route.Escalation{},
				Routes: []route.Node{{Matchers: is(t, "tier", "critical"), GroupBy: []string{"incident", "function"}}},
			},
			{Receiver: "heir", Matchers: is(t, "owner", "b"), GroupWait: new(time.Minute)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestAHitHoldsWhatTheRouteAndItsParentsSay(t *testing.T) {
	primary := route.Escalation{Name: "primary", Steps: []route.Step{{After: 15 * time.Minute, Receiver: "lead"}}}
	for name, tc := range map[string]struct {
		labels map[string]string
		want   route.Hit
	}{
		"the top, a ticket": {map[string]string{"service": "shop", "severity": "ticket"}, route.Hit{
			Receiver: "top", Path: []string{"{}"}, GroupBy: []string{"service"}, Group: `top:{}:{service="shop"}`,
			GroupWait: 30 * time.Second, GroupInterval: 5 * time.Minute, RepeatInterval: 6 * time.Hour, Escalation: primary,
		}},
		"a page waits for nobody": {map[string]string{"owner": "b", "service": "shop", "severity": "page"}, route.Hit{
			Receiver: "heir", Path: []string{"{}", `{owner="b"}`}, GroupBy: []string{"service"}, Group: `heir:{}/{owner="b"}:{service="shop"}`,
			GroupWait: 0, GroupInterval: 5 * time.Minute, RepeatInterval: 6 * time.Hour, Escalation: primary,
		}},
		"its own, and one group of all": {map[string]string{"owner": "a", "severity": "ticket"}, route.Hit{
			Receiver: "own", Path: []string{"{}", `{owner="a"}`}, GroupBy: []string{}, Group: `own:{}/{owner="a"}:{}`,
			GroupWait: 0, GroupInterval: time.Minute, RepeatInterval: time.Hour,
		}},
		"a grandchild": {map[string]string{"owner": "a", "tier": "critical", "incident": "i1", "severity": "page"}, route.Hit{
			Receiver: "own", Path: []string{"{}", `{owner="a"}`, `{tier="critical"}`}, GroupBy: []string{"incident", "function"},
			Group:     `own:{}/{owner="a"}/{tier="critical"}:{incident="i1",function=""}`,
			GroupWait: 0, GroupInterval: time.Minute, RepeatInterval: time.Hour,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]route.Hit{tc.want}, family(t).Match(tc.labels, noon)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARouteThatSaysNothingHasTheDefaultsOfTheSeverity(t *testing.T) {
	tree, err := route.New(route.Node{Receiver: "all"})
	if err != nil {
		t.Fatal(err)
	}
	for severity, want := range map[string][3]time.Duration{
		"page":   {0, 5 * time.Minute, 4 * time.Hour},
		"ticket": {30 * time.Second, 5 * time.Minute, 24 * time.Hour},
	} {
		h := tree.Match(map[string]string{"severity": severity, "incident": "i1"}, noon)[0]
		if got := [3]time.Duration{h.GroupWait, h.GroupInterval, h.RepeatInterval}; got != want {
			t.Errorf("%s: %v, want %v", severity, got, want)
		}
		if h.Group != `all:{}:{incident="i1"}` || h.Muted != "" || len(h.Escalation.Steps) > 0 {
			t.Errorf("%s: group %s, muted %q, escalation %v", severity, h.Group, h.Muted, h.Escalation)
		}
	}
}

func TestASilentWayDoesNotHideAnotherToTheSameReceiver(t *testing.T) {
	always := []route.Interval{interval("always", route.Period{})}
	tree, err := route.New(route.Node{Receiver: "all", Routes: []route.Node{
		{Receiver: "chat", Mute: always, Continue: true},
		{Receiver: "audit", Mute: always, Continue: true},
		{Receiver: "chat", RepeatInterval: time.Hour},
	}})
	if err != nil {
		t.Fatal(err)
	}
	hits := tree.Match(nil, noon)
	if diff := cmp.Diff([]string{"chat", "audit"}, receivers(hits)); diff != "" {
		t.Fatal(diff)
	}
	if hits[0].Muted != "" || hits[0].RepeatInterval != time.Hour || hits[1].Muted != "always" {
		t.Errorf("chat muted by %q, audit by %q", hits[0].Muted, hits[1].Muted)
	}
}
