package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/examples"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/promapi"
	"github.com/slofuse/slofuse/web"
)

// wednesday is an afternoon on which the fleet is busy.
var wednesday = time.Date(2026, 3, 18, 14, 7, 23, 0, time.UTC)

// clock is moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock(at time.Time) *clock { return &clock{at: at} }

// Now is the time it was moved to last.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return c.at
}

// backend is the fleet behind the Prometheus API, with a door in front that a
// test may shut.
type backend struct {
	*fleet.Fleet
	URL      string
	requests atomic.Int64
	door     atomic.Pointer[http.HandlerFunc] // answers in place of the API; nil is open
	api      http.Handler
}

func newBackend(t testing.TB, o fleet.Options) *backend {
	t.Helper()
	o.SkipUnread = true
	f, err := fleet.New(o)
	if err != nil {
		t.Fatal(err)
	}
	b := &backend{Fleet: f, api: promapi.New(promapi.Config{Queryable: f, Now: o.Now})}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	b.URL = server.URL
	return b
}

// ServeHTTP answers as Prometheus, or as the door does.
func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.requests.Add(1)
	if door := b.door.Load(); door != nil {
		(*door)(w, r)
		return
	}
	b.api.ServeHTTP(w, r)
}

func (b *backend) shut(door http.HandlerFunc) { b.door.Store(&door) }
func (b *backend) open()                      { b.door.Store(nil) }

// demoFiles writes the example files into a folder of their own.
func demoFiles(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, examples.Demo()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// logbook collects a log and may be read while it is written.
type logbook struct {
	mu    sync.Mutex
	b     bytes.Buffer
	wrote chan struct{} // has a place for one
}

func newLogbook() *logbook { return &logbook{wrote: make(chan struct{}, 1)} }

// Write appends to the log.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.wrote <- struct{}{}:
	default:
	}
	return l.b.Write(p)
}

// String is all of the log.
func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// await returns when the log holds a text.
func (l *logbook) await(t testing.TB, text string) {
	t.Helper()
	for !strings.Contains(l.String(), text) {
		select {
		case <-l.wrote:
		case <-time.After(patience):
			t.Fatalf("the log never says %q:\n%s", text, l)
		}
	}
}

// patience is how long a test waits for what must happen: long enough for a busy
// machine under the race detector, and only spent where it does not.
const patience = 5 * time.Minute

// running is a service whose rounds a test makes.
type running struct {
	*service
	t    testing.TB
	url  string
	file string
	log  *logbook
	stop func()
}

// start boots the service of a configuration file on a port of its own.
// Everything but the loop of the evaluator runs.
func start(t testing.TB, file string, now func() time.Time) *running {
	t.Helper()
	r := &running{t: t, file: file, log: newLogbook()}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.service, err = newService(t.Context(), serviceOptions{
		settings: func() (*settings, error) { return settingsFrom(file, log) }, listener: listener, log: log, now: now,
		slackAPI: "http://127.0.0.1:1/", // nobody: a test tells Slack nothing
	})
	if err != nil {
		t.Fatal(err)
	}
	r.url = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	server := web.HTTPServer(r.web, log)
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(listener) })
	group.Go(func() { _ = r.sender.Run(ctx) })
	group.Go(func() { _ = r.watchFiles(ctx) })
	r.stop = sync.OnceFunc(func() {
		cancel()
		_ = server.Close()
		group.Wait()
		if err := r.db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(r.stop)
	return r
}

// round evaluates one slot, after what was missed before it.
func (r *running) round() {
	r.t.Helper()
	now := r.now()
	if err := r.evaluator.CatchUp(r.t.Context(), now, nil); err != nil {
		r.t.Logf("catch up: %v", err)
	}
	if err := r.evaluator.Round(r.t.Context(), now); err != nil {
		r.t.Fatal(err)
	}
}

// tick evaluates one slot as the running service does when nothing was missed.
func (r *running) tick() {
	r.t.Helper()
	if err := evaluate(r.t.Context(), r.evaluator, r.now()); err != nil {
		r.t.Fatal(err)
	}
}

// evaluate is a round with what the running service does before and after it. A
// backend that is down is told of by the round.
func evaluate(ctx context.Context, e *evaluator.Evaluator, now time.Time) error {
	_ = e.Discover(ctx, now)
	return errors.Join(e.Round(ctx, now), e.Audit(ctx, now))
}

func (r *running) get(path string) (status int, body string) {
	r.t.Helper()
	return get(r.t, r.url+path)
}

func get(t testing.TB, url string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// metric is the value of a line of /metrics, empty when there is none.
func (r *running) metric(name string) string {
	r.t.Helper()
	_, body := r.get("/metrics")
	for line := range strings.Lines(body) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// configuration is one with the demo's SLO files, a backend and a webhook.
type configuration struct {
	backend, hook, storage string
	slos                   string // pattern; empty is all of the demo's
	extra                  string // further lines
	hookKeys               string // further keys of the webhook
	routeKeys              string // further keys of the route
	backendKeys            string // further keys of the backend
	secrets                map[string]string
}

const hookSecret = "canary-secret-of-the-webhook"

// write puts the configuration beside SLO files and returns its path.
func (c configuration) write(t testing.TB, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "slofuse.yaml")
	writeFile(t, filepath.Join(dir, "secrets", "hook"), hookSecret)
	for name, secret := range c.secrets {
		writeFile(t, filepath.Join(dir, "secrets", name), secret)
	}
	text := fmt.Sprintf("external_url: http://slo.example.com\nbackends: [{name: main, url: %q%s}]\nslo_files: [%q]\nstorage: {path: %q}\n",
		c.backend, c.backendKeys, cmp.Or(c.slos, "slos"), c.storage)
	if c.hook != "" {
		text += fmt.Sprintf("route: {receiver: pager%s}\nreceivers: [{name: pager, webhook_configs: [{url: %q, secret_file: secrets/hook%s}]}]\n", c.routeKeys, c.hook, c.hookKeys)
	}
	writeFile(t, file, text+c.extra)
	return file
}
