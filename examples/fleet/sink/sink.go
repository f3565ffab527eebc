// Package sink receives notifications instead of people, and shows them.
//
// It speaks as much of Slack's Web API and of incoming webhooks as senders
// need, and PagerDuty's Events API, takes webhooks of any kind, keeps the last of them in memory exactly as
// they were sent, and shows them on a page: Slack messages roughly as Slack
// would, with their edits and threads, what became of PagerDuty's alerts, and
// webhooks with their headers.
package sink

import (
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/slofuse/slofuse/alerting/notify/pagerduty/pagerdutytest"
	"github.com/slofuse/slofuse/examples/fleet/look"
)

// Where the sink listens.
const (
	SlackAPIPath     = "/slack/api/"      // of the Web API, for slack-go's OptionAPIURL
	SlackWebhookPath = "/slack/services/" // below it, incoming webhooks
	WebhookPath      = "/webhook/"        // below it, webhooks of any kind
	PagerDutyPath    = "/v2/enqueue"      // of the Events API
)

// Config is what a [Sink] needs. The zero value keeps 200 requests and uses the
// wall clock.
type Config struct {
	Keep  int              // requests and messages kept; 0 is 200
	Now   func() time.Time // nil is the wall clock
	Title string           // of the page; empty is a plain one
	Links []look.Link      // shown in the page's head
	URL   string           // where the sink itself is reached; empty: as whoever asks does
	// Interactions is where the app listens to buttons, and SigningSecret what the
	// app knows Slack by. Without them buttons cannot be pressed.
	Interactions  string
	SigningSecret string
	// WebhookSecret is what webhooks are signed with; those that are not are
	// refused. Empty takes whatever is sent.
	WebhookSecret string
}

// maxBody is how many bytes of a request are taken.
const maxBody = 1 << 20

// Request is one request as it was sent.
type Request struct {
	ID     int         `json:"id"`
	At     time.Time   `json:"at"`
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Header http.Header `json:"header"`
	Body   string      `json:"body"`
	Status int         `json:"status"` // what was answered
	// Verified says that its signature holds.
	Verified bool `json:"verified"`
	// Repeats is the id of an earlier request to the same path that had the same
	// webhook-id and was accepted: the same message once more. 0: it is new.
	Repeats int `json:"repeats"`
}

// Sink keeps what was sent to it. It is safe for concurrent use.
type Sink struct {
	config  Config
	handler http.Handler

	mu       sync.Mutex
	lastID   int
	lastTime time.Time
	requests []Request  // oldest first
	messages []*Message // oldest first, threads included
	rates    map[string]*rate.Limiter

	pagerDuty *pagerdutytest.Fake
}

// New returns an empty sink.
func New(config Config) *Sink {
	if config.Keep == 0 {
		config.Keep = 200
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Title == "" {
		config.Title = "Sent notifications"
	}
	s := &Sink{config: config, rates: map[string]*rate.Limiter{}, pagerDuty: pagerdutytest.New(config.Now)}
	mux := http.NewServeMux()
	look.Mount(mux)
	mux.HandleFunc("POST "+SlackAPIPath+"{method}", s.slackAPI)
	mux.HandleFunc("POST /press", s.press)
	mux.HandleFunc("POST "+responsePath+"{channel}/{ts}/{press}", s.response)
	mux.HandleFunc("POST "+SlackWebhookPath+"{path...}", s.slackWebhook)
	mux.HandleFunc(WebhookPath, s.webhook)
	mux.Handle("POST "+PagerDutyPath, s.pagerDuty)
	mux.HandleFunc("GET /api/messages", s.list)
	mux.HandleFunc("GET /{$}", s.page)
	s.handler = look.Secure(mux, maxBody)
	return s
}

// ServeHTTP implements [http.Handler].
func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// receive reads a request and keeps it. It answers itself, and reports false,
// when the body cannot be read.
func (s *Sink) receive(w http.ResponseWriter, r *http.Request) (Request, bool) {
	body, err := io.ReadAll(r.Body)
	kept := Request{Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header.Clone(), Body: string(body), Status: http.StatusOK}
	if err != nil {
		kept.Status = http.StatusRequestEntityTooLarge
		http.Error(w, fmt.Sprintf("cannot read the body: %v", err), kept.Status)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	kept.ID, kept.At = s.lastID, s.instant()
	s.requests = bounded(append(s.requests, kept), s.config.Keep)
	return kept, err == nil
}

// instant is now, but later than the instant before: Slack's timestamps are
// unique.
func (s *Sink) instant() time.Time {
	now := s.config.Now().UTC().Truncate(time.Microsecond)
	if !now.After(s.lastTime) {
		now = s.lastTime.Add(time.Microsecond)
	}
	s.lastTime = now
	return now
}

// bounded keeps the newest of a list.
func bounded[T any](list []T, keep int) []T {
	return slices.Clone(list[max(0, len(list)-keep):])
}

// Requests are the requests kept, oldest first.
func (s *Sink) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Messages are the Slack messages kept, oldest first, as they stand now.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Message, 0, len(s.messages))
	for _, m := range s.messages {
		copied := *m
		copied.Versions, copied.Presses = slices.Clone(m.Versions), slices.Clone(m.Presses)
		all = append(all, copied)
	}
	return all
}

// webhook takes what is signed, or whatever is sent where there is no secret.
func (s *Sink) webhook(w http.ResponseWriter, r *http.Request) {
	request, received := s.receive(w, r)
	if !received {
		return
	}
	defer s.recognise(request)
	if s.config.WebhookSecret == "" {
		return
	}
	if err := Verify(r.Header, []byte(request.Body), s.config.WebhookSecret, s.config.Now()); err != nil {
		s.answered(request.ID, http.StatusUnauthorized)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.requests {
		s.requests[i].Verified = s.requests[i].Verified || s.requests[i].ID == request.ID
	}
}

// recognise notes that a webhook is one that was accepted before: its id says so,
// whatever the body.
func (s *Sink) recognise(request Request) {
	id := request.Header.Get("Webhook-Id")
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(r Request) bool {
		return id != "" && r.ID < request.ID && r.Path == request.Path && r.Status == http.StatusOK && r.Header.Get("Webhook-Id") == id
	}
	first := slices.IndexFunc(s.requests, same)
	for i := range s.requests {
		if first >= 0 && s.requests[i].ID == request.ID && s.requests[i].Status == http.StatusOK {
			s.requests[i].Repeats = s.requests[first].ID
		}
	}
}

// answered notes another answer than the usual one.
func (s *Sink) answered(id, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.requests {
		if s.requests[i].ID == id {
			s.requests[i].Status = status
		}
	}
}

// channelID makes an id out of a channel's name; an id stays as it is.
func channelID(name string) string {
	if len(name) > 8 && (name[0] == 'C' || name[0] == 'D' || name[0] == 'G') {
		return name
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // hashes take everything
	return fmt.Sprintf("C%010d", h.Sum32())
}
