package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/examples/fleet"
)

// documentedSLO is an SLO as the interface promises it: its keys are what
// programs read.
const documentedSLO = `{"id":"","service":"","function":"","slo":"","owner":"","labels":{},"objective":0.999,"revision":1,
	"window":{"name":"","from":"","to":"","reading":false},"windows":[],"as_of":"","data":{"state":"","coverage":1,"reason":""},
	"sli":1,"unit":"","good":1,"bad":1,"total":1,
	"error_budget":{"allowed":1,"spent":1,"remaining_ratio":1,"exhausted_at":null,"exhausts_at":"","pace":""},
	"burn_rates":[{"window":"","burn_rate":1,"bad":1,"total":1,"coverage":1,"reading":false}],
	"latency":{"window":"","p50":1,"p95":1,"p99":null,"above":1,"average":1,"average_from":1,"average_to":null},
	"calls_per_second":1,"errors":{"window":"","top":[{"fingerprint":{},"bad":1}],"other":1},
	"notes":[],"excluded":{"slots":0,"bad":0,"total":0},
	"alert":{"state":"","severity":"","tier":"","since":null,"reason":"","muted_by":[]},"incident":null}`

// paths lists the keys of a JSON value, those of labels left out.
func paths(prefix string, v any) (out []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, prefix+key)
			if key != "labels" && key != "fingerprint" {
				out = append(out, paths(prefix+key+".", v[key])...)
			}
		}
	case []any:
		if len(v) > 0 {
			return paths(prefix, v[0])
		}
	}
	return out
}

func unmarshal[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return v
}

// ofSome reports whether only some SLOs have a key: those that are parts, report on
// further windows or tell kinds of errors apart.
func ofSome(key string) bool {
	return strings.HasPrefix(key, "split") || strings.HasPrefix(key, "windows.") || strings.HasPrefix(key, "errors.top.")
}

// runHere runs a command line in this process.
func runHere(t *testing.T, c *clock, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	command := &cli{stdout: &out, stderr: &errs, now: c.Now, wait: sleep, getenv: func(string) string { return "" }}
	code = command.run(t.Context(), args)
	return code, out.String(), errs.String()
}

// TestStatusSaysTheSameAloneAndOverAServer asks both ways about one instant: the
// envelope is the documented one, and no number differs.
func TestStatusSaysTheSameAloneAndOverAServer(t *testing.T) {
	c := newClock(wednesday)
	prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now, Burning: burningFor})
	dir := demoFiles(t)
	files := filepath.Join(dir, "slos", "checkout.yaml")
	config := configuration{backend: prom.URL, storage: filepath.Join(dir, "slofuse.db"), slos: "slos/checkout.yaml"}
	server := start(t, config.write(t, dir), c.Now)
	server.round()

	type list struct {
		SLOs []map[string]any `json:"slos"`
		Next *string          `json:"next"`
	}
	read := func(args ...string) map[string]map[string]any {
		code, out, errs := runHere(t, c, append([]string{"status", "-o", "json"}, args...)...)
		if code != exitPass {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		byID := map[string]map[string]any{}
		for _, s := range unmarshal[list](t, out).SLOs {
			byID[s["id"].(string)] = s
		}
		return byID
	}
	alone, served := read("--prometheus.url", prom.URL, files), read("--server", server.url)
	if len(alone) != 7 || len(served) != 7 {
		t.Fatalf("%d SLOs alone and %d served, want 7", len(alone), len(served))
	}
	want := slices.DeleteFunc(paths("", unmarshal[any](t, documentedSLO)), ofSome)
	fires := 0
	for id, s := range served {
		keys := slices.DeleteFunc(paths("", any(s)), ofSome)
		if s["latency"] != nil { // each of the two kinds lacks what the other has
			keys = append(keys, "errors.window")
		} else {
			keys = append(keys, "latency.above", "latency.average", "latency.average_from", "latency.average_to", "latency.p50", "latency.p95", "latency.p99", "latency.window")
		}
		slices.Sort(keys)
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Compact(keys)); diff != "" {
			t.Errorf("keys of %s (-documented +served):\n%s", id, diff)
		}
		here, there := alone[id]["alert"].(map[string]any), s["alert"].(map[string]any)
		if there["state"] == "firing" {
			fires++
			there["state"], there["since"] = "unknown", nil // nobody decides alone
			if diff := cmp.Diff(there, here); diff != "" {
				t.Errorf("the alert of %s (-decided +asked for):\n%s", id, diff)
			}
		} else if here["reason"] != "" || here["state"] != "unknown" {
			t.Errorf("alone, %s asks for %v", id, here)
		}
		for _, decided := range []string{"alert", "incident"} {
			delete(s, decided)
			delete(alone[id], decided)
		}
		if diff := cmp.Diff(alone[id], s); diff != "" {
			t.Errorf("%s (-alone +served):\n%s", id, diff)
		}
	}
	if fires == 0 {
		t.Error("nothing fires")
	}
}
