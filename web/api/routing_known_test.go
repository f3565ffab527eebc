package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/alertmanager/matcher/parse"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

func TestLabelsThatNoAlertHasAreNoticed(t *testing.T) {
	matchers, err := parse.Matchers(`{region="eu"}`)
	if err != nil {
		t.Fatal(err)
	}
	root := route.Node{Routes: []route.Node{{Routes: []route.Node{{Matchers: matchers}}}}}
	slos := []slo.SLO{{ID: slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"}, Owner: "team-checkout", Labels: map[string]string{"tier": "critical"}}}
	for given, want := range map[[2]string]string{
		{"ower", "team-checkout"}:   "no SLO has a label ower, and no route looks at one: did you mean owner=team-checkout?",
		{"Owner", "team-checkout"}:  "no SLO has a label Owner, and no route looks at one: did you mean owner=team-checkout?",
		{"zzzzzz", "<b>"}:           "no SLO has a label zzzzzz, and no route looks at one",
		{"owner", "team-chekout"}:   "no SLO has owner=team-chekout: did you mean owner=team-checkout?",
		{"severity", "pagee"}:       "no SLO has severity=pagee: did you mean severity=page?",
		{"owner", "team-checkout"}:  "",
		{"owner", "somebody-else"}:  "", // of an SLO to come
		{"tier", "critical"}:        "",
		{"region", "us"}:            "", // a route looks at it
		{"service", "checkout"}:     "",
		{"function", "charge-card"}: "",
	} {
		labels := map[string]string{given[0]: given[1]}
		got := api.RoutingLabels{}.Checked(labels, root, slos).Notes
		if want == "" && len(got) == 0 {
			continue
		}
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", given, diff)
		}
	}
}
