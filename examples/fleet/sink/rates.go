package sink

import (
	"net/http"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// How many messages Slack takes: one a second and channel, and short bursts of
// which nobody says how short; fifty edits a minute.
const (
	postBurst  = 8
	editBurst  = 50
	retryAfter = time.Second
)

var (
	postRate = rate.Every(time.Second)
	editRate = rate.Every(time.Minute / 50)
)

// take reports whether there is room for one more call, and answers that there is
// none.
func (s *Sink) take(w http.ResponseWriter, key string, every rate.Limit, burst int, at time.Time) bool {
	s.mu.Lock()
	limiter := s.rates[key]
	if limiter == nil {
		limiter = rate.NewLimiter(every, burst)
		s.rates[key] = limiter
	}
	s.mu.Unlock()
	if limiter.AllowN(at, 1) {
		return true
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter/time.Second)))
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte(`{"ok":false,"error":"ratelimited"}`)) // a client that hung up needs no answer
	return false
}
