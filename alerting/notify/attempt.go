package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/slofuse/slofuse/alerting"
)

// attempt is one try to deliver one notification, or several together.
type attempt struct {
	target     Target
	configured bool
	pause      *pause
	waited     bool                    // some of it is to be looked at again
	batch      []alerting.Notification // of one urgency, at least one
}

// first stands for all: they are of one urgency.
func (a attempt) first() alerting.Notification { return a.batch[0] }

// ended is how an attempt ended.
type ended struct {
	next  time.Time               // of the next attempt; zero when there will be none
	alone []alerting.Notification // none of them was told: each is to be told by itself, at once
	back  []alerting.Notification // what belongs into another queue by now
	// told and failed say whether the destination took it or could not: neither, when
	// it was not asked or refused just this.
	told, failed bool
}

// settle looks again at what has waited, and sends it.
func (s *Sender) settle(ctx context.Context, a attempt) (e ended) {
	if a.waited && s.cfg.Latest != nil {
		e.back = s.refreshed(ctx, &a, s.cfg.Now())
	}
	if len(a.batch) == 0 {
		return e
	}
	back := e.back
	e = s.attempt(ctx, a)
	e.back = back
	s.attempted(a)
	return e
}

// attempted says of which incidents there is news of who was told.
func (s *Sender) attempted(a attempt) {
	if s.cfg.Attempted == nil {
		return
	}
	incidents := make([]string, len(a.batch))
	for i, n := range a.batch {
		incidents[i] = n.Incident.ID
	}
	s.cfg.Attempted(incidents...)
}

// attempt sends and then records, in this order: recording first would lose the
// notification if the process died in between.
func (s *Sender) attempt(ctx context.Context, a attempt) ended {
	now := s.cfg.Now()
	if !a.configured {
		s.giveUp(ctx, a, Errorf(KindPermanent, "destination %s is no longer configured", a.first().Destination.Name))
		return ended{}
	}
	if end, paused := a.pause.until(a.first(), now); paused {
		s.postpone(ctx, a, "waiting: the destination asked for a pause", end)
		return ended{next: end}
	}
	refs, failure := s.tell(ctx, a, now)
	switch {
	case failure == nil:
		s.sent(ctx, a, refs)
		return ended{told: true}
	case failure.Kind == KindPermanent && len(a.batch) > 1:
		// What is refused together may be accepted one by one.
		s.log(a).Warn("a digest was refused, each of it will be told by itself", "err", failure)
		s.metrics.finished(a, Outcome(failure.Kind))
		return ended{alone: a.batch}
	}
	return ended{next: s.conclude(ctx, a, failure), failed: failure.Kind != KindPermanent}
}

// tell sends what the destination wants to hear of, and returns the references of
// the whole batch.
func (s *Sender) tell(ctx context.Context, a attempt, now time.Time) (refs []string, failure *Error) {
	var wanted []alerting.Notification
	for _, n := range a.batch {
		refs = append(refs, n.Ref)
		if a.target.Wants(n) {
			wanted = append(wanted, markLate(n, now))
		}
	}
	if len(wanted) == 0 {
		return refs, nil
	}
	got, failure := s.send(ctx, a, wanted)
	if failure != nil {
		return nil, failure
	}
	for i, n := range a.batch {
		if a.target.Wants(n) {
			refs[i], got = got[0], got[1:]
		}
	}
	s.metrics.finished(a, OutcomeSent)
	return refs, nil
}

// send calls the notifier under the deadline.
func (s *Sender) send(ctx context.Context, a attempt, batch []alerting.Notification) (refs []string, failure *Error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AttemptTimeout)
	defer cancel()
	defer s.metrics.started(a)()
	// One integration's mistake must not silence the others.
	defer func() {
		if p := recover(); p != nil {
			refs, failure = nil, Errorf(KindTemporary, "the integration panicked: %T", p)
		}
	}()
	if len(batch) == 1 {
		ref, err := a.target.Notifier.Notify(ctx, batch[0])
		if err != nil {
			return nil, Classify(err)
		}
		return []string{ref}, nil
	}
	refs, err := a.target.Notifier.(Digester).NotifyMany(ctx, batch) // only a Digester gets several
	if err != nil {
		return nil, Classify(err)
	}
	return append(refs, make([]string, max(0, len(batch)-len(refs)))...), nil // a reference that is missing only means a new message
}

func (s *Sender) sent(ctx context.Context, a attempt, refs []string) {
	receipts := make([]alerting.Receipt, len(a.batch))
	for i, n := range a.batch {
		receipts[i] = alerting.Receipt{EventID: n.EventID, Ref: refs[i]}
	}
	s.record(ctx, a, func(ctx context.Context) error {
		if len(receipts) == 1 {
			return s.cfg.Outbox.Sent(ctx, receipts[0].EventID, receipts[0].Ref, s.cfg.Now())
		}
		return s.cfg.Outbox.SentAll(ctx, receipts, s.cfg.Now())
	})
	s.metrics.settled(a.batch)
	s.log(a).Debug("notification delivered")
}

// giveUp shows a batch as undeliverable.
func (s *Sender) giveUp(ctx context.Context, a attempt, failure *Error) {
	s.metrics.finished(a, Outcome(failure.Kind))
	s.log(a).Error("notification is undeliverable", "err", failure)
	for _, n := range a.batch {
		s.record(ctx, a, func(ctx context.Context) error {
			return s.cfg.Outbox.Undeliverable(ctx, n.EventID, failure.Reason, s.cfg.Now())
		})
	}
	s.metrics.settled(a.batch)
}

// conclude records a failure and, where the destination asked for it, pauses
// its lane.
func (s *Sender) conclude(ctx context.Context, a attempt, failure *Error) (next time.Time) {
	if failure.Kind == KindPermanent {
		s.giveUp(ctx, a, failure)
		return time.Time{}
	}
	now := s.cfg.Now()
	s.metrics.finished(a, Outcome(failure.Kind))
	wait := delay(a.first(), failure)
	if failure.RetryAfter > 0 {
		a.pause.ask(now, failure.RetryAfter)
		s.metrics.leftAlone(a.first().Destination.Name, now.Add(wait))
	}
	next = now.Add(wait)
	s.log(a).Warn("notification failed, will try again", "err", failure, "attempts", a.first().Attempts+1, "next", next)
	s.postpone(ctx, a, failure.Reason, next)
	return next
}

func (s *Sender) postpone(ctx context.Context, a attempt, reason string, next time.Time) {
	s.record(ctx, a, func(ctx context.Context) error {
		if len(a.batch) == 1 {
			return s.cfg.Outbox.Retry(ctx, a.first().EventID, reason, next)
		}
		ids := make([]string, len(a.batch))
		for i, n := range a.batch {
			ids[i] = n.EventID
		}
		return s.cfg.Outbox.RetryAll(ctx, ids, reason, next)
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
// nine should not believe that it began at nine, or that what failed fails.
func markLate(n alerting.Notification, now time.Time) alerting.Notification {
	age := now.Sub(n.DecidedAt)
	if n.DecidedAt.IsZero() || age <= lateAfter {
		return n
	}
	late := fmt.Sprintf("late: decided %s ago, at %s", FormatAge(age), n.DecidedAt.UTC().Format("2006-01-02 15:04 UTC"))
	if n.Reason != "" {
		late += "; " + n.Reason
	}
	n.Reason, n.Facts = late, slices.Clone(n.Facts)
	for i := range n.Facts {
		n.Facts[i].Failing = nil
	}
	return n
}
