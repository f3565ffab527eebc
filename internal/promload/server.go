package promload

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Options say what a server runs on.
type Options struct {
	Binary string
	Dir    string // storage and configuration
	Target string // host:port to scrape every 15 s; empty: nothing
	Rules  string // content of a rule file; empty: none
}

// Server is a running Prometheus.
type Server struct {
	URL     string
	process *exec.Cmd
	exited  chan struct{}
	err     error // how it ended; read after exited
}

// Start runs a server and waits until it answers.
func Start(ctx context.Context, o Options) (*Server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	config := filepath.Join(o.Dir, "prometheus.yml")
	if err := o.writeConfig(config); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), o.Binary, // it lives until Stop
		"--config.file", config, "--storage.tsdb.path", o.Dir,
		"--storage.tsdb.retention.time", "60d", "--web.listen-address", address, "--log.level", "error", "--web.enable-remote-write-receiver",
		"--storage.tsdb.min-block-duration", "2h", "--storage.tsdb.max-block-duration", "2h") // no compaction while it is measured
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + address, process: cmd, exited: make(chan struct{})}
	go func() { s.err = cmd.Wait(); close(s.exited) }()
	return s, s.await(ctx)
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

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (s *Server) await(ctx context.Context) error {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		if resp, err := get(ctx, s.URL+"/-/ready"); err == nil {
			_ = resp.Body.Close()
			return nil
		}
		select {
		case <-s.exited:
			return fmt.Errorf("the server ended before it was ready: %w", s.err)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.Stop())
		case <-ticker.C:
		}
	}
}

// Stop ends the server and waits for it.
func (s *Server) Stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	<-s.exited
	return nil
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
func (s *Server) Usage(ctx context.Context) (Usage, error) {
	resp, err := get(ctx, s.URL+"/metrics")
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

func get(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return resp, err
}
