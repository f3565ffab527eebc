// Package pagerdutytest is a PagerDuty that takes the Events API v2 as the real
// one documents it, and shows what became of the alerts.
package pagerdutytest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

// The documented limits.
const (
	MaxBytes      = 512 << 10
	MaxDedupKey   = 255
	MaxSummary    = 1024
	KeyLength     = 32
	CallsAMinute  = 120
	StatusOpen    = "triggered"
	StatusAcked   = "acknowledged"
	StatusOver    = "resolved"
	actionTrigger = "trigger"
)

// Alert is what PagerDuty made of the events of one key.
type Alert struct {
	RoutingKey string  `json:"routing_key"`
	DedupKey   string  `json:"dedup_key"`
	Status     string  `json:"status"` // one of the Status constants
	Summary    string  `json:"summary"`
	Severity   string  `json:"severity"`
	Triggers   int     `json:"triggers"` // events that were folded into it, the first included
	Rang       int     `json:"rang"`     // of them, those that could ring: it was not acknowledged
	Events     []Event `json:"events"`
}

// Event is one that took effect.
type Event struct {
	At      time.Time `json:"at"`      // when it was accepted
	Action  string    `json:"action"`  // trigger, acknowledge or resolve
	Summary string    `json:"summary"` // of a trigger
	Body    string    `json:"body"`    // as it was sent
}

// Fake is the server. Events are accepted at once and take effect with
// [Fake.Process], as the real API is asynchronous.
type Fake struct {
	Now func() time.Time

	mu      sync.Mutex
	queue   []event
	alerts  []Alert
	calls   map[string][]time.Time // by routing key, of the last minute
	Dropped int                    // events that had no open alert; read it after Process
	Refused int                    // calls that were answered 400 or 429
}

type event struct {
	at         time.Time
	body       string
	RoutingKey string `json:"routing_key"`
	Action     string `json:"event_action"`
	DedupKey   string `json:"dedup_key"`
	Payload    *struct {
		Summary  string `json:"summary"`
		Source   string `json:"source"`
		Severity string `json:"severity"`
	} `json:"payload"`
}

// New returns a PagerDuty without alerts.
func New(now func() time.Time) *Fake { return &Fake{Now: now, calls: map[string][]time.Time{}} }

// ServeHTTP takes POST /v2/enqueue.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/v2/enqueue" {
		http.NotFound(w, r)
		return
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, MaxBytes+1))
	status, problem := f.Take(body)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if problem != "" {
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "invalid event", "message": "Event object is invalid", "errors": []string{problem}})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"status": "success", "message": "Event processed"})
}

// Take is one call: the status of its answer and, of a refusal, why.
func (f *Fake) Take(body []byte) (status int, problem string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var e event
	if len(body) > MaxBytes {
		problem = "the payload is larger than 512 KB"
	} else if err := json.Unmarshal(body, &e); err != nil {
		problem = "not JSON"
	} else {
		problem = e.problem()
	}
	if problem != "" {
		f.Refused++
		return http.StatusBadRequest, problem
	}
	if f.tooMany(e.RoutingKey) {
		f.Refused++
		return http.StatusTooManyRequests, "rate limit"
	}
	e.at, e.body = f.Now(), string(body)
	f.queue = append(f.queue, e)
	return http.StatusAccepted, ""
}

func (e event) problem() string {
	switch {
	case len(e.RoutingKey) != KeyLength:
		return "Length of 'routing_key' is incorrect (should be 32 characters)"
	case !slices.Contains([]string{actionTrigger, "acknowledge", "resolve"}, e.Action):
		return "'event_action' is invalid"
	case utf8.RuneCountInString(e.DedupKey) > MaxDedupKey:
		return "'dedup_key' is too long"
	case e.DedupKey == "" && e.Action != actionTrigger:
		return "'dedup_key' is missing or blank"
	case e.Action != actionTrigger:
		return ""
	case e.Payload == nil || e.Payload.Summary == "" || e.Payload.Source == "":
		return "'payload.summary' or 'payload.source' is missing or blank"
	case utf8.RuneCountInString(e.Payload.Summary) > MaxSummary:
		return "'payload.summary' is too long"
	case !slices.Contains([]string{"critical", "error", "warning", "info"}, e.Payload.Severity):
		return "'payload.severity' is invalid"
	}
	return ""
}

func (f *Fake) tooMany(key string) bool {
	since := f.Now().Add(-time.Minute)
	recent := slices.DeleteFunc(f.calls[key], func(t time.Time) bool { return !t.After(since) })
	if len(recent) >= CallsAMinute {
		f.calls[key] = recent
		return true
	}
	f.calls[key] = append(recent, f.Now())
	return false
}

// Process lets what was accepted take effect, in the order it came, and returns
// the alerts, oldest first.
func (f *Fake) Process() []Alert {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.queue {
		f.apply(e)
	}
	f.queue = nil
	return slices.Clone(f.alerts)
}

func (f *Fake) apply(e event) {
	at := slices.IndexFunc(f.alerts, func(a Alert) bool {
		return a.RoutingKey == e.RoutingKey && a.DedupKey == e.DedupKey && a.DedupKey != "" && a.Status != StatusOver
	})
	if at < 0 && e.Action != actionTrigger {
		f.Dropped++
		return
	}
	if at < 0 {
		at = len(f.alerts)
		f.alerts = append(f.alerts, Alert{RoutingKey: e.RoutingKey, DedupKey: e.DedupKey, Status: StatusOpen})
	}
	f.alerts[at].take(e)
}

func (a *Alert) take(e event) {
	said := Event{At: e.at, Action: e.Action, Body: e.body}
	switch e.Action {
	case "acknowledge":
		a.Status = StatusAcked
	case "resolve":
		a.Status = StatusOver
	default:
		a.Triggers++
		a.Summary, a.Severity = e.Payload.Summary, e.Payload.Severity
		said.Summary = e.Payload.Summary
		if a.Status == StatusOpen {
			a.Rang++
		}
	}
	a.Events = append(a.Events, said)
}
