package fleet_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

func withCanary(t *testing.T, c fleet.Canary) *fleet.Fleet {
	t.Helper()
	c.Service, c.Function = "checkout", "create-order"
	return newFleet(t, fleet.Options{Seed: 3, Canaries: []fleet.Canary{c}})
}

func TestACanaryGetsItsShareOfTheCallsAndFails(t *testing.T) {
	from := now.Add(-40 * time.Minute)
	f := withCanary(t, fleet.Canary{Share: 0.1, Errors: 0.2, From: from})
	counts := func(version string) fleet.Counts {
		c, err := f.ObservedOf("checkout", "create-order", version, from, now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	canary, baseline, all := counts("v2"), counts("v1"), observed(t, f, "checkout/create-order", from, now)
	if canary.Total+baseline.Total != all.Total {
		t.Errorf("%d calls of the canary and %d of the baseline are not %d", canary.Total, baseline.Total, all.Total)
	}
	if share := float64(canary.Total) / float64(all.Total); math.Abs(share-0.1) > 0.01 {
		t.Errorf("the canary got %.3f of the calls", share)
	}
	if ratio := float64(canary.ServerErrors()) / float64(canary.Total); math.Abs(ratio-0.2) > 0.01 {
		t.Errorf("%.3f of the canary's calls failed", ratio)
	}
	if ratio := float64(baseline.ServerErrors()) / float64(baseline.Total); ratio > 0.01 {
		t.Errorf("%.3f of the baseline's calls failed", ratio)
	}
}

func TestTheEngineTellsTheVersionsApart(t *testing.T) {
	f := withCanary(t, fleet.Canary{Share: 0.1, Errors: 0.05, Slow: 0.3, From: now.Add(-40 * time.Minute)})
	to := now.Truncate(time.Minute)
	from := to.Add(-time.Hour)
	for _, version := range []string{"v1", "v2"} {
		want, err := f.ObservedOf("checkout", "create-order", version, from, to)
		if err != nil {
			t.Fatal(err)
		}
		selector := fmt.Sprintf(`function_calls_total{service="checkout",function="create-order",version=%q}`, version)
		got := int64(0)
		for label, n := range sums(t, f, form(selector, "code", "30s", "1h"), from, to, 30*time.Second) {
			got += n
			if code := strings.Trim(label, `{code="}`); want.ByCode[code] != n {
				t.Errorf("%s: %d calls with code %s, want %d", version, n, code, want.ByCode[code])
			}
		}
		if got != want.Total {
			t.Errorf("%s: %d calls, want %d", version, got, want.Total)
		}
	}
}

func TestWithoutACanaryNothingHasAVersion(t *testing.T) {
	f := withCanary(t, fleet.Canary{Share: 0.1, From: now.Add(-time.Minute)})
	for _, query := range []string{`count(function_calls_total{version!="",function!="create-order"})`, `count(function_calls_total{version="",function="create-order"})`} {
		if got, _ := exec(t, f, query, now, now, time.Minute); len(got) > 0 {
			t.Errorf("%s: %v", query, got)
		}
	}
}

func TestCanariesThatMakeNoSenseAreRefused(t *testing.T) {
	for name, c := range map[string]fleet.Canary{
		"no calls":         {Service: "checkout", Function: "create-order", From: now},
		"all calls":        {Service: "checkout", Function: "create-order", From: now, Share: 1},
		"more than fail":   {Service: "checkout", Function: "create-order", From: now, Share: 0.1, Errors: 1.1},
		"no such function": {Service: "checkout", Function: "nobody", From: now, Share: 0.1},
		"before all began": {Service: "checkout", Function: "create-order", Share: 0.1},
	} {
		if _, err := fleet.New(fleet.Options{Now: func() time.Time { return now }, Canaries: []fleet.Canary{c}}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
