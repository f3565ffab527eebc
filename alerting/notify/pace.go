package notify

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/slofuse/slofuse/alerting"
)

// Pace is how many messages a destination takes.
type Pace struct {
	Every time.Duration // one message each, on the average; 0 is without a limit
	Burst int           // so many at once after a silence; at least one
}

// Limiter keeps all who hold it to one pace together. One that is nil has no
// limit. It is safe for concurrent use.
type Limiter struct {
	now    func() time.Time
	bucket *rate.Limiter
}

// NewLimiter returns a limiter that begins with room for a burst.
func NewLimiter(p Pace, now func() time.Time) *Limiter {
	if p.Every <= 0 {
		return nil
	}
	return &Limiter{now: now, bucket: rate.NewLimiter(rate.Every(p.Every), max(p.Burst, 1))}
}

// Wait takes the room for one message, and returns when it is there. It fails when
// ctx ends before, and takes nothing then.
func (l *Limiter) Wait(ctx context.Context) error {
	if l == nil {
		return nil
	}
	now := l.now()
	room := l.bucket.ReserveN(now, 1)
	if !sleep(ctx, room.DelayFrom(now)) {
		room.CancelAt(l.now())
		return Errorf(KindTemporary, "too many messages for the destination at once")
	}
	return nil
}

// Room is how long it takes from an instant until there is room for a message of
// that urgency. What is no page leaves the burst to pages, so that one always
// finds room.
func (l *Limiter) Room(u alerting.Urgency, at time.Time) time.Duration {
	if l == nil {
		return 0
	}
	need := 1.0
	if u != alerting.UrgencyPage {
		need = float64(l.bucket.Burst())
	}
	const rounding = 1e-6
	missing := need - l.bucket.TokensAt(at)
	if missing <= rounding {
		return 0
	}
	return time.Duration(math.Ceil(missing / float64(l.bucket.Limit()) * float64(time.Second)))
}

// Within is how many messages of that urgency there is room for within a time that
// begins at an instant.
func (l *Limiter) Within(u alerting.Urgency, at time.Time, length time.Duration) int {
	if l == nil {
		return math.MaxInt
	}
	tokens := l.bucket.TokensAt(at) + float64(l.bucket.Limit())*length.Seconds()
	if u != alerting.UrgencyPage {
		tokens -= float64(l.bucket.Burst() - 1)
	}
	return max(int(tokens), 0)
}

// Limits hands out limiters by what is limited, such as a channel: destinations
// that share it share its limiter, which stays the same through reloads.
type Limits struct {
	now   func() time.Time
	mu    sync.Mutex
	byKey map[string]*Limiter
}

// NewLimits returns an empty set of limiters.
func NewLimits(now func() time.Time) *Limits {
	return &Limits{now: now, byKey: map[string]*Limiter{}}
}

// Of is the limiter of what is called key; nil for a pace without a limit. Another
// pace than before holds from now on.
func (l *Limits) Of(key string, p Pace) *Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.byKey[key]
	if known == nil || p.Every <= 0 {
		known = NewLimiter(p, l.now)
		l.byKey[key] = known
		return known
	}
	known.bucket.SetLimitAt(l.now(), rate.Every(p.Every))
	known.bucket.SetBurstAt(l.now(), max(p.Burst, 1))
	return known
}
