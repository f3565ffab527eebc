package notify

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Refresher is a [Notifier] of a destination that forgets what it is not told
// again.
type Refresher interface {
	// Refresh says again what the destination accepted last about each incident. It
	// is called about every minute; what is missed once is said the next time.
	Refresh(ctx context.Context, told []alerting.Notification) error
}

// Told is what destinations know, for those that have to be told again.
type Told interface {
	// Told returns, for each incident and this destination, the notification it
	// accepted last: those that fire while the incident is open, and those that
	// ended it and were accepted at or after since.
	Told(ctx context.Context, destination string, since time.Time) ([]alerting.Notification, error)
}

// How often destinations are refreshed, and how long they are told an end.
const (
	refreshEvery  = time.Minute
	refreshEndFor = 15 * time.Minute
)

// refresh tells destinations again what they know, at once and then every minute,
// each apart from the others: one that hangs delays none.
func (s *Sender) refresh(ctx context.Context) {
	if s.cfg.Told == nil {
		return
	}
	ticker := time.NewTicker(refreshEvery)
	defer ticker.Stop()
	busy := map[string]chan struct{}{}
	for {
		for name, t := range *s.targets.Load() {
			if r, ok := t.Notifier.(Refresher); ok && idle(busy[name]) {
				done := make(chan struct{})
				busy[name] = done
				go func() { defer close(done); s.refreshOne(ctx, name, r) }()
			}
		}
		select {
		case <-ctx.Done():
			for _, done := range busy {
				<-done
			}
			return
		case <-ticker.C:
		}
	}
}

func idle(done <-chan struct{}) bool {
	if done == nil {
		return true
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}

func (s *Sender) refreshOne(ctx context.Context, name string, r Refresher) {
	told, err := s.cfg.Told.Told(ctx, name, s.cfg.Now().Add(-refreshEndFor))
	if err == nil && len(told) > 0 {
		err = r.Refresh(ctx, told)
	}
	if err != nil && ctx.Err() == nil {
		s.cfg.Logger.Warn("cannot refresh what a destination knows, will try again", "destination", name, "err", Classify(err))
	}
}
