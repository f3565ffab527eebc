package slo_test

import (
	"fmt"
	"math"
	"testing"
	"testing/quick"
	"time"

	"github.com/slofuse/slofuse/slo"
)

const day = 24 * time.Hour

func TestBudget(t *testing.T) {
	for _, tc := range []struct {
		what      string
		counts    slo.Counts
		allowed   float64
		remaining float64
		ratio     float64
		known     bool
		thin      bool
	}{
		{"untouched", slo.Counts{Total: 100_000}, 100, 100, 1, true, false},
		{"half spent", slo.Counts{Total: 100_000, Bad: 50}, 100, 50, 0.5, true, false},
		{"spent", slo.Counts{Total: 100_000, Bad: 100}, 100, 0, 0, true, false},
		{"overspent", slo.Counts{Total: 100_000, Bad: 250}, 100, -150, -1.5, true, false},
		{"five allowed events are enough", slo.Counts{Total: 5_000, Bad: 1}, 5, 4, 0.8, true, false},
		{"below five allowed events it is thin", slo.Counts{Total: 4_000, Bad: 1}, 4, 3, 0.75, true, true},
		{"no traffic, nothing known", slo.Counts{}, 0, 0, 0, false, true},
	} {
		t.Run(tc.what, func(t *testing.T) {
			b := slo.MustObjective("99.9%").Budget(tc.counts)
			if b.Allowed != tc.allowed || b.Spent != float64(tc.counts.Bad) || b.Remaining() != tc.remaining {
				t.Errorf("allowed %v, spent %v, remaining %v", b.Allowed, b.Spent, b.Remaining())
			}
			ratio, known := b.RemainingRatio()
			if ratio != tc.ratio || known != tc.known {
				t.Errorf("remaining ratio %v, %v, want %v, %v", ratio, known, tc.ratio, tc.known)
			}
			if b.Thin() != tc.thin {
				t.Errorf("thin: %v", b.Thin())
			}
		})
	}
}

func TestBudget_spent_and_remaining_are_what_is_allowed(t *testing.T) {
	objectives := []slo.Objective{
		slo.MustObjective("99.9%"), slo.MustObjective("99.95%"), slo.MustObjective("90%"), slo.MustObjective("99.999999999%"),
	}
	holds := func(total, bad uint32, which uint8) bool {
		o := objectives[int(which)%len(objectives)]
		b := o.Budget(slo.Counts{Total: int64(total), Bad: int64(bad)})
		return math.Abs(float64(b.Spent)+b.Remaining()-b.Allowed) <= 1e-6
	}
	if err := quick.Check(holds, nil); err != nil {
		t.Error(err)
	}
}

func TestTimeToExhaustion(t *testing.T) {
	for _, tc := range []struct {
		what      string
		remaining float64
		rate      float64
		left      time.Duration
		ends      bool
	}{
		{"a full budget at the planned pace lasts the period", 1, 1, 30 * day, true},
		{"a full outage at 99.9 % eats it in 43 minutes", 1, 1_000, 43*time.Minute + 12*time.Second, true},
		{"half of it at 14.4", 0.5, 14.4, 25 * time.Hour, true},
		{"gone", 0, 14.4, 0, true},
		{"overspent", -0.2, 0, 0, true},
		{"nothing burns", 0.5, 0, 0, false},
		{"a pace that takes longer than a life", 1, 1e-9, 0, false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			left, ends := slo.TimeToExhaustion(tc.remaining, tc.rate, 30*day)
			if left.Round(time.Millisecond) != tc.left || ends != tc.ends {
				t.Errorf("%v, %v, want %v, %v", left, ends, tc.left, tc.ends)
			}
		})
	}
}

func ExampleBudget() {
	o := slo.MustObjective("99.9%")
	b := o.Budget(slo.Counts{Total: 1_235_172, Bad: 605})
	ratio, _ := b.RemainingRatio()
	fmt.Printf("%.1f allowed, %v spent, %.1f%% left\n", b.Allowed, b.Spent, 100*ratio)
	// Output: 1235.2 allowed, 605 spent, 51.0% left
}
