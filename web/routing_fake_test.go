package web_test

import (
	"testing"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/site"
)

// roads are routes as a small shop has them: pages of checkout to a pager with an
// escalation, tickets at noon to nobody, and what nobody takes to a channel.
type roads struct {
	root *route.Node
	tree *route.Tree
	text string // of every message
}

func is(t testing.TB, name, value string) *labels.Matcher {
	t.Helper()
	m, err := labels.NewMatcher(labels.MatchEqual, name, value)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func newRoads(t testing.TB) *roads {
	t.Helper()
	noons := route.Interval{Name: "noons", Periods: []route.Period{{Times: []route.Range{{First: 11 * 60, Last: 13 * 60}}}}}
	r := &roads{text: "PAGE <b>"}
	r.root = &route.Node{Receiver: "channel", Routes: []route.Node{
		{
			Receiver: "pager", Matchers: labels.Matchers{is(t, "severity", "page"), is(t, "service", "checkout")}, Continue: true,
			Escalation: &route.Escalation{Name: "primary", Steps: []route.Step{{After: 15 * time.Minute, Receiver: "lead"}}},
		},
		{Receiver: "tickets", Matchers: labels.Matchers{is(t, "severity", "ticket")}, Mute: []route.Interval{noons}, Routes: []route.Node{
			{Receiver: "media", Matchers: labels.Matchers{is(t, "owner", "team-media")}, GroupBy: []string{"owner"}},
		}},
		{Receiver: "void", Matchers: labels.Matchers{is(t, "service", "flags")}},
	}}
	var err error
	if r.tree, err = route.New(*r.root); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *roads) Routes() (*route.Node, *route.Tree) { return r.root, r.tree }

func (r *roads) Destinations(receiver string) []string {
	if receiver == "void" {
		return nil
	}
	return []string{receiver + "/slack/#" + receiver}
}

func (r *roads) Sample(receiver string, _ map[string]string) []site.Message {
	return []site.Message{{Destination: receiver + "/slack", Text: r.text}}
}

func routedServer(t testing.TB, f *fleet) *web.Server {
	t.Helper()
	for i := range f.slos {
		f.slos[i].MaxSeverity = slo.SeverityPage
	}
	config := f.config()
	config.Routing = newRoads(t)
	s, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
