package rules_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/rules"
	"github.com/slofuse/slofuse/internal/promserver"
	"github.com/slofuse/slofuse/internal/testbin"
)

func TestE2ERulesAreEvaluatedByPrometheus(t *testing.T) {
	loadedBy(t, testbin.Prometheus(t))
}

func TestE2ERulesAreEvaluatedByPrometheusOfDebian(t *testing.T) {
	loadedBy(t, testbin.PrometheusDebian(t))
}

// loadedBy has a server evaluate the rules of every kind, and asks it which failed.
func loadedBy(t *testing.T, binary string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	file := rules.Compile(load(t, "testdata/kinds.yaml"), rules.Options{Interval: time.Second})
	for i := range file.Groups {
		file.Groups[i].Interval = "1s" // of budgets as well
	}
	write(t, filepath.Join(dir, "rules.yaml"), text(t, file, rules.Prometheus))
	write(t, filepath.Join(dir, "prometheus.yml"), "rule_files: [rules.yaml]\n")
	server, err := promserver.Start(ctx, binary, "/-/ready", func(address string) []string {
		return []string{"--config.file", filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", address, "--log.level", "error"}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	want := 0
	for _, g := range file.Groups {
		want += len(g.Rules)
	}
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for evaluated(t, server) < want {
		select {
		case <-ctx.Done():
			t.Fatal("not all rules were evaluated within a minute")
		case <-again.C:
		}
	}
}

// evaluated counts the rules that were evaluated without an error; one with an error
// fails the test.
func evaluated(t *testing.T, server *promserver.Server) (n int) {
	t.Helper()
	resp, err := server.Get(t.Context(), "/api/v1/rules")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Query, Health, LastError string }
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	for _, g := range answer.Data.Groups {
		for _, r := range g.Rules {
			switch r.Health {
			case "ok":
				n++
			case "err":
				t.Fatalf("%s: %s\n%s", r.Name, r.LastError, r.Query)
			}
		}
	}
	return n
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
