package notify

import (
	"sync/atomic"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// lane is the queue of one destination: pages first, then the oldest decision,
// never two of one incident at once.
type lane struct {
	waiting []alerting.Notification
	busy    map[string]bool // incident ids in flight
	pause   pause
}

func newLane() *lane { return &lane{busy: map[string]bool{}} }

func (l *lane) inFlight() int { return len(l.busy) }

func (l *lane) push(n alerting.Notification) { l.waiting = append(l.waiting, n) }

// pop takes the most urgent notification whose incident is not in flight.
func (l *lane) pop() (alerting.Notification, bool) {
	best := -1
	for i := range l.waiting {
		if (best < 0 || moreUrgent(&l.waiting[i], &l.waiting[best])) && !l.busy[l.waiting[i].Incident.ID] {
			best = i
		}
	}
	if best < 0 {
		return alerting.Notification{}, false
	}
	n := l.waiting[best]
	last := len(l.waiting) - 1
	l.waiting[best] = l.waiting[last] // the order is found anew each time
	l.waiting[last] = alerting.Notification{}
	l.waiting = l.waiting[:last]
	l.busy[n.Incident.ID] = true
	return n, true
}

func moreUrgent(a, b *alerting.Notification) bool {
	pageA, pageB := a.Incident.Severity == slo.SeverityPage, b.Incident.Severity == slo.SeverityPage
	if pageA != pageB {
		return pageA
	}
	return a.DecidedAt.Before(b.DecidedAt)
}

func (l *lane) release(n alerting.Notification) { delete(l.busy, n.Incident.ID) }

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
