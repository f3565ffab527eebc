package notify

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// batch is how many notifications one question to the outbox returns.
const batch = 256

// dispatcher hands what is due to the lanes. All its state belongs to the
// goroutine of [Sender.Run]; attempts run in goroutines of their own and report
// through results.
type dispatcher struct {
	sender   *Sender
	attempts context.Context
	wake     <-chan struct{}
	lanes    map[string]*lane
	held     map[string]bool // event ids between claim and result
	inFlight int
	results  chan result
	next     []time.Time // of known later attempts, earliest first
}

// result is the end of an attempt.
type result struct {
	lane *lane
	n    alerting.Notification
	next time.Time // zero when there will be none
}

func newDispatcher(attempts context.Context, s *Sender) *dispatcher {
	return &dispatcher{
		sender: s, attempts: attempts, wake: s.cfg.Wake,
		lanes: map[string]*lane{}, held: map[string]bool{}, results: make(chan result),
	}
}

// claim moves what is due into the lanes. It takes everything: stopping at a
// number would let the notifications of a dead destination fill it.
func (d *dispatcher) claim(ctx context.Context) {
	now := d.sender.cfg.Now()
	for ctx.Err() == nil {
		due, err := d.sender.cfg.Outbox.Due(ctx, now, batch)
		if err != nil {
			if ctx.Err() == nil {
				d.sender.cfg.Logger.Error("cannot read the outbox, will ask again", "err", err)
			}
			return
		}
		if d.enqueue(due) == 0 || len(due) < batch {
			return
		}
	}
}

// enqueue returns how many of the notifications were not held already.
func (d *dispatcher) enqueue(due []alerting.Notification) (added int) {
	for _, n := range due {
		if d.held[n.EventID] {
			continue
		}
		d.held[n.EventID] = true
		d.sender.metrics.owed(n)
		d.lane(n.Destination.Name).push(n)
		added++
	}
	return added
}

func (d *dispatcher) lane(name string) *lane {
	l, ok := d.lanes[name]
	if !ok {
		l = newLane()
		d.lanes[name] = l
	}
	return l
}

// start begins as many attempts as the lanes allow.
func (d *dispatcher) start() {
	for name, l := range d.lanes {
		target, configured := d.sender.target(name)
		if !configured {
			target.Kind = "removed"
		}
		for l.inFlight() < max(target.Concurrency, 1) {
			n, ok := l.pop()
			if !ok {
				break
			}
			d.inFlight++
			go func() {
				next := d.sender.settle(d.attempts, attempt{target: target, configured: configured, pause: &l.pause, n: n})
				d.results <- result{lane: l, n: n, next: next}
			}()
		}
	}
}

// wait returns when there may be something to do.
func (d *dispatcher) wait(ctx context.Context) {
	timer := time.NewTimer(d.untilNext())
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case _, open := <-d.wake:
		if !open {
			d.wake = nil // a closed channel would never let us wait again
		}
	case <-timer.C:
	case r := <-d.results:
		d.finish(r)
	}
}

// untilNext is the time to the earliest known attempt, bounded by the poll: the
// outbox may hold attempts of an earlier process.
func (d *dispatcher) untilNext() time.Duration {
	now := d.sender.cfg.Now()
	for len(d.next) > 0 && !d.next[0].After(now) {
		d.next = d.next[1:]
	}
	if len(d.next) == 0 {
		return d.sender.cfg.Poll
	}
	return min(d.next[0].Sub(now), d.sender.cfg.Poll)
}

func (d *dispatcher) finish(r result) {
	d.inFlight--
	r.lane.release(r.n)
	delete(d.held, r.n.EventID)
	if !r.next.IsZero() {
		at, _ := slices.BinarySearchFunc(d.next, r.next, time.Time.Compare)
		d.next = slices.Insert(d.next, at, r.next)
	}
}

// drain waits for the attempts in flight.
func (d *dispatcher) drain() {
	for d.inFlight > 0 {
		d.finish(<-d.results)
	}
}
