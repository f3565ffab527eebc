package evaluator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/slo"
)

// family has members that bring so many objectives each, and parts of the first
// of them if it is split.
func family(name string, objectives int, split bool) slo.Family {
	return slo.Family{Service: "s", Name: name, Member: func(value string) (slo.Set, error) {
		var set slo.Set
		for i := range objectives {
			set.SLOs = append(set.SLOs, slo.SLO{ID: slo.ID{Service: "s", Function: value, Name: fmt.Sprintf("%s-%d", name, i)}})
		}
		if split {
			set.Families = append(set.Families, partsOf(set.SLOs[0].ID))
		}
		return set, nil
	}}
}

func partsOf(whole slo.ID) slo.Family {
	return slo.Family{Service: "s", Name: "split", Whole: whole, Member: func(value string) (slo.Set, error) {
		part := whole
		part.Name += ":" + value
		return slo.Set{SLOs: []slo.SLO{{ID: part}}}, nil
	}}
}

// everybody are members named after a family, all present.
func everybody(prefix string, n int) roll.Members {
	out := roll.Members{}
	for i := range n {
		out[fmt.Sprintf("%s%04d", prefix, i)] = 0
	}
	return out
}

// rolls are the members of several families.
func rolls(families []slo.Family, n int) map[string]roll.Members {
	out := map[string]roll.Members{}
	for _, f := range families {
		out[f.Key()] = everybody(f.Name, n)
	}
	return out
}

func names(x *expansion) []string {
	var out []string
	for _, s := range x.slos {
		out = append(out, s.ID.String())
	}
	slices.Sort(out)
	return out
}

// beyond adds up what is left out, and says why.
func beyond(x *expansion) (n int, reasons string) {
	for _, r := range x.rosters {
		n += r.beyond.Count
		reasons += r.beyond.Reason
	}
	return n, reasons
}

func TestExpand_keeps_the_bound_of_one_family_with_the_parts_of_what_it_finds(t *testing.T) {
	match := family("match", 1, true)
	known := rolls([]slo.Family{match}, 100)
	for function := range known[match.Key()] {
		known[partsOf(slo.ID{Service: "s", Function: function, Name: "match-0"}).Key()] = everybody("part", 100)
	}
	named := slo.SLO{ID: slo.ID{Service: "s", Function: "named", Name: "x"}}
	x := expand(slo.Set{SLOs: []slo.SLO{named}, Families: []slo.Family{match}}, nil, known, nil)
	if got, want := len(x.slos), 1+slo.MaxOfFamily; got != want {
		t.Errorf("%d objectives in force, want %d: the named one and what the family may bring", got, want)
	}
	n, reasons := beyond(x)
	if !strings.Contains(reasons, "one family may bring 5,000") || n+len(x.slos)-1 > 100+100*100 {
		t.Errorf("%d are left out: %s", n, reasons)
	}
	if x.space.all != slo.MaxOfFamily || x.space.of[match.Key()] != slo.MaxOfFamily {
		t.Errorf("%d places are taken, %d of them by the family", x.space.all, x.space.of[match.Key()])
	}
}

// Ten families fill an instance. One that then wants more gets it when another is
// taken out, and from nobody who is there.
func TestExpand_takes_no_place_from_what_is_in_force(t *testing.T) {
	var families []slo.Family
	for i := range 10 {
		families = append(families, family(fmt.Sprint("f", i), 1, false))
	}
	full := expand(slo.Set{Families: families}, nil, rolls(families, slo.MaxMembers), nil)
	if n, _ := beyond(full); n != 0 || len(full.slos) != slo.MaxFound {
		t.Fatalf("%d in force and %d left out, want 10,000 and none", len(full.slos), n)
	}
	grown := slices.Clone(families)
	grown[0] = family("f0", 2, false)
	after := expand(slo.Set{Families: grown}, full.rosters, nil, full.found)
	if diff := cmp.Diff(names(full), names(after)); diff != "" {
		t.Errorf("another definition grew, and it changed who is in force: %.300s", diff)
	}
	if n, reasons := beyond(after); n != slo.MaxMembers || !strings.Contains(reasons, "all families together may bring 10,000") {
		t.Errorf("%d are left out: %s", n, reasons)
	}
	fewer := expand(slo.Set{Families: grown[:9]}, after.rosters, nil, after.found)
	if n, _ := beyond(fewer); n != 0 || len(fewer.slos) != slo.MaxFound {
		t.Errorf("%d in force and %d left out after a family went, want 10,000 and none", len(fewer.slos), n)
	}
}

// Who has no place gets the first one that becomes free, whatever the order in
// which backends answer.
func TestExpand_is_the_same_from_the_same_rosters(t *testing.T) {
	families := []slo.Family{family("a", 4, false), family("b", 4, false), family("c", 4, false)}
	set := slo.Set{Families: families}
	one, two := expand(set, nil, rolls(families, slo.MaxMembers), nil), expand(set, nil, rolls(families, slo.MaxMembers), nil)
	if diff := cmp.Diff(names(one), names(two)); diff != "" || len(one.slos) != slo.MaxFound {
		t.Errorf("%d in force, and another time: %.300s", len(one.slos), diff)
	}
	leaves := slices.Sorted(maps.Keys(one.rosters[families[0].Key()].members))[0]
	delete(one.rosters[families[0].Key()].members, leaves)
	next := expand(set, one.rosters, nil, one.found)
	after := names(next)
	for _, id := range names(one) {
		if _, still := slices.BinarySearch(after, id); !still && !strings.Contains(id, leaves) {
			t.Fatalf("%s lost its place", id)
		}
	}
	if len(next.slos) != slo.MaxFound {
		t.Errorf("%d in force: the place of who left is not taken", len(next.slos))
	}
}

func TestExpand_counts_signals_like_objectives(t *testing.T) {
	f := slo.Family{Service: "s", Name: "f", Member: func(value string) (slo.Set, error) {
		set := slo.Set{SLOs: []slo.SLO{{ID: slo.ID{Service: "s", Function: value, Name: "x"}}}}
		for i := range 9 {
			set.Signals = append(set.Signals, slo.Signal{Service: "s", Function: value, Name: fmt.Sprint("x", i)})
		}
		return set, nil
	}}
	x := expand(slo.Set{Families: []slo.Family{f}}, nil, rolls([]slo.Family{f}, slo.MaxMembers), nil)
	if len(x.slos) != 500 || len(x.signals) != 4_500 {
		t.Errorf("%d objectives and %d signals, want 500 members with both", len(x.slos), len(x.signals))
	}
}

// When a member has gone, its place is free in the same round.
func TestRoster_of_a_full_family_takes_who_comes_after_somebody_left(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	f := family("f", 5, false)
	x := expand(slo.Set{Families: []slo.Family{f}}, nil, rolls([]slo.Family{f}, slo.MaxMembers), nil)
	r := x.rosters[f.Key()]
	if x.space.of[f.Key()] != slo.MaxOfFamily || r.full(&x.space) == "" {
		t.Fatalf("%d places taken, want all", x.space.of[f.Key()])
	}
	delete(r.members, "f0007")
	y := expand(slo.Set{Families: []slo.Family{f}}, x.rosters, nil, x.found)
	got := r.take(map[string]time.Time{"new": now}, now, brings(f), &y.space)
	if !slices.Equal(got.came, []string{"new"}) || y.space.of[f.Key()] != slo.MaxOfFamily {
		t.Errorf("%q came, and %d places are taken", got.came, y.space.of[f.Key()])
	}
}
