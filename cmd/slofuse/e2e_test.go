package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/internal/testbin"
	"github.com/slofuse/slofuse/web/api"
)

// liveSLO alerts within minutes: both windows are as short as they may be.
const liveSLO = `version: 1
service: auth
owner: team-auth
policy: live
functions:
  - name: login
    slos:
      - name: availability
        objective: 90%
        window: 1h
        sli: {ratio: {total: 'function_calls_total{function="login"}', bad: 'function_calls_total{function="login",code=~"5.."}', fingerprint: [code]}}
`

const livePolicy = `evaluation: {step: 5s, delay: 2s}
policies: {live: {source: this test, tiers: [{name: fast, burn_rate: 6, long: 2m, short: 1m, severity: page}]}}
`

// TestE2EARealPrometheusPagesAndEndsIt is the whole way with nothing simulated
// but the functions: a Prometheus server scrapes them, slofuse runs as the binary
// that is shipped, and a receiver is told of an outage and of its end.
func TestE2EARealPrometheusPagesAndEndsIt(t *testing.T) {
	server := testbin.Prometheus(t)
	binary := filepath.Join(t.TempDir(), "slofuse")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	f, err := fleet.New(fleet.Options{Seed: 1, Live: true})
	if err != nil {
		t.Fatal(err)
	}
	exporter := httptest.NewServer(f.Exporter())
	defer exporter.Close()
	prometheus := runPrometheus(t, server, exporter.Listener.Addr().String())
	pager := newReceiver(t)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "slos", "live.yaml"), liveSLO)
	config := configuration{backend: prometheus, hook: pager.URL, storage: filepath.Join(dir, "slofuse.db"), extra: livePolicy}
	p := run(t, binary, nil, "serve", "--config.file", config.write(t, dir), "--web.listen-address", "127.0.0.1:0")
	at := p.url(t)

	begin := time.Now()
	fault, err := f.Start(fleet.Fault{Kind: fleet.Outage, Service: "auth", Function: "login"}, begin)
	if err != nil {
		t.Fatal(err)
	}
	page := awaitLive(t, p, pager)
	paged := time.Since(begin)
	if page.body.Status != "firing" || page.body.Incident.Severity != "page" || page.body.Incident.Function != "login" {
		t.Fatalf("the page is %+v", page.body)
	}
	if code := exec.CommandContext(t.Context(), binary, "gate", "--server", at, "--window", "2m").Run(); exitCodeOf(code) != exitFindings {
		t.Errorf("the gate is not closed during an outage: %v", code)
	}
	if _, err := f.Stop(fault.ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	mended := time.Now()
	end := awaitLive(t, p, pager)
	if end.body.Status != "resolved" || end.body.GroupKey != page.body.GroupKey {
		t.Fatalf("the end is %+v", end.body)
	}
	_, body := get(t, at+"/api/v1/slos/auth/login/availability")
	s := unmarshal[api.SLO](t, body)
	counted := countedBy(t, prometheus, `sum(function_calls_total{function="login"})`, *s.AsOf)
	if off := math.Abs(s.Total/counted - 1); off > 0.005 {
		t.Errorf("slofuse counts %v calls, Prometheus %.0f", s.Total, counted)
	}
	t.Logf("page %s after the outage began, its end %s after it was mended; %v calls of %.0f counted; %s in all",
		paged.Round(time.Second), time.Since(mended).Round(time.Second), s.Total, counted, time.Since(begin).Round(time.Second))
	if err := p.Process.Signal(syscall.SIGTERM); err != nil || p.Wait() != nil {
		t.Errorf("it does not stop in order: %v\n%s", err, p.log)
	}
}

// awaitLive waits for a message, longer than other tests: windows of minutes
// must pass.
func awaitLive(t *testing.T, p *process, r *receiver) delivery {
	t.Helper()
	select {
	case d := <-r.got:
		return d
	case <-time.After(4 * time.Minute):
		t.Fatalf("nothing was sent:\n%s", p.log)
		return delivery{}
	}
}

// runPrometheus starts a server that scrapes a target every second and returns
// its URL when it is ready.
func runPrometheus(t *testing.T, binary, target string) string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "prometheus.yml")
	writeFile(t, config, fmt.Sprintf(`global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs: [{job_name: fleet, honor_labels: true, static_configs: [{targets: [%q]}]}]
`, target))
	return startPrometheus(t, binary, config)
}

// startPrometheus starts a server with a configuration and returns its URL when it is
// ready.
func startPrometheus(t *testing.T, binary, config string) string {
	t.Helper()
	listen := strings.TrimPrefix(nobody(t), "http://")
	p := run(t, binary, nil, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(t.TempDir(), "data"), "--web.listen-address="+listen)
	p.log.await(t, "Server is ready to receive web requests")
	return "http://" + listen
}

// countedBy asks a Prometheus server for a number.
func countedBy(t *testing.T, server, query string, at time.Time) float64 {
	t.Helper()
	_, body := get(t, server+"/api/v1/query?"+url.Values{"query": {query}, "time": {at.Format(time.RFC3339)}}.Encode())
	var answer struct {
		Data struct{ Result []struct{ Value []any } }
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer.Data.Result) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	v, err := strconv.ParseFloat(answer.Data.Result[0].Value[1].(string), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
