package slo_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestHowLongDataMayBeGone(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name      string
		objective string
		window    time.Duration
		gap       time.Duration
		want      time.Duration
		why       string
	}{
		// 0.1 % of 30 days are 43.2 minutes, of which 1 % are 26 seconds
		{"ten minutes at least", "99.9%", 30 * day, 0, 10 * time.Minute, ""},
		// 5 % of 30 days are 36 hours, of which 1 % are 21.6 minutes
		{"one percent of the allowed time", "95%", 30 * day, 0, 21*time.Minute + 36*time.Second, "1% of the time that 30d may be bad"},
		{"no longer than usual", "99.9%", 30 * day, 6 * time.Minute, 10 * time.Minute, ""},
		{"half as long again as the longest gap", "99.9%", 30 * day, 8 * time.Hour, 12 * time.Hour, "the longest gap of the last 14d that ended by itself was 8h"},
		{"the longest of all", "95%", 30 * day, 15 * time.Minute, 22*time.Minute + 30*time.Second, "the longest gap of the last 14d that ended by itself was 15m"},
		{"not shorter for a gap", "95%", 30 * day, 14 * time.Minute, 21*time.Minute + 36*time.Second, "1% of the time that 30d may be bad"},
	} {
		limit, why := slo.Absence{LongestGap: c.gap}.MayLast(slo.MustObjective(c.objective), c.window)
		if limit != c.want || why != c.why {
			t.Errorf("%s: %v, %q, want %v, %q", c.name, limit, why, c.want, c.why)
		}
	}
}

func TestWhenTrafficIsLostAndBack(t *testing.T) {
	for _, c := range []struct {
		name                   string
		calls, expected, weeks float64
		lost, back             bool
	}{
		{"as expected", 1_000, 1_000, 3, false, true},
		{"a tenth", 100, 1_000, 3, false, false},
		{"less than a tenth", 99, 1_000, 3, true, false},
		{"a fifth", 200, 1_000, 3, false, true},
		{"less than a fifth", 199, 1_000, 2, false, false},
		{"nothing of a hundred", 0, 100, 3, true, false},
		{"nothing of less", 0, 99, 3, false, false},
		{"nothing of nothing", 0, 0, 3, false, true},
		{"one week proves nothing", 0, 1_000, 1, false, true},
	} {
		traffic := slo.Traffic{Calls: c.calls, Expected: c.expected, Weeks: int(c.weeks)}
		if traffic.Lost() != c.lost || traffic.Back() != c.back {
			t.Errorf("%s: lost %v and back %v, want %v and %v", c.name, traffic.Lost(), traffic.Back(), c.lost, c.back)
		}
	}
}
