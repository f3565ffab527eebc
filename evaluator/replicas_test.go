package evaluator_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/promtest"
)

var (
	pair     = sync.OnceValue(promtest.Pair)
	replicas = sync.OnceValue(promtest.Replicas)
)

// Where one replica is there all the time, nobody notices that there are two.
func TestReplicas_count_once_to_the_event_while_none_is_away(t *testing.T) {
	t.Parallel()
	l := begin(t, pair(), 30*time.Second)
	l.catchUp(l.world.Live)
	l.compare()
	if !brief() {
		l.liveThrough(l.world.Live, l.world.End)
		l.sameAgain()
	}
	l.report()
}

// While another replica counts, events may lie in a neighbouring slot; in sum
// nothing is lost and nothing counts twice when the first one is back.
func TestReplicas_count_once_through_gaps_of_either(t *testing.T) {
	t.Run("living through it", func(t *testing.T) {
		t.Parallel()
		l := begin(t, replicas(), widths()[0])
		l.catchUp(l.world.Live)
		l.compare()
		if !brief() {
			l.liveThrough(l.world.Live, l.world.End)
			l.sameAgain()
			l.compareTotals()
		}
		l.report()
	})
	for _, step := range widths() {
		t.Run("catching up in slots of "+step.String(), func(t *testing.T) {
			t.Parallel()
			l := begin(t, replicas(), step)
			l.catchUp(l.world.End.Add(7 * time.Second))
			l.compare()
			l.compareTotals()
			l.report()
		})
	}
}

// Scrapes three slots apart are no reason to change. At a change every series of the
// next replica comes in another slot.
func TestReplicas_count_once_where_slots_are_narrower_than_scrapes(t *testing.T) {
	t.Parallel()
	w := replicas()
	l := begin(t, w, 5*time.Second)
	l.catchUp(w.Live.Add(29 * time.Minute))
	l.compareTotals()
	if !brief() {
		l.liveThrough(w.Live.Add(29*time.Minute), w.Live.Add(38*time.Minute))
		l.report()
	}
	l.catchUp(w.Live.Add(100 * time.Minute))
	l.compare()
	l.compareTotals()
}

// compareTotals checks that the sum of all time is what the samples show, to the
// event unless the first replica is not the one that counts at both ends, or a
// process ended while the servers changed.
func (l *life) compareTotals() {
	l.t.Helper()
	now := l.server.Now()
	for i, c := range l.world.Cases {
		a := l.evaluator.Assess(l.slos[i], now)
		want := l.oracle.Account(now, a.AsOf, c.SLI).Sum(a.Window.From, a.Window.To)
		bounded := strings.HasPrefix(c.Name, "a ends") || strings.HasPrefix(c.Name, "a starts late") || strings.HasSuffix(c.Name, "at the seam")
		if !bounded && a.Window.Counts != want { // compare holds the others to their slack
			l.t.Errorf("%s: %+v, the samples show %+v", c.Name, a.Window.Counts, want)
		}
	}
}

// Without the labels of the replicas every event counts twice.
func TestReplicas_count_twice_when_nobody_says_what_tells_them_apart(t *testing.T) {
	t.Parallel()
	w := pair()
	l := begin(t, w, 30*time.Second)
	l.replicaLabels = nil
	l.restart()
	l.catchUp(w.Live)
	for i, c := range w.Cases {
		if !strings.HasPrefix(c.Name, "steady") {
			continue
		}
		a := l.evaluator.Assess(l.slos[i], w.Live)
		once := l.oracle.Account(w.Live, a.AsOf, c.SLI).Sum(a.Window.From, a.Window.To).Total
		if share := float64(a.Window.Total) / float64(once); share < 1.9 || share > 2.1 {
			t.Errorf("%s: %d calls are counted, a replica saw %d", c.Name, a.Window.Total, once)
		}
	}
}
