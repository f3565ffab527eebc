package journal

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/slofuse/slofuse/alerting/notify/webhook"
)

// takeAndKill is a header that asks the receiver to accept, and to have the
// process killed before it hears so.
const takeAndKill = "Take-And-Kill"

// ambiguousEvery is how often the receiver accepts and does not say so.
const ambiguousEvery = 37

// receiver is the world outside: it outlives the processes and keeps what it
// accepted.
type receiver struct {
	*httptest.Server
	mu        sync.Mutex
	accepted  []arrival
	ambiguous int
	kill      func()
}

// arrival is one accepted message.
type arrival struct{ id, destination, incident, status string }

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP accepts a message that arrived whole. Now and then it answers wrongly
// or not at all.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var body webhook.Body
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest) // nobody is there to read it
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accepted = append(r.accepted, arrival{
		id: req.Header.Get(standardwebhooks.HeaderWebhookID), destination: strings.TrimPrefix(req.URL.Path, "/"),
		incident: body.Incident.ID, status: body.Status,
	})
	switch {
	case req.Header.Get(takeAndKill) != "":
		r.kill()
		panic(http.ErrAbortHandler)
	case len(r.accepted)%(2*ambiguousEvery) == 0:
		r.ambiguous++
		panic(http.ErrAbortHandler)
	case len(r.accepted)%ambiguousEvery == 0:
		r.ambiguous++
		http.Error(w, "accepted all the same", http.StatusInternalServerError)
	}
}

// all lists what was accepted, in order.
func (r *receiver) all() []arrival {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.accepted)
}
