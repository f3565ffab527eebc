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
	held     map[string]time.Time             // event ids between claim and result, and when they were handed out
	flying   map[string]bool                  // those of them that an attempt has
	early    map[string]alerting.Notification // and those that were claimed again meanwhile, see enqueue
	inFlight int
	results  chan result
	next     []time.Time // when to ask the outbox again, earliest first
	poll     time.Time   // when to ask it at the latest: it may hold attempts of an earlier process
	room     time.Time   // when a destination has room again; zero when none is waited for
	ask      bool        // the outbox, before anything else
}

// result is the end of an attempt.
type result struct {
	lane  *lane
	batch []alerting.Notification // as it was popped
	ended
}

func newDispatcher(attempts context.Context, s *Sender) *dispatcher {
	return &dispatcher{
		sender: s, attempts: attempts, wake: s.cfg.Wake,
		lanes: map[string]*lane{}, held: map[string]time.Time{}, flying: map[string]bool{}, early: map[string]alerting.Notification{}, results: make(chan result), ask: true,
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
		if d.enqueue(due, now) == 0 || len(due) < batch {
			return
		}
		d.start() // the most urgent leave while the rest of a storm is read
	}
}

// enqueue returns how many of the notifications were not held already. One that an
// attempt has was put off by it and is due again before it has reported: the outbox has
// claimed it for us and will not say so twice.
func (d *dispatcher) enqueue(due []alerting.Notification, now time.Time) (added int) {
	for _, n := range due {
		if _, held := d.held[n.EventID]; held {
			if d.flying[n.EventID] {
				d.early[n.EventID] = n
			}
			continue
		}
		d.held[n.EventID] = now
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
		for l.inFlight < max(target.Concurrency, 1) {
			batch, room := l.pop(target, now)
			if room > 0 && (d.room.IsZero() || d.room.After(now.Add(room))) {
				d.room = now.Add(room)
			}
			if len(batch) == 0 {
				break
			}
			d.inFlight++
			for _, n := range batch {
				d.flying[n.EventID] = true
			}
			a := attempt{target: target, configured: configured, pause: &l.pause, batch: batch}
			a.waited = slices.ContainsFunc(batch, func(n alerting.Notification) bool { return waited(n, d.held[n.EventID], now) })
			go func() {
				d.results <- result{l, batch, d.sender.settle(d.attempts, a)}
			}()
		}
	}
}

// wait returns when there may be something to do.
func (d *dispatcher) wait(ctx context.Context) {
	ask, room := d.untilAsk(), d.untilRoom()
	timer := time.NewTimer(min(ask, room))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case _, open := <-d.wake:
		if !open {
			d.wake = nil // a closed channel would never let us wait again
		}
		d.ask = true
	case <-timer.C:
		d.ask = ask <= room || d.untilAsk() <= 0
	case r := <-d.results:
		d.finish(r)
	}
}

// untilAsk is the time until the outbox is to be asked again, bounded by the poll,
// whatever becomes of the clock: it may hold attempts of an earlier process.
func (d *dispatcher) untilAsk() time.Duration {
	at := d.poll
	if len(d.next) > 0 && d.next[0].Before(at) {
		at = d.next[0]
	}
	return min(at.Sub(d.sender.cfg.Now()), d.sender.cfg.Poll)
}

// untilRoom is the time until a destination has room again; the poll, when none is
// waited for.
func (d *dispatcher) untilRoom() time.Duration {
	if d.room.IsZero() {
		return d.sender.cfg.Poll
	}
	return d.room.Sub(d.sender.cfg.Now())
}

func (d *dispatcher) finish(r result) {
	d.inFlight--
	r.lane.release(r.batch)
	r.lane.learn(r.ended, d.sender.cfg.Now())
	for _, n := range r.batch {
		delete(r.lane.alone, n.EventID)
		delete(d.held, n.EventID)
		delete(d.flying, n.EventID)
	}
	for _, n := range r.alone {
		r.lane.alone[n.EventID] = true
	}
	for _, n := range slices.Concat(r.alone, r.back) {
		d.held[n.EventID] = d.sender.cfg.Now()
		r.lane.push(n)
	}
	for _, n := range r.batch {
		if again, ok := d.early[n.EventID]; ok {
			delete(d.early, n.EventID)
			d.enqueue([]alerting.Notification{again}, d.sender.cfg.Now())
		}
	}
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
