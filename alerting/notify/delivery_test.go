package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/webhook"
	"github.com/slofuse/slofuse/internal/sqldb"
)

// hook is a receiver that remembers which event ids it accepted for which
// incident.
type hook struct {
	mu       sync.Mutex
	requests int
	refuse   func(request int) bool
	events   map[string]map[string]bool // incident → event ids seen, accepted or not
	accepted map[string]int             // incident → how often
	heard    chan struct{}
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body webhook.Body
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests++
	id := body.Incident.ID
	if h.events[id] == nil {
		h.events[id] = map[string]bool{}
	}
	h.events[id][r.Header.Get("Webhook-Id")] = true
	if h.refuse(h.requests) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	h.accepted[id]++
	h.heard <- struct{}{}
}

func newHook(refuse func(request int) bool) *hook {
	return &hook{refuse: refuse, events: map[string]map[string]bool{}, accepted: map[string]int{}, heard: make(chan struct{}, 10_000)}
}

// process is one life of slofuse on a database file, as far as delivery goes.
type process struct {
	journal *journal.Journal
	end     func()
}

func live(t *testing.T, file string, receiver http.Handler) *process {
	t.Helper()
	db, err := sqldb.Open(t.Context(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(receiver)
	client, err := webhook.New(webhook.Config{URL: notify.SecretText(server.URL), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	sender, err := notify.NewSender(notify.Config{
		Outbox: j, Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(), Now: time.Now,
		Poll: 20 * time.Millisecond, Grace: 50 * time.Millisecond,
		Targets: []notify.Target{{Destination: hookDestination, Kind: "webhook", Notifier: client, Concurrency: 4}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = sender.Run(ctx) }()
	end := sync.OnceFunc(func() { cancel(); <-done; server.Close(); _ = db.Close() })
	t.Cleanup(end)
	return &process{journal: j, end: end}
}

var hookDestination = alerting.Destination{Receiver: "team", Name: "team/webhook/0"}

func owePages(t *testing.T, j *journal.Journal, n int) {
	t.Helper()
	var d alerting.Decided
	for i := range n {
		p := notifytest.Page()
		p.Incident.ID, p.Incident.Function = fmt.Sprint("inc", i), fmt.Sprint("f", i) // a function has one open incident
		p.EventID, p.Destination, p.DecidedAt = fmt.Sprint("evt", i), hookDestination, time.Now()
		d.Incidents, d.Owed = append(d.Incidents, p.Incident), append(d.Owed, p)
	}
	if err := j.Commit(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func (h *hook) wait(t *testing.T, n int) {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for i := range n {
		select {
		case <-h.heard:
		case <-timeout:
			t.Fatalf("%d of %d messages arrived", i, n)
		}
	}
}

// Everything on disk arrives once, whatever the receiver refuses first.
func TestAFlakyReceiverGetsEveryPageOnce(t *testing.T) {
	const pages = 60
	h := newHook(func(request int) bool { return request <= 40 && request%2 == 1 })
	p := live(t, filepath.Join(t.TempDir(), "slofuse.db"), h)
	owePages(t, p.journal, pages)
	h.wait(t, pages)
	p.end()
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range pages {
		id := fmt.Sprint("inc", i)
		if h.accepted[id] != 1 || len(h.events[id]) != 1 {
			t.Errorf("%s was accepted %d times under the event ids %v", id, h.accepted[id], h.events[id])
		}
	}
}

// The page that hangs when slofuse stops is sent again by the next process,
// under the same event id.
func TestARestartLosesNothingAndRepeatsUnderTheSameID(t *testing.T) {
	file := filepath.Join(t.TempDir(), "slofuse.db")
	reached, release := make(chan string, 4), make(chan struct{})
	first := live(t, file, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached <- r.Header.Get("Webhook-Id")
		<-release // it may have been accepted; nobody will ever know
	}))
	owePages(t, first.journal, 1)
	id := <-reached
	time.AfterFunc(200*time.Millisecond, func() { close(release) })
	first.end()

	h := newHook(func(int) bool { return false })
	second := live(t, file, h)
	h.wait(t, 1)
	second.end()
	if id != "evt0" || !h.events["inc0"]["evt0"] || h.accepted["inc0"] != 1 {
		t.Errorf("first sent as %s, then as %v", id, h.events["inc0"])
	}
	third := live(t, file, newHook(func(int) bool { t.Error("sent again after it was accepted"); return false }))
	if b, err := third.journal.Backlog(t.Context()); err != nil || b.Owed != 0 {
		t.Errorf("backlog = %+v, %v", b, err)
	}
	third.end()
}
