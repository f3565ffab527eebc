package notify

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Latest looks again at what was handed out by the outbox and has waited since.
type Latest interface {
	// Latest returns what is owed by now in place of notifications that Due handed
	// out. What was decided before old is checked against its incident as it stands;
	// held are those that nobody is to be told for now. What is returned is claimed,
	// and nothing else of what was handed in.
	Latest(ctx context.Context, handed []alerting.Notification, old time.Time) (latest, held []alerting.Notification, err error)
}

const (
	// fresh is how long what was handed out is taken for the latest.
	fresh = time.Second
	// heldFor is when what nobody is to be told for now is looked at again. When
	// what holds it back ends, that is decided and told at once.
	heldFor = 5 * time.Minute
)

// waited reports whether a notification is to be looked at again before it leaves:
// it has stood in a lane, or its decision is an old one.
func waited(n alerting.Notification, handed, now time.Time) bool {
	return now.Sub(handed) > fresh || !n.DecidedAt.IsZero() && now.Sub(n.DecidedAt) > lateAfter
}

// refreshed brings a batch up to date. What has another urgency by now is handed
// back, to wait where it belongs. If nobody can say what is owed by now, what was
// handed out is sent: better too old than not at all.
func (s *Sender) refreshed(ctx context.Context, a *attempt, now time.Time) (back []alerting.Notification) {
	urgency := a.first().Urgency()
	latest, held, err := s.cfg.Latest.Latest(ctx, a.batch, now.Add(-lateAfter))
	if err != nil {
		s.log(*a).Error("cannot look again at what is owed, will send what was decided", "err", err)
		return nil
	}
	a.batch = nil
	for _, n := range latest {
		if n.Urgency() == urgency {
			a.batch = append(a.batch, n)
		} else {
			back = append(back, n)
		}
	}
	if len(held) > 0 {
		kept := attempt{target: a.target, batch: held}
		s.postpone(ctx, kept, "held back: what burns is muted, or another incident tells of it", now.Add(heldFor))
		s.metrics.settled(held)
	}
	return back
}
