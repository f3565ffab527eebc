package promtest

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet/promapi"
)

// Server serves a store over the Prometheus HTTP API, at a time of its own.
type Server struct {
	URL string

	now     atomic.Int64 // Unix milliseconds
	refuses atomic.Bool
	queries atomic.Int64
}

// Serve starts a server at an instant; it is closed at the end of the test.
func Serve(tb testing.TB, samples *Samples, now time.Time) *Server {
	tb.Helper()
	return serve(tb, now, func(s *Server) http.Handler {
		return promapi.New(promapi.Config{Queryable: samples.At(s.Now), Now: s.Now})
	})
}

func serve(tb testing.TB, now time.Time, answer func(*Server) http.Handler) *Server {
	tb.Helper()
	s := &Server{}
	s.Set(now)
	api := answer(s)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.queries.Add(1)
		if s.refuses.Load() {
			http.Error(w, "out of service", http.StatusServiceUnavailable)
			return
		}
		api.ServeHTTP(w, r)
	}))
	tb.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Set moves the server to an instant: it answers with what was visible then.
func (s *Server) Set(now time.Time) { s.now.Store(now.UnixMilli()) }

// Now is the instant the server is at.
func (s *Server) Now() time.Time { return time.UnixMilli(s.now.Load()).UTC() }

// Refuse makes the server answer 503 to everything, or stop doing so.
func (s *Server) Refuse(yes bool) { s.refuses.Store(yes) }

// Refusing reports whether the server is told to refuse.
func (s *Server) Refusing() bool { return s.refuses.Load() }

// Requests is how many requests have arrived so far.
func (s *Server) Requests() int64 { return s.queries.Load() }
