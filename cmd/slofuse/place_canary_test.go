package main

import (
	"maps"
	"testing"
)

// The AnalysisTemplate that compares two versions, measured as Argo Rollouts does.
func TestArgoRolloutsComparesACanary(t *testing.T) {
	clock := newClock(wednesday)
	server := watchRollout(t, newSides(t, clock), clock)
	template := strictly[manifest[argoTemplate]](t, example(t, "argo-rollouts", "canary-analysistemplate.yaml")).Spec
	for name, c := range map[string]struct {
		args   map[string]string
		phase  string
		status int
	}{
		"a bad version":         {map[string]string{"select": "function=create-order"}, "Failed", 200},
		"a good one":            {map[string]string{"select": "function=charge-card", "window": "1h"}, "Successful", 200},
		"a bad one, tolerated":  {map[string]string{"select": "function=create-order", "tolerance": "15%25"}, "Successful", 200},
		"too few calls to tell": {map[string]string{"select": "function=charge-card", "window": "1m"}, "Inconclusive", 200},
		"nobody has the label":  {map[string]string{"select": "service=checkout", "canary": "v9"}, "Inconclusive", 200},
		"the same version":      {map[string]string{"select": "service=checkout", "canary": "v1"}, "Error", 400},
	} {
		t.Run(name, func(t *testing.T) {
			given := map[string]string{"server": server.url, "label": "version", "canary": "v2", "stable": "v1", "token": "none"}
			maps.Copy(given, c.args)
			if phase, status := template.resolve(t, given).measure(t); phase != c.phase || status != c.status {
				t.Errorf("%s with status %d, want %s with %d", phase, status, c.phase, c.status)
			}
		})
	}
}
