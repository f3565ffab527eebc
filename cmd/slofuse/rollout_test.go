package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// newSides is a fleet in which three functions have a version v2 beside v1 on every
// tenth call: that of checkout/create-order is bad, the others are fine.
func newSides(t testing.TB, clock *clock) *backend {
	t.Helper()
	began := clock.Now().Add(-40 * time.Minute)
	return newBackend(t, fleet.Options{Seed: 1, Now: clock.Now, History: 6 * time.Hour, Canaries: []fleet.Canary{
		{Service: "checkout", Function: "create-order", Share: 0.1, Errors: 0.02, Slow: 0.1, From: began},
		{Service: "checkout", Function: "charge-card", Share: 0.1, From: began},
		{Service: "flags", Function: "evaluate", Share: 0.1, From: began},
	}})
}

// watchRollout is a slofuse of that fleet. It has read nothing yet: versions are read
// when somebody asks.
func watchRollout(t testing.TB, rollout *backend, clock *clock) *running {
	t.Helper()
	dir := demoFiles(t)
	return start(t, configuration{backend: rollout.URL, storage: filepath.Join(dir, "slofuse.db"), slos: "slos/checkout.yaml"}.write(t, dir), clock.Now)
}
