package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/testbin"
)

// board is what is read of a dashboard of the example.
type board struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

// TestE2EEveryPanelOfGrafanaShowsTheDemo scrapes the demo by a real Prometheus, as the
// page beside the dashboards says, and asks it what each panel asks.
func TestE2EEveryPanelOfGrafanaShowsTheDemo(t *testing.T) {
	server := testbin.Prometheus(t)
	t.Parallel()
	demo := run(t, "slofuse", nil, "demo", "--web.listen-address", "127.0.0.1:0")
	demo.log.await(t, "The last hours are read, ")
	target := strings.TrimPrefix(demoPage(demo, pageDashboard), "http://")
	dir := filepath.Join("..", "..", "examples", "grafana")
	config := filepath.Join(t.TempDir(), "prometheus.yml")
	writeFile(t, config, "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"+strings.ReplaceAll(scrapeConfig(t, dir), "localhost:8480", target))
	prometheus := startPrometheus(t, server, config)

	choices := strings.NewReplacer("$service", "checkout", "$function", "charge-card", "$slo", "availability")
	for _, name := range []string{"overview", "slo", "process"} {
		text, err := os.ReadFile(filepath.Join(dir, name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, panel := range unmarshal[board](t, string(text)).Panels {
			for _, target := range panel.Targets {
				awaitSeries(t, prometheus, name+", "+panel.Title, choices.Replace(target.Expr))
			}
		}
	}
}

// scrapeConfig is what the page beside the dashboards tells to add to a Prometheus.
func scrapeConfig(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```\n")
	config, _, found := strings.Cut(rest, "```")
	if !found || !strings.HasPrefix(config, "scrape_configs:") {
		t.Fatalf("there are no scrape_configs in %s", text)
	}
	return config
}

// awaitSeries waits until a query has an answer. A rate needs two scrapes.
func awaitSeries(t *testing.T, server, what, query string) {
	t.Helper()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	deadline := time.Now().Add(patience)
	for {
		_, body := get(t, server+"/api/v1/query?"+url.Values{"query": {query}}.Encode())
		var answer struct {
			Data struct{ Result []json.RawMessage }
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatalf("%s: %v: %s", what, err, body)
		}
		if len(answer.Data.Result) > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%s shows nothing for %s: %s", what, query, body)
			return
		}
		<-again.C
	}
}
