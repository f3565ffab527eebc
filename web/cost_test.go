package web_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// deployedBefore is a deploy of charge-card that began so long before noon.
func deployedBefore(id string, ago time.Duration) suppress.Deploy {
	at := noon.Add(-ago)
	return suppress.Deploy{ID: id, Service: "checkout", Functions: []string{"charge-card"}, Version: "v" + id, StartsAt: at, EndsAt: at.Add(time.Hour), MadeAt: at}
}

func costsOf(t *testing.T, f *fleet, id string) []api.Cost {
	t.Helper()
	costs := decode[api.DeployCosts](t, get(t, f.server(t), deploysPath+"/"+id+"/costs")).Costs
	if len(costs) == 0 {
		t.Fatalf("deploy %s has no costs", id)
	}
	return costs
}

// The history of the fleet has five times the errors in its last 18 hours: a deploy
// that began then has brought them.
func TestACostIsWhatWentWrongBeyondWhatWasExpected(t *testing.T) {
	f := newFleet()
	f.deploys = []suppress.Deploy{deployedBefore("1", 18*time.Hour)}
	costs := costsOf(t, f, "1")
	if len(costs) != 2 {
		t.Fatalf("%d costs", len(costs))
	}
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"}
	a := f.assessments[id]
	for _, c := range costs {
		if c.ID != id.String() {
			continue
		}
		// 10 calls a second for 18 hours, of which one in 2,500 failed, and then five.
		if c.Total != 648_000 || c.Bad != 1295 || *c.ExpectedBad != 259 {
			t.Errorf("%+v", c)
		}
		if allowed := a.Budget().Allowed; math.Abs(*c.CostRatio-(1295-259)/allowed) > 1e-9 || math.Abs(*c.SpentRatio-1295/allowed) > 1e-9 {
			t.Errorf("cost %v, spent %v of %v allowed", *c.CostRatio, *c.SpentRatio, allowed)
		}
	}
}

func TestACostEndsWithTheNextDeployOfTheFunction(t *testing.T) {
	f := newFleet()
	other := deployedBefore("3", 2*time.Hour)
	other.Functions = []string{"refund"}
	f.deploys = []suppress.Deploy{other, deployedBefore("2", 6*time.Hour), deployedBefore("1", 18*time.Hour)}
	for _, c := range costsOf(t, f, "1") {
		if !c.From.Equal(noon.Add(-18*time.Hour)) || f.askedAt != noon.Add(-6*time.Hour) {
			t.Errorf("judged from %s, at %s", c.From, f.askedAt)
		}
	}
}

func TestACostThatIsNotKnownSaysWhy(t *testing.T) {
	f := newFleet()
	f.deploys = []suppress.Deploy{deployedBefore("1", -time.Hour)}
	for _, c := range costsOf(t, f, "1") {
		if c.CostRatio != nil || c.SpentRatio != nil || c.Reason != "nothing was evaluated since" {
			t.Errorf("%+v", c)
		}
	}
	if w := get(t, f.server(t), deploysPath+"/nobody/costs"); w.Code != 404 {
		t.Errorf("of an unknown deploy: %d %s", w.Code, w.Body)
	}
}

func TestPagesShowWhatDeploysHaveCost(t *testing.T) {
	f := newFleet()
	f.deploys = []suppress.Deploy{deployedBefore("1", 18*time.Hour)}
	f.deploys[0].URL = "https://ci.example.com/runs/1"
	for path, want := range map[string][]string{
		"/deploys/1": {"What it has cost", "charge-card availability", "of the budget", "259 expected", `href="https://ci.example.com/runs/1"`},
		"/slos/checkout/charge-card/availability": {`<h2>Deploys</h2>`, `<a href="/deploys/1">v1</a>`, "259 expected"},
	} {
		body := get(t, f.server(t), path).Body.String()
		for _, text := range want {
			if !strings.Contains(body, text) {
				t.Errorf("%s does not say %q:\n%s", path, text, body)
			}
		}
	}
	if w := get(t, f.server(t), "/deploys/2"); w.Code != 404 {
		t.Errorf("the page of an unknown deploy: %d", w.Code)
	}
}

func TestTheSeriesMarksDeploys(t *testing.T) {
	f := newFleet()
	gone, other := deployedBefore("2", time.Hour), deployedBefore("3", time.Hour)
	gone.WithdrawnAt, other.Functions = noon, []string{"refund"}
	f.deploys = []suppress.Deploy{gone, other, deployedBefore("1", 18*time.Hour), deployedBefore("0", 60*24*time.Hour)}
	series := decode[api.Series](t, get(t, f.server(t), "/api/v1/slos/checkout/charge-card/availability/series"))
	if len(series.Annotations) != 1 || series.Annotations[0].Kind != "deployed" || !series.Annotations[0].To.Equal(noon.Add(-18*time.Hour)) {
		t.Errorf("%+v", series.Annotations)
	}
}
