package evaluator_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// Whichever servers are silent, and whatever starts anew meanwhile, every event counts
// once, in slots of every width.
func TestReplicas_count_once_whatever_the_pattern_of_silences(t *testing.T) {
	for _, w := range silences(4) {
		for _, step := range []time.Duration{30 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute} {
			t.Run(fmt.Sprintf("%s in slots of %s", w.Name, step), func(t *testing.T) {
				t.Parallel()
				l := begin(t, w, step)
				l.catchUp(w.End)
				l.compareTotals()
			})
		}
	}
}

// Years of history come in slots of 5 minutes and an hour.
func TestReplicas_count_once_in_wide_slots(t *testing.T) {
	for _, w := range silences(3) {
		for what, days := range map[string]int{"5 minutes": 1, "an hour": 5} {
			t.Run(w.Name+" in slots of "+what, func(t *testing.T) {
				t.Parallel()
				l := begin(t, w, 30*time.Second)
				l.catchUp(w.End.AddDate(0, 0, days))
				l.compareTotals()
			})
		}
	}
}

// A value that is older than its time says is no reset.
func TestReplicas_count_about_once_where_clocks_differ(t *testing.T) {
	t.Parallel()
	w := promtest.ClocksApart()
	l := begin(t, w, 30*time.Second)
	l.catchUp(w.End)
	l.compare()
}

// Who comes late finds in every single slot what somebody counted who lived through it.
func TestReplicas_count_the_same_for_who_comes_late(t *testing.T) {
	for _, w := range silences(2) {
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			lived, late := begin(t, w, 30*time.Second), begin(t, w, 30*time.Second)
			late.catchUp(w.End)
			lived.catchUp(w.Live)
			lived.tickThrough(w.Live, w.End)
			lived.compareTotals()
			lived.compareSlots(late)
		})
	}
}

// silences are worlds of servers that are silent at random, as many as asked for; one
// in a brief run.
func silences(n int) []promtest.World {
	if brief() {
		n = 1
	}
	var out []promtest.World
	for _, seed := range []uint64{8, 9, 0, 3}[:n] { // 8: a replica counts for a moment; 9: a new start at a change
		out = append(out, promtest.Silences(seed, true))
	}
	return out
}

// compareSlots checks that a life and a later one booked the same in every slot.
func (l *life) compareSlots(late *life) {
	l.t.Helper()
	span := ledger.Span{From: l.world.Live.Unix(), To: l.world.End.Unix()}
	for _, c := range l.world.Cases {
		found := map[int64]slo.Counts{}
		for _, inc := range late.ledger.Increments(c.SLI.Key(backend), span, math.MaxInt) {
			found[inc.End] = inc.Counts
		}
		for _, inc := range l.ledger.Increments(c.SLI.Key(backend), span, math.MaxInt) {
			if found[inc.End] != inc.Counts {
				l.t.Errorf("%s in the slot to %s: %+v for who comes late, %+v for who lived through it", c.Name, clock(time.Unix(inc.End, 0)), found[inc.End], inc.Counts)
			}
			delete(found, inc.End)
		}
		for end, counts := range found {
			l.t.Errorf("%s in the slot to %s: %+v for who comes late, nothing for who lived through it", c.Name, clock(time.Unix(end, 0)), counts)
		}
	}
}
