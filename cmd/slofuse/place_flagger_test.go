package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// inCluster is the name under which the examples for Kubernetes ask the server.
const inCluster = "slofuse.slofuse.svc:8480"

type flaggerCanary struct {
	TargetRef struct {
		APIVersion string `yaml:"apiVersion"`
		Kind, Name string
	} `yaml:"targetRef"`
	Service  struct{ Port int }
	Analysis struct {
		Interval   string
		Threshold  int
		MaxWeight  int `yaml:"maxWeight"`
		StepWeight int `yaml:"stepWeight"`
		Webhooks   []struct{ Name, Type, URL, Timeout string }
	}
}

// flagger is the contract of the webhooks: POST answers 200 for a pass, 422 for a closed
// gate, 503 when it cannot be decided, and says why.
func (p *places) flagger(t *testing.T) {
	canary := strictly[manifest[flaggerCanary]](t, example(t, "flagger", "canary.yaml"))
	hooks := canary.Spec.Analysis.Webhooks
	if len(hooks) != 2 || hooks[0].Type != "pre-rollout" || hooks[1].Type != "rollout" {
		t.Fatalf("the hooks are %+v", hooks)
	}
	for _, hook := range hooks {
		if limit, err := time.ParseDuration(hook.Timeout); err != nil || limit < time.Second {
			t.Errorf("%s waits for %s", hook.Name, hook.Timeout)
		}
		for selected, want := range map[string]struct {
			status int
			says   string
		}{
			"service=checkout,function=create-order": {http.StatusOK, `"verdict":"pass"`},
			"service=checkout":                       {http.StatusUnprocessableEntity, "the limit is 4"},
			"service=unheard-of":                     {http.StatusServiceUnavailable, `"verdict":"inconclusive"`},
		} {
			url := strings.Replace(hook.URL, "select=service=checkout", "select="+selected, 1)
			if status, body := p.postFlagger(t, url, canary.Metadata.Name, canary.Metadata.Namespace, hook.Type); status != want.status || !strings.Contains(body, want.says) {
				t.Errorf("%s of %s: status %d, want %d, and that it says %q: %s", hook.Name, selected, status, want.status, want.says, body)
			}
		}
	}
}

// postFlagger posts what Flagger does, under the name that the server has in the cluster.
func (p *places) postFlagger(t *testing.T, url, name, namespace, kind string) (status int, body string) {
	t.Helper()
	payload, err := json.Marshal(map[string]any{
		"name": name, "namespace": namespace, "phase": "Progressing", "checksum": "85d557f47b", "buildId": "7",
		"type": kind, "failedChecks": 1, "canaryWeight": 10, "iterations": 0, "remainingTime": 300000000000,
		"metadata": map[string]string{"eventMessage": "New revision detected"},
	})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.Replace(url, "http://"+inCluster, p.server, 1), bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = inCluster
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.ReplaceAll(string(data), `": "`, `":"`)
}
