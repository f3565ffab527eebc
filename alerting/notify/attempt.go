package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/slofuse/slofuse/alerting"
)

// attempt is one try to deliver one notification.
type attempt struct {
	target     Target
	configured bool
	pause      *pause
	n          alerting.Notification
}

// settle sends and then records, in this order: recording first would lose the
// notification if the process died in between. It returns the time of the next
// attempt, zero when there will be none.
func (s *Sender) settle(ctx context.Context, a attempt) (next time.Time) {
	now := s.cfg.Now()
	if !a.configured {
		reason := fmt.Sprintf("destination %s is no longer configured", a.n.Destination.Name)
		return s.conclude(ctx, a, Errorf(KindPermanent, "%s", reason))
	}
	if end, paused := a.pause.until(a.n, now); paused {
		s.postpone(ctx, a, "waiting: the destination asked for a pause", end)
		return end
	}
	ref := a.n.Ref
	if a.target.Wants(a.n) {
		var failure *Error
		if ref, failure = s.send(ctx, a, now); failure != nil {
			return s.conclude(ctx, a, failure)
		}
		s.metrics.finished(a, OutcomeSent)
	}
	s.record(ctx, a, func(ctx context.Context) error {
		return s.cfg.Outbox.Sent(ctx, a.n.EventID, ref, s.cfg.Now())
	})
	s.metrics.settled(a.n)
	s.log(a).Debug("notification delivered")
	return time.Time{}
}

// send calls the notifier under the deadline.
func (s *Sender) send(ctx context.Context, a attempt, now time.Time) (ref string, failure *Error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AttemptTimeout)
	defer cancel()
	defer s.metrics.started(a)()
	// One integration's mistake must not silence the others.
	defer func() {
		if p := recover(); p != nil {
			ref, failure = "", Errorf(KindTemporary, "the integration panicked: %T", p)
		}
	}()
	ref, err := a.target.Notifier.Notify(ctx, markLate(a.n, now))
	if err != nil {
		return "", Classify(err)
	}
	return ref, nil
}

// conclude records a failure and, where the destination asked for it, pauses
// its lane.
func (s *Sender) conclude(ctx context.Context, a attempt, failure *Error) (next time.Time) {
	now := s.cfg.Now()
	s.metrics.finished(a, Outcome(failure.Kind))
	if failure.Kind == KindPermanent {
		s.log(a).Error("notification is undeliverable", "err", failure)
		s.record(ctx, a, func(ctx context.Context) error {
			return s.cfg.Outbox.Undeliverable(ctx, a.n.EventID, failure.Reason, now)
		})
		s.metrics.settled(a.n)
		return time.Time{}
	}
	if failure.RetryAfter > 0 {
		a.pause.ask(now, failure.RetryAfter)
		s.metrics.leftAlone(a.n.Destination.Name, now.Add(delay(a.n, failure)))
	}
	next = now.Add(delay(a.n, failure))
	s.log(a).Warn("notification failed, will try again", "err", failure, "attempts", a.n.Attempts+1, "next", next)
	s.postpone(ctx, a, failure.Reason, next)
	return next
}

func (s *Sender) postpone(ctx context.Context, a attempt, reason string, next time.Time) {
	s.record(ctx, a, func(ctx context.Context) error {
		return s.cfg.Outbox.Retry(ctx, a.n.EventID, reason, next)
	})
}

// record writes an outcome, with a few tries for a moment of trouble. After
// them it stands in the outbox as claimed, which keeps it from being sent again,
// and the outbox makes up for it: a full disk must not stop the next page. The
// end of ctx leaves one try.
func (s *Sender) record(ctx context.Context, a attempt, write func(context.Context) error) {
	const tries, limit = 3, 2 * time.Second
	wait := &backoff.ExponentialBackOff{InitialInterval: 100 * time.Millisecond, Multiplier: 2, MaxInterval: time.Second}
	for try := 1; ; try++ {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		err := write(bounded)
		cancel()
		if err == nil {
			return
		}
		if try == tries || !sleep(ctx, wait.NextBackOff()) {
			s.log(a).Error("cannot record what became of a notification", "err", err)
			return
		}
	}
}

func sleep(ctx context.Context, d time.Duration) (slept bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// lateAfter is the age from which a message says how old its decision is.
const lateAfter = time.Hour

// markLate says in the text that the decision is an old one: who reads it at
// nine should not believe that it began at nine.
func markLate(n alerting.Notification, now time.Time) alerting.Notification {
	age := now.Sub(n.DecidedAt)
	if n.DecidedAt.IsZero() || age <= lateAfter {
		return n
	}
	late := fmt.Sprintf("late: decided %s ago, at %s", FormatAge(age), n.DecidedAt.UTC().Format("2006-01-02 15:04 UTC"))
	if n.Reason != "" {
		late += "; " + n.Reason
	}
	n.Reason = late
	return n
}
