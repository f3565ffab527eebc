package notifytest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// Suite checks one integration against a server that misbehaves in every way a
// destination can.
type Suite struct {
	// New returns the integration for the server at url.
	New func(t *testing.T, url string, client *http.Client) notify.Notifier
	// Accept answers as the destination does when it takes the notification.
	Accept http.HandlerFunc
	// ReadsAnswer says that the body of the answer decides, so that one which
	// never ends is ambiguous and not accepted.
	ReadsAnswer bool
	// TooMany is how long the integration waits after a 429 that does not say how
	// long; 0 leaves that to the sender.
	TooMany time.Duration
	// Secrets are parts of the URL and the credentials of New, which no error
	// may hold.
	Secrets []string
}

// Run runs the suite.
func (s Suite) Run(t *testing.T) {
	t.Run("an accepted notification is no error", s.accepted)
	t.Run("a second attempt sends the same body", s.repeats)
	t.Run("every status has its kind", s.statuses)
	t.Run("Retry-After is understood", s.retryAfter)
	t.Run("a redirect is not followed", s.redirects)
	t.Run("a server that hangs is left at the deadline", s.hangs)
	t.Run("a reset connection is ambiguous", s.resets)
	t.Run("a refused connection is temporary", s.refuses)
	t.Run("an endless answer is not read", s.endless)
	t.Run("an answer that trickles is left at the deadline", s.trickles)
}

// notify sends one notification to handler and checks that no error leaks.
func (s Suite) notify(t *testing.T, handler http.HandlerFunc) *notify.Error {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return s.notifyURL(t, server.URL, 10*time.Second)
}

func (s Suite) notifyURL(t *testing.T, url string, deadline time.Duration) *notify.Error {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	_, err := s.New(t, url, client).Notify(ctx, Page())
	if err == nil {
		return nil
	}
	failure := notify.Classify(err)
	for _, secret := range s.Secrets {
		if strings.Contains(err.Error()+failure.Reason, secret) {
			t.Errorf("the error holds the secret %q: %v", secret, err)
		}
	}
	return failure
}

func (s Suite) wantKind(t *testing.T, got *notify.Error, want notify.Kind) {
	t.Helper()
	if got == nil {
		t.Fatalf("no error, want a %s one", want)
	}
	if got.Kind != want {
		t.Errorf("%q is %s, want %s", got.Reason, got.Kind, want)
	}
}

func (s Suite) accepted(t *testing.T) {
	method := ""
	if err := s.notify(t, func(w http.ResponseWriter, r *http.Request) { method = r.Method; s.Accept(w, r) }); err != nil {
		t.Errorf("Notify() = %v", err)
	}
	if method != http.MethodPost {
		t.Errorf("method = %q, want POST", method)
	}
}

func (s Suite) repeats(t *testing.T) {
	var bodies []string
	record := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		bodies = append(bodies, string(body))
		s.Accept(w, r)
	}
	for range 2 {
		if err := s.notify(t, record); err != nil {
			t.Fatal(err)
		}
	}
	if len(bodies) != 2 || bodies[0] == "" || bodies[0] != bodies[1] {
		t.Errorf("the bodies differ:\n%s", strings.Join(bodies, "\n"))
	}
}

func (s Suite) statuses(t *testing.T) {
	for code, want := range map[int]notify.Kind{
		300: notify.KindBlocked, 304: notify.KindBlocked,
		400: notify.KindPermanent, 401: notify.KindBlocked, 403: notify.KindBlocked, 404: notify.KindPermanent,
		405: notify.KindPermanent, 407: notify.KindBlocked, 408: notify.KindTemporary, 410: notify.KindPermanent,
		413: notify.KindPermanent, 422: notify.KindPermanent, 425: notify.KindTemporary, 429: notify.KindTemporary,
		500: notify.KindTemporary, 502: notify.KindTemporary, 503: notify.KindTemporary, 504: notify.KindTemporary,
		599: notify.KindTemporary,
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			s.wantKind(t, s.notify(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }), want)
		})
	}
}

