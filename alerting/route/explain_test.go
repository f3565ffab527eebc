package route_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/route"
)

// way writes an explanation as lines, a dash for each level.
func way(e route.Explanation) []string {
	var lines []string
	for _, v := range e.Visits {
		line := strings.Repeat("-", v.Depth) + v.Node.Matchers.String() + " " + string(v.Outcome)
		switch v.Outcome {
		case route.Takes:
			line += " " + e.Hits[v.Hit].Receiver
		case route.Fails:
			line += fmt.Sprintf(" %s, %s is %q", v.Failed, v.Label, v.Value)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestExplainShowsTheWay(t *testing.T) {
	for name, tc := range map[string]struct {
		labels map[string]string
		want   []string
	}{
		"through continue, into a child, and nobody after it": {
			map[string]string{"tier": "critical", "owner": "team-checkout", "severity": "page"},
			[]string{
				`{} passes`,
				`-{tier="critical"} takes audit`,
				`-{owner="team-checkout"} passes`,
				`--{severity="page"} takes checkout-pager`,
				`--{function="charge-card"} not_asked`,
				`-{function=~"batch-.*"} not_asked`,
				`-{owner=""} not_asked`,
			},
		},
		"to nobody but the top": {
			map[string]string{"owner": "team-x", "function": "f"},
			[]string{
				`{} takes default`,
				`-{tier="critical"} fails tier="critical", tier is ""`,
				`-{owner="team-checkout"} fails owner="team-checkout", owner is "team-x"`,
				`-{function=~"batch-.*"} fails function=~"batch-.*", function is "f"`,
				`-{owner=""} fails owner="", owner is "team-x"`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, way(company(t).Explain(tc.labels, noon))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheFirstMatcherThatFailsIsNamed(t *testing.T) {
	tree, err := route.New(route.Node{Receiver: "all", Routes: []route.Node{
		{Receiver: "one", Matchers: is(t, "severity", "page", "owner", "a", "tier", "critical")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := tree.Explain(map[string]string{"severity": "page", "owner": "b"}, noon).Visits[1]
	if got.Failed != `owner="a"` || got.Label != "owner" || got.Value != "b" {
		t.Errorf("failed at %s, %s is %q", got.Failed, got.Label, got.Value)
	}
}
