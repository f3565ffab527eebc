package summary_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo/summary"
)

func TestShare(t *testing.T) {
	for _, c := range []struct {
		tally summary.Tally
		want  float64
		known bool
		worst summary.Standing
	}{
		{summary.Tally{}, 0, false, summary.Unknown},
		{summary.Tally{Unknown: 3}, 0, false, summary.Unknown},
		{summary.Tally{Met: 3}, 1, true, summary.Met},
		{summary.Tally{Met: 3, Unknown: 1}, 1, true, summary.Unknown},
		{summary.Tally{Met: 2, AtRisk: 1, Missed: 1, Unknown: 4}, 0.75, true, summary.Missed},
		{summary.Tally{Met: 2, AtRisk: 1, Unknown: 4}, 1, true, summary.AtRisk},
		{summary.Tally{Missed: 2}, 0, true, summary.Missed},
	} {
		got, known := c.tally.Share()
		if got != c.want || known != c.known || c.tally.Worst() != c.worst {
			t.Errorf("%+v: %v, known: %v, worst %s; want %v, %v, %s", c.tally, got, known, c.tally.Worst(), c.want, c.known, c.worst)
		}
	}
}

// Whatever a fleet is split into, the parts make the whole; and one that nobody knows
// changes no share.
func TestTalliesAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		all := anyPairs(rng, rng.IntN(60))
		cut := rng.IntN(len(all) + 1)
		whole, left, right := summary.Count(summary.Nows(all)), summary.Count(summary.Nows(all[:cut])), summary.Count(summary.Nows(all[cut:]))
		if whole != left.Add(right) || whole.All() != len(all) {
			t.Fatalf("%+v is not %+v and %+v", whole, left, right)
		}
		more := summary.Count(append(summary.Nows(all), record("x/y/z", "99%", 0, 0)))
		before, known := whole.Share()
		if after, still := more.Share(); after != before || known != still || more.Unknown != whole.Unknown+1 {
			t.Fatalf("one that is not known makes %v of %v", after, before)
		}
		var grouped summary.Tally
		for _, g := range summary.By(all, func(p summary.Pair) string { return p.ID().Service }) {
			grouped = grouped.Add(g.Tally)
		}
		if grouped != whole {
			t.Fatalf("groups make %+v of %+v", grouped, whole)
		}
	}
}

func TestGroups(t *testing.T) {
	good, bad, unknown := record("a/b/c", "99%", 1000, 2), record("a/b/c", "99%", 1000, 15), record("a/b/c", "99%", 0, 0)
	team := func(r summary.Record, owner string) summary.Record { o := *r.SLO; o.Owner, r.SLO = owner, &o; return r }
	pairs := []summary.Pair{
		{Now: team(good, "ann"), Before: bad},
		{Now: team(bad, "ann"), Before: bad},
		{Now: team(good, "ann"), Before: unknown},
		{Now: team(good, "bob"), Before: good},
		{Now: team(unknown, "cy"), Before: bad},
		{Now: team(bad, "dee"), Before: good},
	}
	got := summary.By(pairs, func(p summary.Pair) string { return p.Now.SLO.Owner })
	want := []summary.Group{
		{Name: "dee", Tally: summary.Tally{Missed: 1}, Change: new(-1.), Least: new(-0.5)},
		{Name: "ann", Tally: summary.Tally{Met: 2, Missed: 1}, Change: new(0.5), Least: new(-0.5)}, // of two that are known in both
		{Name: "bob", Tally: summary.Tally{Met: 1}, Change: new(0.), Least: new(0.8)},
		{Name: "cy", Tally: summary.Tally{Unknown: 1}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// An objective that was unknown and is good now is no progress, and one that is not
// known any more no decline.
func TestTheTrendIsOfWhatIsKnownInBothPeriods(t *testing.T) {
	good, unknown := record("a/b/c", "99%", 1000, 2), record("a/b/c", "99%", 0, 0)
	if change, known := summary.Trend([]summary.Pair{{Now: good, Before: unknown}, {Now: unknown, Before: good}}); known {
		t.Errorf("the trend is %v", change)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		pairs := anyPairs(rng, 20)
		back := slices.Clone(pairs)
		for i := range back {
			back[i].Now, back[i].Before = pairs[i].Before, pairs[i].Now
		}
		change, _ := summary.Trend(pairs)
		if reverse, _ := summary.Trend(back); math.Abs(change+reverse) > 1e-9 {
			t.Fatalf("forward %v, backward %v", change, reverse)
		}
	}
}