func (s Suite) retryAfter(t *testing.T) {
	date := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                      0,
		"30":                    30 * time.Second,
		" 30 ":                  30 * time.Second,
		"0":                     0,
		"-5":                    0,
		"1.5":                   0,
		"soon":                  0,
		"315360000":             notify.MaxRetryAfter,
		"99999999999999999999":  notify.MaxRetryAfter,
		"-99999999999999999999": 0,
		date.Add(2 * time.Minute).Format(http.TimeFormat):                  2 * time.Minute,
		date.Add(-time.Hour).Format(http.TimeFormat):                       0,
		date.AddDate(10, 0, 0).Format(http.TimeFormat):                     notify.MaxRetryAfter,
		date.Add(2 * time.Minute).Format(time.RFC3339):                     0,
		date.Add(3 * time.Minute).Format("Monday, 02-Jan-06 15:04:05 GMT"): 3 * time.Minute,
	} {
		for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(value, func(t *testing.T) {
				got := s.notify(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Date", date.Format(http.TimeFormat))
					w.Header().Set("Retry-After", value)
					w.WriteHeader(code)
				})
				s.wantKind(t, got, notify.KindTemporary)
				want := want
				if want == 0 && code == http.StatusTooManyRequests {
					want = s.TooMany
				}
				if got.RetryAfter != want {
					t.Errorf("Retry-After: %s is %v, want %v", value, got.RetryAfter, want)
				}
			})
		}
	}
}

func (s Suite) redirects(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the redirect was followed with %s", r.Method)
		s.Accept(w, r)
	}))
	t.Cleanup(target.Close)
	for _, code := range []int{301, 302, 303, 307, 308} {
		s.wantKind(t, s.notify(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, target.URL+r.URL.Path, code)
		}), notify.KindBlocked)
	}
}

// hanging returns a server whose handler blocks until the test ends.
func hanging(t *testing.T, before func(http.ResponseWriter)) string {
	t.Helper()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before(w)
		<-release
	}))
	t.Cleanup(server.Close)
	t.Cleanup(sync.OnceFunc(func() { close(release) }))
	return server.URL
}

func (s Suite) hangs(t *testing.T) {
	url := hanging(t, func(http.ResponseWriter) {})
	s.wantKind(t, s.notifyURL(t, url, 100*time.Millisecond), notify.KindAmbiguous)
}

func (s Suite) resets(t *testing.T) {
	s.wantKind(t, s.notify(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.(*net.TCPConn).SetLinger(0) // closing sends a reset
		_ = conn.Close()
	}), notify.KindAmbiguous)
}

func (s Suite) refuses(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	s.wantKind(t, s.notifyURL(t, server.URL, 10*time.Second), notify.KindTemporary)
}

func (s Suite) endless(t *testing.T) {
	written := make(chan int, 1)
	failure := s.notify(t, func(w http.ResponseWriter, _ *http.Request) {
		total := 0
		for chunk := []byte(strings.Repeat(" ", 32<<10)); ; {
			n, err := w.Write(chunk)
			total += n
			if err != nil {
				written <- total
				return
			}
		}
	})
	s.wantUnfinished(t, failure)
	// What the sockets hold on the way is beyond anybody's control.
	if got := <-written; got > 32<<20 {
		t.Errorf("%d bytes of the answer were taken", got)
	}
}

func (s Suite) trickles(t *testing.T) {
	url := hanging(t, func(w http.ResponseWriter) {
		_, _ = w.Write([]byte(" "))
		_ = http.NewResponseController(w).Flush()
	})
	s.wantUnfinished(t, s.notifyURL(t, url, 200*time.Millisecond))
}

func (s Suite) wantUnfinished(t *testing.T, got *notify.Error) {
	t.Helper()
	if s.ReadsAnswer {
		s.wantKind(t, got, notify.KindAmbiguous)
	} else if got != nil {
		t.Errorf("Notify() = %v, although the status said accepted", got)
	}
}

// Hostile returns a page whose every text tries to break out of its place.
func Hostile(text string) alerting.Notification {
	n := Page()
	n.Reason = text
	n.Incident.Service, n.Incident.Function, n.Incident.Owner = text, text, text
	n.Incident.AckedBy, n.Incident.AckComment, n.Incident.State = text, text, alerting.IncidentAcked
	n.Incident.Labels = map[string]string{text: text}
	n.Folded = []alerting.Event{{At: n.DecidedAt, Kind: text, By: text, Text: text}}
	n.Incident.Timeline = n.Folded
	for i := range n.Facts {
		f := &n.Facts[i]
		f.ID.Service, f.ID.Function, f.ID.Name = text, text, text
		f.Description, f.Objective, f.Window, f.Reason, f.Tier = text, text, text, text, text
		f.LongWindow, f.ShortWindow = text, text
		f.Labels = map[string]string{text: text}
		f.Links = map[string]string{"runbook": text, text: text}
		for j := range f.Errors {
			f.Errors[j].Labels = map[string]string{text: text}
		}
	}
	return n
}
