package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/web/api"
)

// The release is rolled back at the first breach, once, and stdout holds the verdict alone.
func TestAWatchRollsBackAtTheFirstBreach(t *testing.T) {
	files := filepath.Join(demoFiles(t), "slos", "checkout.yaml")
	for _, tc := range []struct {
		what string
		from time.Duration // of an outage, after the start
		code int
		runs int
	}{
		{"a breach", 2 * time.Minute, exitFindings, 1},
		{"none", time.Hour, exitPass, 0},
	} {
		t.Run(tc.what, func(t *testing.T) {
			c, dir := newClock(wednesday), t.TempDir()
			prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now, Faults: []fleet.Fault{{
				Kind: fleet.Outage, Service: "checkout", Function: "create-order", Share: 1, From: wednesday.Add(tc.from), To: wednesday.Add(2 * time.Hour),
			}}})
			code, out, errs := lookOn(t, c, "gate", "--prometheus.url", prom.URL, "--watch", "10m", "--select", "function=create-order", "-o", "json",
				"--on-fail", "cat > '"+dir+"/verdict'; echo \"$SLOFUSE_VERDICT $SLOFUSE_FAILED\" >> '"+dir+"/runs'; echo rolling back", files)
			if code != tc.code {
				t.Errorf("exit code %d\n%s%s", code, errs, out)
			}
			runs, _ := os.ReadFile(filepath.Join(dir, "runs")) // there is none where nothing ran
			if strings.Count(string(runs), "fail checkout/create-order/availability") != tc.runs || strings.Count(string(runs), "\n") != tc.runs {
				t.Errorf("it ran %q", runs)
			}
			var printed api.Verdict
			if err := json.Unmarshal([]byte(out), &printed); err != nil {
				t.Errorf("stdout is not the verdict alone: %v\n%s", err, out)
			}
			if tc.runs == 0 {
				return
			}
			if !strings.Contains(errs, "rolling back\n") || !strings.HasSuffix(errs, "--on-fail is done after 0s\n") {
				t.Errorf("stderr:\n%s", errs)
			}
			var given api.Verdict
			if text, err := os.ReadFile(filepath.Join(dir, "verdict")); err != nil || json.Unmarshal(text, &given) != nil || given.Verdict != "fail" || given.Checks[0].ID != printed.Checks[0].ID {
				t.Errorf("the command was given %s, %v", text, err)
			}
		})
	}
}
