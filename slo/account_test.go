package slo_test

import (
	"math"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestComparison_verdict(t *testing.T) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	hour := func(ledger, backend slo.Counts, unknown time.Duration) slo.Comparison {
		return slo.Comparison{From: from, To: from.Add(time.Hour), Ledger: ledger, Backend: backend, Unknown: unknown}
	}
	counts := func(total, bad int64) slo.Counts { return slo.Counts{Total: total, Bad: bad} }
	for _, tc := range []struct {
		what      string
		c         slo.Comparison
		deviation float64
		want      slo.Verdict
	}{
		{"equal", hour(counts(100, 5), counts(100, 5), 0), 0, slo.VerdictPass},
		{"nothing happened", hour(counts(0, 0), counts(0, 0), 0), 0, slo.VerdictPass},
		{"a call of 10,000 apart", hour(counts(10_001, 0), counts(10_000, 0), 0), 0.0001, slo.VerdictPass},
		{"two calls of 10,000 apart", hour(counts(9_998, 0), counts(10_000, 0), 0), 0.0002, slo.VerdictFail},
		{"one bad call of ten missing", hour(counts(10_000, 9), counts(10_000, 10), 0), 0.1, slo.VerdictFail},
		{"calls the backend has not", hour(counts(3, 0), counts(0, 0), 0), 3, slo.VerdictFail},
		{"half of it unknown", hour(counts(1, 0), counts(1, 0), 30*time.Minute), 0, slo.VerdictPass},
		{"most of it unknown", hour(counts(1, 0), counts(1, 0), 31*time.Minute), 0, slo.VerdictInconclusive},
		{"different, and most of it unknown", hour(counts(1, 0), counts(2, 0), 31*time.Minute), 0.5, slo.VerdictFail},
		{"no time at all", slo.Comparison{From: from, To: from}, 0, slo.VerdictInconclusive},
	} {
		if got := tc.c.Deviation(); math.Abs(got-tc.deviation) > 1e-12 {
			t.Errorf("%s: deviation %v, want %v", tc.what, got, tc.deviation)
		}
		if got := tc.c.Verdict(); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.want)
		}
	}
	first := hour(counts(10, 1), counts(10, 1), time.Minute)
	second := slo.Comparison{From: first.To, To: first.To.Add(time.Hour), Ledger: counts(5, 0), Backend: counts(6, 0), Slots: 3, Unknown: time.Second, Differences: []slo.SlotDifference{{}}}
	sum := slo.Comparison{}.Add(first).Add(second)
	if !sum.From.Equal(from) || !sum.To.Equal(second.To) || sum.Ledger != counts(15, 1) || sum.Backend != counts(16, 1) || sum.Slots != 3 || sum.Unknown != 61*time.Second || len(sum.Differences) != 1 {
		t.Errorf("sum %+v", sum)
	}
}
