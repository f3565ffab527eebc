package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/slofuse/slofuse/alerting/notify/webhook"
)

// delivery is one accepted webhook.
type delivery struct {
	id   string
	body webhook.Body
}

// receiver takes webhooks as somebody's pager would: it accepts what is signed.
type receiver struct {
	URL      string
	got      chan delivery
	requests chan string                      // the id of every request, refused ones too
	refuse   atomic.Pointer[http.HandlerFunc] // answers in place of accepting; nil accepts
	pause    atomic.Pointer[func()]           // comes between accepting and answering

	mu  sync.Mutex
	all []delivery
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	r := &receiver{got: make(chan delivery, 1000), requests: make(chan string, 1000)}
	verifier, err := standardwebhooks.NewWebhookRaw([]byte(hookSecret))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		raw, err := io.ReadAll(req.Body)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return // who sent it was killed meanwhile, and nobody accepted it
		}
		id := req.Header.Get(standardwebhooks.HeaderWebhookID)
		r.requests <- id
		if refuse := r.refuse.Load(); refuse != nil {
			(*refuse)(w, req)
			return
		}
		if err == nil { // the clock of a test stands where it likes
			err = verifier.VerifyIgnoringTimestamp(raw, req.Header)
		}
		d := delivery{id: id}
		if err == nil {
			err = json.Unmarshal(raw, &d.body)
		}
		if err != nil {
			t.Errorf("a webhook that nobody can accept: %v\n%s", err, raw)
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.mu.Lock()
		r.all = append(r.all, d)
		r.mu.Unlock()
		r.got <- d
		if pause := r.pause.Load(); pause != nil && *pause != nil {
			(*pause)()
		}
	}))
	t.Cleanup(server.Close)
	r.URL = server.URL
	return r
}

func (r *receiver) failing(door http.HandlerFunc) { r.refuse.Store(&door) }
func (r *receiver) late(pause func())             { r.pause.Store(&pause) }
func (r *receiver) accept()                       { r.refuse.Store(nil) }

// next waits for a delivery.
func (r *receiver) next(t testing.TB) delivery {
	t.Helper()
	select {
	case d := <-r.got:
		return d
	case <-time.After(patience):
		t.Fatal("nothing was sent")
		return delivery{}
	}
}

// none requires that nothing has arrived that nobody took.
func (r *receiver) none(t testing.TB) {
	t.Helper()
	select {
	case d := <-r.got:
		t.Fatalf("%s of %s was sent: %s", d.body.Status, d.body.GroupKey, d.body.Incident.Reason)
	default:
	}
}

// nextOf waits for a delivery about a function and passes over those about others.
func (r *receiver) nextOf(t testing.TB, function string) delivery {
	t.Helper()
	for {
		if d := r.next(t); d.body.Incident.Function == function {
			return d
		}
	}
}

// noneOf requires that nothing has arrived about a function; what arrived about others
// is passed over.
func (r *receiver) noneOf(t testing.TB, function string) {
	t.Helper()
	for {
		select {
		case d := <-r.got:
			if d.body.Incident.Function == function {
				t.Fatalf("%s of %s was sent: %s", d.body.Status, function, d.body.Incident.Reason)
			}
		default:
			return
		}
	}
}

// accepted lists what was accepted so far.
func (r *receiver) accepted() []delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]delivery(nil), r.all...)
}
