package notify

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// lane is what waits for one destination: a queue for each urgency, the oldest
// decision first, and never two notifications of one incident under way.
type lane struct {
	waiting  [alerting.Urgencies][]*alerting.Notification
	busy     map[string]bool // incident ids in flight
	alone    map[string]bool // event ids that are not told with others
	inFlight int             // attempts
	pause    pause
	failures int // of attempts in a row, whatever they told
	rest     [2]time.Time
}

func newLane() *lane { return &lane{busy: map[string]bool{}, alone: map[string]bool{}} }

func (l *lane) push(n alerting.Notification) {
	queue := &l.waiting[n.Urgency()]
	at, _ := slices.BinarySearchFunc(*queue, &n, func(a, b *alerting.Notification) int {
		if a.DecidedAt.After(b.DecidedAt) {
			return 1
		}
		return -1 // equals keep the order they came in
	})
	*queue = slices.Insert(*queue, at, &n)
}

// pop takes what leaves next: the most urgent notification whose incident is not
// in flight, and what is told with it. While there is no room for it, there is
// none for what is less urgent either; then it returns how long that takes.
func (l *lane) pop(t Target, now time.Time) (batch []alerting.Notification, room time.Duration) {
	for u := range alerting.Urgency(alerting.Urgencies) {
		first := slices.IndexFunc(l.waiting[u], func(n *alerting.Notification) bool { return !l.busy[n.Incident.ID] })
		if first < 0 {
			continue
		}
		if room = max(t.limiter.Room(u, now), l.rests(u).Sub(now)); room > 0 {
			return nil, room
		}
		l.inFlight++
		return l.together(u, first, t, now), 0
	}
	return nil, 0
}

// tired is how many attempts have to fail in a row until a destination counts as
// down, and not some message as bad.
const tired = 3

// rests is until when nothing of that urgency is tried.
func (l *lane) rests(u alerting.Urgency) time.Time {
	if u == alerting.UrgencyPage {
		return l.rest[0]
	}
	return l.rest[1]
}

// learn notes how an attempt ended. A destination that is down is asked by one
// message at a time and ever less often, not by all that waits for it.
func (l *lane) learn(e ended, now time.Time) {
	switch {
	case e.told:
		l.failures, l.rest = 0, [2]time.Time{}
	case e.failed:
		if l.failures++; l.failures >= tired {
			l.rest = [2]time.Time{now.Add(fullJitter(l.failures-tired, pageLimits.backoff)), now.Add(fullJitter(l.failures-tired, otherLimits.backoff))}
		}
	}
}

// release ends an attempt.
func (l *lane) release(batch []alerting.Notification) {
	l.inFlight--
	for _, n := range batch {
		delete(l.busy, n.Incident.ID)
	}
}

// pause is the time in which a destination asked to be left alone. Attempts set
// it at once, from their own goroutines, so that none starts in between.
type pause struct {
	asked atomic.Pointer[pauseAsked]
}

type pauseAsked struct {
	at     time.Time
	length time.Duration
}

func (p *pause) ask(at time.Time, length time.Duration) {
	p.asked.Store(&pauseAsked{at: at, length: length})
}

// until returns the end of the pause for n; pages wait less long than tickets.
func (p *pause) until(n alerting.Notification, now time.Time) (end time.Time, paused bool) {
	asked := p.asked.Load()
	if asked == nil {
		return time.Time{}, false
	}
	end = asked.at.Add(min(asked.length, limitsFor(n).retryAfter))
	return end, now.Before(end)
}
