package route_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/slofuse/slofuse/alerting/route"
)

func match(t testing.TB, typ labels.MatchType, name, value string) *labels.Matcher {
	t.Helper()
	m, err := labels.NewMatcher(typ, name, value)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func is(t testing.TB, pairs ...string) labels.Matchers {
	t.Helper()
	var ms labels.Matchers
	for i := 0; i < len(pairs); i += 2 {
		ms = append(ms, match(t, labels.MatchEqual, pairs[i], pairs[i+1]))
	}
	return ms
}

// noon is an instant at which nothing special happens.
var noon = time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC)

func receivers(hits []route.Hit) []string {
	var names []string
	for _, hit := range hits {
		names = append(names, hit.Receiver)
	}
	return names
}

// company is a tree with every feature: nesting, continue, inheritance, a
// regular expression, a matcher on an absent label.
func company(t testing.TB) *route.Tree {
	t.Helper()
	tree, err := route.New(route.Node{
		Receiver: "default",
		Routes: []route.Node{
			{Receiver: "audit", Matchers: is(t, "tier", "critical"), Continue: true},
			{Receiver: "checkout", Matchers: is(t, "owner", "team-checkout"), Routes: []route.Node{
				{Receiver: "checkout-pager", Matchers: is(t, "severity", "page")},
				{Matchers: is(t, "function", "charge-card")},
			}},
			{Receiver: "batch", Matchers: labels.Matchers{match(t, labels.MatchRegexp, "function", "batch-.*")}},
			{Receiver: "nobody", Matchers: is(t, "owner", "")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestMatchFindsTheReceivers(t *testing.T) {
	for name, tc := range map[string]struct {
		labels map[string]string
		want   []string
	}{
		"the deepest match takes it":                         {map[string]string{"owner": "team-checkout", "severity": "page"}, []string{"checkout-pager"}},
		"no child matches, so the parent takes it":           {map[string]string{"owner": "team-checkout", "severity": "ticket"}, []string{"checkout"}},
		"a child without a receiver has its parent's":        {map[string]string{"owner": "team-checkout", "function": "charge-card"}, []string{"checkout"}},
		"continue asks the next siblings too":                {map[string]string{"tier": "critical", "owner": "team-checkout", "severity": "page"}, []string{"audit", "checkout-pager"}},
		"continue that finds nothing else is a match":        {map[string]string{"tier": "critical", "owner": "team-x"}, []string{"audit"}},
		"a regular expression is anchored at its start":      {map[string]string{"owner": "x", "function": "a-batch-1"}, []string{"default"}},
		"a regular expression matches":                       {map[string]string{"owner": "x", "function": "batch-1"}, []string{"batch"}},
		"the first match ends the search":                    {map[string]string{"owner": "team-checkout", "function": "batch-1"}, []string{"checkout"}},
		"a missing label is the empty value":                 {map[string]string{"severity": "page"}, []string{"nobody"}},
		"what nobody takes goes to the receiver of the root": {map[string]string{"owner": "team-x"}, []string{"default"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, receivers(company(t).Match(tc.labels, noon))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAReceiverThatMatchesTwiceIsToldOnce(t *testing.T) {
	tree, err := route.New(route.Node{Receiver: "all", Routes: []route.Node{
		{Receiver: "chat", Matchers: is(t, "severity", "page"), Continue: true},
		{Receiver: "chat"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"chat"}, receivers(tree.Match(map[string]string{"severity": "page"}, noon))); diff != "" {
		t.Error(diff)
	}
	if hits := tree.Explain(map[string]string{"severity": "page"}, noon).Hits; len(hits) != 2 {
		t.Errorf("Explain returned %d hits, want both ways to the receiver", len(hits))
	}
}

func TestNewRefusesARootThatLosesIncidents(t *testing.T) {
	for name, tc := range map[string]struct {
		root route.Node
		want string
	}{
		"without a receiver": {route.Node{}, "needs a receiver"},
		"with matchers":      {route.Node{Receiver: "a", Matchers: is(t, "owner", "x")}, "takes everything"},
		"with continue":      {route.Node{Receiver: "a", Continue: true}, "no siblings"},
		"with silent hours":  {route.Node{Receiver: "a", Mute: []route.Interval{{}}}, "never silent"},
		"with active hours":  {route.Node{Receiver: "a", Active: []route.Interval{{}}}, "never silent"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := route.New(tc.root)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("New() = %v, want an error that says %q", err, tc.want)
			}
		})
	}
}

func TestTheTreeDoesNotShareTheCallersSlices(t *testing.T) {
	root := route.Node{Receiver: "default", Routes: []route.Node{{Receiver: "a", Matchers: is(t, "owner", "a")}}}
	tree, err := route.New(root)
	if err != nil {
		t.Fatal(err)
	}
	root.Routes[0].Receiver = "changed"
	root.Routes[0].Matchers[0] = match(t, labels.MatchEqual, "owner", "changed")
	if diff := cmp.Diff([]string{"a"}, receivers(tree.Match(map[string]string{"owner": "a"}, noon))); diff != "" {
		t.Error(diff)
	}
}

func ExampleTree_Match() {
	pages, _ := labels.NewMatcher(labels.MatchEqual, "severity", "page")
	tree, _ := route.New(route.Node{
		Receiver: "chat",
		Routes:   []route.Node{{Receiver: "pager", Matchers: labels.Matchers{pages}}},
	})
	for _, severity := range []string{"page", "ticket"} {
		for _, hit := range tree.Match(map[string]string{"service": "checkout", "severity": severity}, time.Now()) {
			fmt.Println(hit.Receiver, hit.Path, "again after", hit.RepeatInterval)
		}
	}
	// Output:
	// pager [{} {severity="page"}] again after 4h0m0s
	// chat [{}] again after 24h0m0s
}
