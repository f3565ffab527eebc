package alerting

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Schedules are random sequences of faults, restarts, jumps of the clock, reloads
// and people, over an engine whose store and destinations fail. After every step
// the invariants of invariants_test.go must hold.
//
// A schedule is made of acts of trial_acts_test.go, each with a random number of
// its own: an act more or less changes no other one. So a schedule that fails is
// cut down to the acts that make it fail.

const (
	scheduleSteps = 45 // of one to five slots, or as long as an act makes one
	scheduleActs  = 40
)

// move is an act at a step.
type move struct {
	step int
	act  act
	seed uint64
}

// schedule is what happens in one trial.
type schedule struct {
	seed  uint64 // of what is between the acts
	moves []move // by step
}

// newSchedule draws a schedule.
func newSchedule(seed uint64, acts []act) schedule {
	rng := rand.New(rand.NewPCG(seed, 11))
	var urn []act
	for _, a := range acts {
		for range a.weight {
			urn = append(urn, a)
		}
	}
	s := schedule{seed: seed}
	for range scheduleActs {
		s.moves = append(s.moves, move{step: rng.IntN(scheduleSteps), act: urn[rng.IntN(len(urn))], seed: rng.Uint64()})
	}
	slices.SortStableFunc(s.moves, func(a, b move) int { return a.step - b.step })
	return s
}

// TestRandomSchedules tries 10,000 schedules where the end-to-end tests run, in `make
// test`, and fewer elsewhere. SLOFUSE_SCHEDULES sets how many, SLOFUSE_SCHEDULE tries
// one seed alone and tells what happens in it.
func TestRandomSchedules(t *testing.T) {
	acts := allActs()
	if text := os.Getenv("SLOFUSE_SCHEDULE"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		tell(t, newSchedule(seed, acts))
		return
	}
	count := howMany(t)
	defer debug.SetGCPercent(debug.SetGCPercent(800)) // much garbage, little memory
	seen, failed, err := tryAll(t, count, acts)
	if failed != nil {
		t.Errorf("seed %d: %v", failed.seed, err)
		tell(t, *failed)
		return
	}
	t.Logf("%d schedules: %s", count, seen)
	for _, name := range wantSeen {
		if seen[name] == 0 {
			t.Errorf("the schedules never came across: %s", name)
		}
	}
}

func howMany(t *testing.T) uint64 {
	text := os.Getenv("SLOFUSE_SCHEDULES")
	switch {
	case text != "":
		count, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return count
	case raceDetector:
		return 100
	case os.Getenv("SLOFUSE_E2E") != "":
		return 10_000
	}
	return 500
}

// tryAll tries schedules on all processors and returns what they came across, or
// the one with the lowest seed that failed.
func tryAll(t *testing.T, count uint64, acts []act) (seen sightings, failed *schedule, why error) {
	var next atomic.Uint64
	var mu sync.Mutex
	var all sync.WaitGroup
	seen = sightings{}
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for seed := next.Add(1); seed <= count; seed = next.Add(1) {
				s := newSchedule(seed, acts)
				tr, err := s.try(t, nil)
				mu.Lock()
				seen.add(tr.seen)
				if err != nil && (failed == nil || seed < failed.seed) {
					failed, why = &s, err
				}
				stop := failed != nil
				mu.Unlock()
				if stop {
					return
				}
			}
		})
	}
	all.Wait()
	return seen, failed, why
}

// try runs a schedule and then lets everything settle. A panic fails it. What
// happens is written into log, which may be nil.
func (s schedule) try(t *testing.T, log *strings.Builder) (tr *trial, err error) {
	tr = newTrial(t, s.seed)
	tr.log = log
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	moves := s.moves
	for tr.step = range scheduleSteps {
		for len(moves) > 0 && moves[0].step == tr.step {
			m := moves[0]
			moves = moves[1:]
			if err := tr.act(m); err != nil {
				return tr, err
			}
		}
		if err := tr.pass(); err != nil {
			return tr, err
		}
	}
	return tr, tr.settle()
}

// tell runs a schedule; when it fails, it cuts it down and says what happened and
// how to see it again.
func tell(t *testing.T, s schedule) {
	t.Helper()
	var log strings.Builder
	if _, err := s.try(t, &log); err == nil {
		t.Logf("seed %d holds\n%s", s.seed, log.String())
		return
	}
	least := s.shrink(t)
	log.Reset()
	tr, err := least.try(t, &log)
	t.Errorf("seed %d, step %d: %v\n\nIt fails with %d of its %d acts:\n%s\nRun it again with SLOFUSE_SCHEDULE=%d go test ./alerting -run '^TestRandomSchedules$'",
		s.seed, tr.step, err, len(least.moves), len(s.moves), log.String(), s.seed)
}

// shrink drops acts, many at once and then one by one, while the schedule still
// fails.
func (s schedule) shrink(t *testing.T) schedule {
	for size := len(s.moves) / 2; size > 0; size /= 2 {
		for from := 0; from+size <= len(s.moves); {
			fewer := s
			fewer.moves = slices.Concat(s.moves[:from], s.moves[from+size:])
			if _, err := fewer.try(t, nil); err != nil {
				s = fewer
			} else {
				from += size
			}
		}
	}
	return s
}

// sightings count what schedules came across, so that a generator that lost its
// bite is noticed.
type sightings map[string]int

func (s sightings) add(o sightings) {
	for name, n := range o {
		s[name] += n
	}
}

// String lists what was seen, by name.
func (s sightings) String() string {
	var parts []string
	for name, n := range s {
		parts = append(parts, fmt.Sprintf("%s %d", name, n))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// TestAScheduleThatFailsIsCutDown breaks an invariant by one act and expects only
// that act to be left.
func TestAScheduleThatFailsIsCutDown(t *testing.T) {
	broken := errors.New("broken")
	acts := append(allActs(), act{"break something", 3, func(*trial, *rand.Rand) error { return broken }})
	seed := uint64(1)
	for !slices.ContainsFunc(newSchedule(seed, acts).moves, func(m move) bool { return m.act.name == "break something" }) {
		seed++
	}
	least := newSchedule(seed, acts).shrink(t)
	if len(least.moves) != 1 || least.moves[0].act.name != "break something" {
		t.Errorf("%d acts are left: %+v", len(least.moves), least.moves)
	}
	if _, err := least.try(t, nil); !errors.Is(err, broken) {
		t.Errorf("it fails with %v", err)
	}
}

// TestASlotDecidesTheSameHoweverOftenItIsRun runs schedules again: nothing may hang on
// the order in which a map is walked.
func TestASlotDecidesTheSameHoweverOftenItIsRun(t *testing.T) {
	for seed := range uint64(40) {
		s := newSchedule(seed, allActs())
		var first strings.Builder
		if _, err := s.try(t, &first); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for range 3 {
			var again strings.Builder
			_, err := s.try(t, &again)
			if diff := cmp.Diff(first.String(), again.String()); diff != "" || err != nil {
				t.Fatalf("seed %d: %v (-first +again):\n%s", seed, err, diff)
			}
		}
	}
}
