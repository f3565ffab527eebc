package notify

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// batch is how many notifications one question to the outbox returns.
const batch = 256

// afterResult is how soon the outbox is asked again after an attempt: there may
// be news of the same incident that waited for it. Asking after each attempt at
// once would read a storm anew for every message of it.
const afterResult = 100 * time.Millisecond

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
	next     []time.Time // when to ask the outbox again, earliest first
	poll     time.Time   // when to ask it at the latest: it may hold attempts of an earlier process
	room     time.Time   // when a destination has room again; zero when none is waited for
	ask      bool        // the outbox, before anything else
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
		lanes: map[string]*lane{}, held: map[string]bool{}, results: make(chan result), ask: true,
	}
}

// claim moves what is due into the lanes when there is reason to ask. It takes
// everything: stopping at a number would let the notifications of a dead
// destination fill it.
func (d *dispatcher) claim(ctx context.Context) {
	if !d.ask {
		return
	}
	now := d.sender.cfg.Now()
	d.ask, d.poll = false, now.Add(d.sender.cfg.Poll)
	for len(d.next) > 0 && !d.next[0].After(now) {
		d.next = d.next[1:]
	}
	for ctx.Err() == nil {
		due, err := d.sender.cfg.Outbox.Due(ctx, now, batch)
		if err != nil {
			if ctx.Err() == nil {
				d.sender.cfg.Logger.Error("cannot read the outbox, will ask again", "err", err)
			}
			return
		}
		d.sender.asked.Store(&now)
		if d.enqueue(due) == 0 || len(due) < batch {
			return
		}
		d.start() // the most urgent leave while the rest of a storm is read
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
	now := d.sender.cfg.Now()
	d.room = time.Time{}
	for name, l := range d.lanes {
		target, configured := d.sender.target(name)
		if !configured {
			target.Kind = "removed"
		}
		for l.inFlight() < max(target.Concurrency, 1) {
			n, ok, room := l.pop(target.limiter, now)
			if room > 0 && (d.room.IsZero() || d.room.After(now.Add(room))) {
				d.room = now.Add(room)
			}
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
	patience := min(d.wakeAt().Sub(d.sender.cfg.Now()), d.sender.cfg.Poll) // whatever becomes of the clock
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case _, open := <-d.wake:
		if !open {
			d.wake = nil // a closed channel would never let us wait again
		}
		d.ask = true
	case <-timer.C:
		d.ask = patience == d.sender.cfg.Poll || !d.sender.cfg.Now().Before(d.askNext())
	case r := <-d.results:
		d.finish(r)
	}
}

// wakeAt is when there is something to do at the latest.
func (d *dispatcher) wakeAt() time.Time {
	if ask := d.askNext(); d.room.IsZero() || ask.Before(d.room) {
		return ask
	}
	return d.room
}

// askNext is when the outbox is to be asked again.
func (d *dispatcher) askNext() time.Time {
	if len(d.next) > 0 && d.next[0].Before(d.poll) {
		return d.next[0]
	}
	return d.poll
}

func (d *dispatcher) finish(r result) {
	d.inFlight--
	r.lane.release(r.n)
	delete(d.held, r.n.EventID)
	if !r.next.IsZero() {
		d.askAt(r.next)
	}
	if soon := d.sender.cfg.Now().Add(afterResult); len(d.next) == 0 || d.next[0].After(soon) {
		d.askAt(soon)
	}
}

func (d *dispatcher) askAt(t time.Time) {
	at, _ := slices.BinarySearchFunc(d.next, t, time.Time.Compare)
	d.next = slices.Insert(d.next, at, t)
}

// drain waits for the attempts in flight.
func (d *dispatcher) drain() {
	for d.inFlight > 0 {
		d.finish(<-d.results)
	}
}
