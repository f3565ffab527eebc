package evaluator

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func fits(string) (int, error) { return 1, nil }

// roomy is a space that nothing was brought into.
func roomy() *space { return &space{of: map[string]int{}} }

// answer is what was seen at an instant.
type answer struct {
	at   time.Time
	seen map[string]time.Time
}

// expected works out from all answers who is a member: whoever was seen less than
// a day of attended time ago, counted back from the last answer.
func expected(answers []answer) []string {
	members := map[string]bool{}
	var since time.Duration
	for i, answer := range slices.Backward(answers) {
		for value, at := range answer.seen {
			if since+answer.at.Sub(at) < forgetAfter {
				members[value] = true
			}
		}
		if i > 0 {
			since += min(answer.at.Sub(answers[i-1].at), 2*surveyEvery)
		}
	}
	return slices.Sorted(maps.Keys(members))
}

// A member who left and is seen again comes back like anybody who is new, so the
// answers alone say who is a member.
func TestRoster_holds_whoever_was_seen_within_a_day_of_answers(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		r, now := newRoster(nil), time.Unix(1_700_000_000, 0)
		var answers []answer
		for range 300 {
			gap := []time.Duration{time.Minute, 2 * time.Minute, 40 * time.Hour}[rng.IntN(3)]
			now = now.Add(gap)
			a := answer{at: now, seen: map[string]time.Time{}}
			for v := range 12 {
				if rng.IntN(3*v*v+1) == 0 { // some are always there, some nearly never
					a.seen[fmt.Sprintf("f%02d", v)] = now.Add(-time.Duration(rng.IntN(20)) * 30 * time.Minute)
				}
			}
			answers = append(answers, a)
			r.take(a.seen, now, fits, roomy())
			if len(answers)%25 != 0 {
				continue
			}
			if diff := cmp.Diff(expected(answers), r.values()); diff != "" {
				t.Fatalf("seed %d after %d answers: -want +got:\n%s", seed, len(answers), diff)
			}
		}
	}
}

func TestRoster_misses_nobody_while_nobody_answers(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	r := newRoster(nil)
	r.take(map[string]time.Time{"a": start}, start, fits, roomy())
	if got := r.take(nil, start.Add(72*time.Hour), fits, roomy()); len(got.left) > 0 {
		t.Errorf("%v left in the first answer after three days of silence", got.left)
	}
}

func TestRoster_keeps_who_is_known_when_too_many_come(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	first, crowd := map[string]time.Time{}, map[string]time.Time{}
	for i := range slo.MaxMembers {
		first[fmt.Sprintf("z%04d", i)] = now
	}
	maps.Copy(crowd, first)
	crowd["a1"], crowd["a0"] = now, now // would be first by name
	r := newRoster(nil)
	r.take(first, now, fits, roomy())
	if got := r.take(crowd, now.Add(time.Minute), fits, roomy()); len(got.came)+len(got.left) > 0 {
		t.Errorf("%v came and %v left of a full family", got.came, got.left)
	}
	if diff := cmp.Diff([]string{"a0", "a1"}, r.refused.Some); diff != "" {
		t.Errorf("refused: -want +got:\n%s", diff)
	}
	delete(r.members, "z0000") // somebody leaves
	if got := r.take(crowd, now.Add(2*time.Minute), fits, roomy()); !slices.Equal(got.came, []string{"a0"}) {
		t.Errorf("%v came to the one free place, want a0", got.came)
	}
}

func TestRoster_tells_once_of_values_that_make_no_member(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	seen := map[string]time.Time{"fine": now, "bad\n": now}
	check := func(value string) (int, error) {
		if value == "fine" {
			return 1, nil
		}
		return 0, errors.New("no name")
	}
	r := newRoster(nil)
	one, two := r.take(seen, now, check, roomy()), r.take(seen, now.Add(time.Minute), check, roomy())
	if !slices.Equal(one.unfit, []string{"bad\n"}) || len(two.unfit) != 0 || !slices.Equal(r.values(), []string{"fine"}) {
		t.Errorf("unfit %q, then %q; members %q", one.unfit, two.unfit, r.values())
	}
}

// A label of a hundred thousand values costs a full family no checks.
func TestRoster_does_not_check_who_has_no_place(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	crowd := map[string]time.Time{}
	for i := range 100_000 {
		crowd[fmt.Sprintf("v%06d", i)] = now
	}
	checked := 0
	check := func(string) (int, error) { checked++; return 1, nil }
	r := newRoster(nil)
	for range 3 {
		r.take(crowd, now, check, roomy())
	}
	if len(r.members) != slo.MaxMembers || checked != slo.MaxMembers || r.refused.Count != 100_000-slo.MaxMembers {
		t.Errorf("%d members, %d checks and %d refused", len(r.members), checked, r.refused.Count)
	}
}

// Members come in while there is space for what they bring, counted for the
// family that a file defines.
func TestRoster_lets_in_nobody_for_whom_there_is_no_space(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	seen := map[string]time.Time{"a": now, "b": now, "c": now}
	bringsTwo := func(string) (int, error) { return 2, nil }
	for reason, taken := range map[string]*space{
		"one family may bring 5,000":             {all: 5_000, of: map[string]int{"root": slo.MaxOfFamily - 3, "other": 1}},
		"all families together may bring 10,000": {all: slo.MaxFound - 3, of: map[string]int{"root": 7}},
	} {
		before := taken.of["root"]
		r := newRoster(nil)
		r.root = "root"
		got := r.take(seen, now, bringsTwo, taken)
		if !slices.Equal(got.came, []string{"a", "b"}) || r.refused.Count != 1 || !strings.HasPrefix(r.refused.Reason, reason) {
			t.Errorf("%q came and %+v are refused, want a and b to come and %q", got.came, r.refused, reason)
		}
		if taken.of["root"] != before+4 {
			t.Errorf("%d places are taken by two members who bring two each", taken.of["root"]-before)
		}
	}
}

// A crowd is asked about every four minutes, and its members leave after a day all
// the same.
func TestRoster_of_a_crowd_is_asked_less_often(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	r := newRoster(nil)
	r.take(map[string]time.Time{"gone": start, "here": start}, start, fits, roomy())
	full := &space{all: slo.MaxFound, of: map[string]int{}}
	now := start
	for now.Before(start.Add(24*time.Hour)) && len(r.members) == 2 {
		r.take(map[string]time.Time{"here": now, "refused": now}, now, fits, full)
		if r.every() != 4*time.Minute {
			t.Fatalf("asked again after %v", r.every())
		}
		now = now.Add(r.every())
	}
	if absent := r.members["gone"]; absent < 24*time.Hour-8*time.Minute {
		t.Errorf("after a day it counts as away for %v", absent)
	}
	r.take(map[string]time.Time{"here": now}, now, fits, full)
	if got := r.values(); !slices.Equal(got, []string{"here"}) || r.every() != time.Minute {
		t.Errorf("members %v, asked again after %v", got, r.every())
	}
}
