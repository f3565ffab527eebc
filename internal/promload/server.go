package promload

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/internal/promserver"
)

// Options say what a server runs on.
type Options struct {
	Binary string
	Dir    string // storage and configuration
	Target string // host:port to scrape every 15 s; empty: nothing
	Rules  string // content of a rule file; empty: none
}

// Server is a running Prometheus.
type Server struct{ *promserver.Server }

// Start runs a server and waits until it answers.
func Start(ctx context.Context, o Options) (Server, error) {
	config := filepath.Join(o.Dir, "prometheus.yml")
	if err := o.writeConfig(config); err != nil {
		return Server{}, err
	}
	server, err := promserver.Start(ctx, o.Binary, "/-/ready", func(address string) []string {
		return []string{
			"--config.file", config, "--storage.tsdb.path", o.Dir, "--storage.tsdb.retention.time", "60d",
			"--web.listen-address", address, "--web.enable-remote-write-receiver", "--log.level", "error",
			"--storage.tsdb.min-block-duration", "2h", "--storage.tsdb.max-block-duration", "2h", // no compaction while it is measured
		}
	})
	return Server{server}, err
}

func (o Options) writeConfig(file string) error {
	text := "global: {scrape_interval: 15s, evaluation_interval: 30s}\n"
	if o.Rules != "" {
		rules := filepath.Join(o.Dir, "rules.yml")
		if err := os.WriteFile(rules, []byte(o.Rules), 0o600); err != nil {
			return err
		}
		text += fmt.Sprintf("rule_files: [%s]\n", rules)
	}
	if o.Target != "" {
		text += fmt.Sprintf("scrape_configs: [{job_name: fleet, honor_labels: true, static_configs: [{targets: [%q]}]}]\n", o.Target)
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// Usage is what a server has spent since it was started.
type Usage struct {
	CPU     time.Duration
	Samples float64 // read by queries and rules
	Queries float64 // requests to the query API
	Bytes   float64 // sent in answer to them, as they were compressed
}

// Sub is what was spent since an earlier usage.
func (u Usage) Sub(earlier Usage) Usage {
	return Usage{
		CPU: u.CPU - earlier.CPU, Samples: u.Samples - earlier.Samples,
		Queries: u.Queries - earlier.Queries, Bytes: u.Bytes - earlier.Bytes,
	}
}

// Usage reads the server's own metrics.
func (s Server) Usage(ctx context.Context) (Usage, error) {
	resp, err := s.Get(ctx, "/metrics")
	if err != nil {
		return Usage{}, err
	}
	defer resp.Body.Close()
	var u Usage
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			continue
		}
		switch {
		case name == "process_cpu_seconds_total":
			u.CPU = time.Duration(v * float64(time.Second))
		case name == "prometheus_engine_query_samples_total":
			u.Samples = v
		case strings.HasPrefix(name, `prometheus_http_requests_total{`) && strings.Contains(name, "/api/v1/query"):
			u.Queries += v
		case strings.HasPrefix(name, `prometheus_http_response_size_bytes_sum{`) && strings.Contains(name, "/api/v1/query"):
			u.Bytes += v
		}
	}
	return u, lines.Err()
}
