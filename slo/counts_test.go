package slo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"testing/quick"

	"github.com/slofuse/slofuse/slo"
)

func TestBurnRate_is_the_number_a_policy_writes(t *testing.T) {
	for _, tc := range []struct {
		what      string
		objective string
		counts    slo.Counts
		want      float64
	}{
		{"exactly at the fast tier", "99.9%", slo.Counts{Total: 10_000, Bad: 144}, 14.4},
		{"exactly at the fast tier, another objective", "99.5%", slo.Counts{Total: 1_000, Bad: 72}, 14.4},
		{"exactly at the fast tier, an odd objective", "99.95%", slo.Counts{Total: 1_000_000, Bad: 7_200}, 14.4},
		{"exactly at the slow tier", "99.9%", slo.Counts{Total: 1_000, Bad: 6}, 6},
		{"exactly at the slow tier, uneven traffic", "99.9%", slo.Counts{Total: 700_000, Bad: 4_200}, 6},
		{"as planned", "99%", slo.Counts{Total: 100, Bad: 1}, 1},
		{"everything fails", "99.9%", slo.Counts{Total: 7, Bad: 7}, 1_000},
		{"nothing fails", "99.9%", slo.Counts{Total: 7}, 0},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got, known := slo.MustObjective(tc.objective).BurnRate(tc.counts)
			if !known || got != tc.want {
				t.Errorf("burn rate %v (known %v), want %v", got, known, tc.want)
			}
		})
	}
}

// For every traffic at which a tier's rate is a whole number of bad events, the
// rate is met by that number and not by one less.
func TestBurnRate_at_or_over_a_tier_is_decided_by_one_event(t *testing.T) {
	for _, tc := range []struct {
		objective string
		rate      float64
		per, bad  int64 // bad of per events burn at the rate
	}{
		{"99.9%", 14.4, 10_000, 144},
		{"99.95%", 14.4, 10_000, 72},
		{"99%", 14.4, 1_000, 144},
		{"99.9%", 6, 1_000, 6},
		{"99.99%", 6, 10_000, 6},
		{"99.5%", 6, 100, 3},
		{"99.9%", 4, 1_000, 4},
		{"99.9%", 1, 1_000, 1},
	} {
		o := slo.MustObjective(tc.objective)
		for k := int64(1); k < 2_000; k += 7 {
			at := slo.Counts{Total: k * tc.per, Bad: k * tc.bad}
			if rate, _ := o.BurnRate(at); rate < tc.rate {
				t.Fatalf("%s: %+v burns at %v, below %v", o, at, rate, tc.rate)
			}
			at.Bad--
			if rate, _ := o.BurnRate(at); rate >= tc.rate {
				t.Fatalf("%s: %+v burns at %v, not below %v", o, at, rate, tc.rate)
			}
		}
	}
}

func TestRatios_are_unknown_without_traffic(t *testing.T) {
	if rate, known := slo.MustObjective("99.9%").BurnRate(slo.Counts{}); known || rate != 0 {
		t.Errorf("burn rate of nothing: %v, %v", rate, known)
	}
	if ratio, known := (slo.Counts{}).SuccessRatio(); known || ratio != 0 {
		t.Errorf("success ratio of nothing: %v, %v", ratio, known)
	}
	if ratio, known := (slo.Counts{Total: 8, Bad: 2}).SuccessRatio(); !known || ratio != 0.75 {
		t.Errorf("success ratio of 6 in 8: %v, %v", ratio, known)
	}
}

func TestCounts_valid(t *testing.T) {
	for _, tc := range []struct {
		counts slo.Counts
		want   bool
	}{
		{slo.Counts{}, true},
		{slo.Counts{Total: 3, Bad: 3}, true},
		{slo.Counts{Total: 3, Bad: 4}, false},
		{slo.Counts{Total: 3, Bad: -1}, false},
		{slo.Counts{Total: -3, Bad: -4}, false},
	} {
		if got := tc.counts.Valid(); got != tc.want {
			t.Errorf("%+v valid: %v, want %v", tc.counts, got, tc.want)
		}
	}
}

// A sum is the same wherever it is split, and taking a part away again leaves
// the rest.
func TestCounts_add_up_wherever_they_are_split(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		slots := make([]slo.Counts, 1+random.IntN(60))
		var whole slo.Counts
		for i := range slots {
			slots[i].Total = random.Int64N(1 << 40)
			slots[i].Bad = random.Int64N(slots[i].Total + 1)
			whole = whole.Add(slots[i])
		}
		var left, right slo.Counts
		split := random.IntN(len(slots) + 1)
		for _, c := range slots[:split] {
			left = left.Add(c)
		}
		for _, c := range slots[split:] {
			right = right.Add(c)
		}
		if left.Add(right) != whole || whole.Sub(left) != right {
			t.Fatalf("split at %d: %+v and %+v are not %+v", split, left, right, whole)
		}
		if whole.Good()+whole.Bad != whole.Total || !whole.Valid() {
			t.Fatalf("%+v does not add up", whole)
		}
	}
}

// The burn rate times the share of the period that has passed is the share of
// the budget that was spent, whichever way it is computed.
func TestBurnRate_and_budget_agree(t *testing.T) {
	o := slo.MustObjective("99.9%")
	agree := func(total, bad uint32) bool {
		c := slo.Counts{Total: int64(total) + 1, Bad: int64(bad) % (int64(total) + 2)}
		rate, _ := o.BurnRate(c)
		left, _ := o.Budget(c).RemainingRatio()
		return math.Abs((1-left)-rate) <= 1e-9*math.Max(1, rate)
	}
	if err := quick.Check(agree, nil); err != nil {
		t.Error(err)
	}
}

func ExampleObjective_BurnRate() {
	o := slo.MustObjective("99.9%")
	rate, _ := o.BurnRate(slo.Counts{Total: 10_000, Bad: 144})
	fmt.Println(rate, rate >= 14.4)
	// Output: 14.4 true
}

func BenchmarkBurnRate(b *testing.B) {
	o, c := slo.MustObjective("99.9%"), slo.Counts{Total: 1_234_567, Bad: 605}
	b.ReportAllocs()
	for b.Loop() {
		o.BurnRate(c)
	}
}
