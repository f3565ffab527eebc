package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/web/api"
)

var v2BesideV1 = []string{"--canary", `version="v2"`, "--baseline", `version="v1"`}

// The canary starts with the watch. What it did wrong is counted from its first call on,
// and a bad one is found long before the watch is over.
func TestAWatchedCanaryFailsEarlyAndPassesAtTheEnd(t *testing.T) {
	files := filepath.Join(demoFiles(t), "slos", "checkout.yaml")
	for name, c := range map[string]struct {
		errors float64
		code   int
		last   string
		least  int // looks
		most   int
	}{
		"every tenth call fails": {errors: 0.1, code: exitFindings, last: ": fail", least: 1, most: 5},
		"two in a hundred fail":  {errors: 0.02, code: exitFindings, last: ": fail", least: 1, most: 14},
		"as good as the old one": {code: exitPass, last: "40m of 40m: pass", least: 20, most: 20},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock(wednesday)
			prom := newBackend(t, fleet.Options{Seed: 1, Now: clock.Now, History: 6 * time.Hour, Canaries: []fleet.Canary{
				{Service: "checkout", Function: "create-order", Share: 0.2, Errors: c.errors, From: wednesday.Add(20 * time.Second)},
			}})
			args := append([]string{"gate", "--prometheus.url", prom.URL, "--watch", "40m", "--select", "function=create-order,slo=availability"}, v2BesideV1...)
			code, out, errs := lookOn(t, clock, append(args, files)...)
			looks := strings.Split(strings.TrimSpace(errs), "\n")
			if code != c.code || len(looks) < c.least || len(looks) > c.most || !strings.HasSuffix(looks[len(looks)-1], c.last) {
				t.Errorf("exit code %d after %d looks, the last %q\n%s%s", code, len(looks), looks[len(looks)-1], errs, out)
			}
		})
	}
}

// A server that is behind would count what was before the start: it is asked again.
func TestAWatchedCanaryIsNotJudgedByWhatWasBefore(t *testing.T) {
	clock := newClock(wednesday)
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		window, err := time.ParseDuration(q.Get("window"))
		if err != nil || q.Get("canary") != `version="v2"` || q.Get("baseline") != `version="v1"` || q.Get("confidence") != "99%" || q.Get("tolerance") != "2x" {
			t.Errorf("asked %q", r.URL.RawQuery)
		}
		asOf, verdict := clock.Now().Add(-2*time.Minute).Truncate(pace), "inconclusive"
		if asOf.Add(-window).Before(wednesday) {
			verdict = "fail"
		} else {
			asked[q.Get("look")+" of "+q.Get("looks")]++
			if q.Get("look") == q.Get("looks") {
				verdict = "pass"
			}
		}
		_ = json.NewEncoder(w).Encode(api.CanaryVerdict{Verdict: verdict, AsOf: &asOf, Checks: []api.CanaryCheck{{ID: "a/b/c", Verdict: verdict}}})
	}))
	defer server.Close()
	args := append([]string{"gate", "--server", server.URL, "--watch", "5m", "--confidence", "99%", "--tolerance", "2x"}, v2BesideV1...)
	if code, out, errs := lookOn(t, clock, args...); code != exitPass {
		t.Errorf("exit code %d\n%s%s", code, errs, out)
	}
	want := map[string]int{"1 of 5": 1, "2 of 5": 1, "3 of 5": 1, "4 of 5": 1, "5 of 5": 1}
	if fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
}
