package summary_test

import (
	"math"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo/summary"
)

// At 99 % of 1,000 events ten may fail.
func TestStanding(t *testing.T) {
	for _, c := range []struct {
		name   string
		record summary.Record
		want   summary.Standing
		left   float64 // of the budget, where it is known
		why    string
	}{
		{"nothing failed", record("a/b/c", "99%", 1000, 0), summary.Met, 1, ""},
		{"three quarters are spent", record("a/b/c", "99%", 1000, 7), summary.Met, 0.3, ""},
		{"a quarter is left", record("a/b/c", "99%", 2000, 15), summary.Met, 0.25, ""},
		{"less than a quarter is left", record("a/b/c", "99%", 1000, 8), summary.AtRisk, 0.2, ""},
		{"all is spent, and the promise is kept to the point", record("a/b/c", "99%", 1000, 10), summary.AtRisk, 0, ""},
		{"one more", record("a/b/c", "99%", 1000, 11), summary.Missed, -0.1, ""},
		{"everything failed", record("a/b/c", "99%", 1000, 1000), summary.Missed, -99, ""},
		{"half is known", record("a/b/c", "99%", 1000, 0, covered(0.5)), summary.Met, 1, ""},
		{"less is known", record("a/b/c", "99%", 1000, 1000, covered(0.49)), summary.Unknown, 0, "only 49% of the period is known"},
		{"nothing is known", record("a/b/c", "99%", 0, 0, covered(0)), summary.Unknown, 0, "only 0% of the period is known"},
		{"no calls", record("a/b/c", "99%", 0, 0), summary.Unknown, 0, "there were no calls"},
		{"no slots", record("a/b/c", "99%", 0, 0, slots), summary.Unknown, 0, "there were no slots"},
		{"still read", record("a/b/c", "99%", 1000, 1000, reading), summary.Unknown, 0, "its history is still being read"},
		{"half is excluded", record("a/b/c", "99%", 1000, 1, excluded(15*24*time.Hour)), summary.Met, 0.9, ""},
		{"more is excluded", record("a/b/c", "99%", 1000, 1, excluded(16*24*time.Hour)), summary.Unknown, 0, "more than half of the period is excluded by maintenance"},
		{"a thin budget that is kept", record("a/b/c", "99%", 400, 1), summary.Met, 0.75, ""},
		{"a thin budget that is not", record("a/b/c", "99%", 450, 5), summary.Unknown, 0, "4.50 may fail, too few for a verdict"},
		{"thousandths of calls", record("a/b/c", "99%", 1_000_000, 11_000, weighted), summary.Missed, -0.1, ""},
	} {
		standing, why := c.record.Standing()
		if standing != c.want || why != c.why {
			t.Errorf("%s: %s because %q, want %s because %q", c.name, standing, why, c.want, c.why)
		}
		left, known := c.record.Remaining()
		if known != (c.want != summary.Unknown) || math.Abs(left-c.left) > 1e-9 {
			t.Errorf("%s: %v is left, known: %v; want %v", c.name, left, known, c.left)
		}
		if spent, _ := c.record.Spent(); known && math.Abs(spent+left-1) > 1e-9 {
			t.Errorf("%s: %v is spent and %v is left", c.name, spent, left)
		}
	}
}

// Of 30 days in which 1 of 1,000 calls failed, 43 minutes 12 seconds are lost.
func TestLost(t *testing.T) {
	for _, c := range []struct {
		name   string
		record summary.Record
		want   time.Duration
	}{
		{"one of a thousand", record("a/b/c", "99%", 1000, 1), 43*time.Minute + 12*time.Second},
		{"everything", record("a/b/c", "99%", 1000, 1000), 30 * 24 * time.Hour},
		{"nothing", record("a/b/c", "99%", 1000, 0), 0},
		{"too few for a verdict", record("a/b/c", "99%", 10, 10), 30 * 24 * time.Hour},
		{"half of the time is known", record("a/b/c", "99%", 1000, 10, covered(0.5)), 3*time.Hour + 36*time.Minute},
		{"half of the time is excluded, and the rest known", record("a/b/c", "99%", 1000, 10, excluded(15*24*time.Hour)), 3*time.Hour + 36*time.Minute},
	} {
		got, known := c.record.Lost()
		if !known || (got-c.want).Abs() > time.Microsecond {
			t.Errorf("%s: %s, known: %v, want %s", c.name, got, known, c.want)
		}
	}
	if got, known := record("a/b/c", "99%", 1000, 10, covered(0.4)).Lost(); known || got != 0 {
		t.Errorf("of what is not known %s are lost", got)
	}
}

func TestChange(t *testing.T) {
	good, bad, unknown := record("a/b/c", "99%", 1000, 2), record("a/b/c", "99%", 1000, 15), record("a/b/c", "99%", 0, 0)
	for _, c := range []struct {
		now, before summary.Record
		want        float64
		known       bool
	}{
		{good, bad, 1.3, true}, {bad, good, -1.3, true}, {good, good, 0, true}, {good, unknown, 0, false}, {unknown, good, 0, false},
	} {
		got, known := summary.Pair{Now: c.now, Before: c.before}.Change()
		if known != c.known || known && math.Abs(got-c.want) > 1e-9 {
			t.Errorf("the change is %v, known: %v; want %v, %v", got, known, c.want, c.known)
		}
	}
}

func TestMostOfAPeriodIsKnown(t *testing.T) {
	known, silent := record("a/b/c", "99%", 1000, 10), record("a/b/c", "99%", 0, 0)
	gone, unread := record("a/b/c", "99%", 1000, 0, covered(0.49)), record("a/b/c", "99%", 1000, 0, reading)
	maintained := record("a/b/c", "99%", 0, 0, covered(0), excluded(20*24*time.Hour))
	for _, c := range []struct {
		name    string
		records []summary.Record
		want    bool
	}{
		{"nothing", nil, true},
		{"what is known", []summary.Record{known}, true},
		{"what nobody called", []summary.Record{silent}, true},
		{"what maintenance excludes", []summary.Record{maintained}, true},
		{"less than half of the time", []summary.Record{gone}, false},
		{"what is still read", []summary.Record{unread}, false},
		{"one of two", []summary.Record{known, gone}, false},
		{"two of three", []summary.Record{gone, known, silent}, true},
	} {
		if got := summary.MostlyKnown(c.records); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
