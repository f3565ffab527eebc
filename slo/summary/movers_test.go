package summary_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
)

func TestSpendersAndRecoveries(t *testing.T) {
	at := func(name string, now, before int64) summary.Pair {
		return summary.Pair{Now: record(name, "99%", 1000, now), Before: record(name, "99%", 1000, before)}
	}
	unknown := summary.Pair{Now: record("a/unknown/up", "99%", 0, 0), Before: record("a/unknown/up", "99%", 1000, 50)}
	pairs := []summary.Pair{at("a/calm/up", 0, 0), at("a/worse/up", 9, 2), at("a/better/up", 3, 20), at("a/bit/up", 1, 2), unknown}
	if got := ids(summary.Spenders(pairs)); got != "a/worse/up a/better/up a/bit/up" {
		t.Errorf("spenders %s", got)
	}
	if got := ids(summary.Recoveries(pairs)); got != "a/better/up a/bit/up" {
		t.Errorf("recoveries %s", got)
	}
}

func TestMisfits(t *testing.T) {
	at := func(name string, total, now, before int64, change ...func(*summary.Record)) summary.Pair {
		return summary.Pair{Now: record(name, "99.9%", total, now, change...), Before: record(name, "99.9%", total, before)}
	}
	short := func(r *summary.Record) { r.Sum.From = r.Sum.To.Add(-6 * 24 * time.Hour) }
	got := summary.Misfits([]summary.Pair{
		at("a/loose/up", 100_000, 9, 9),        // 100 may fail
		at("a/loosest/up", 100_000, 0, 0),      //
		at("a/fits/up", 100_000, 10, 0),        // a tenth is spent
		at("a/was-bad/up", 100_000, 0, 10),     //
		at("a/small/up", 49_000, 0, 0),         // 49 may fail
		at("a/short/up", 100_000, 0, 0, short), // less than a week
		at("a/unknown/up", 100_000, 0, 0, reading),
		at("a/tight/up", 100_000, 101, 150),
		at("a/tightest/up", 100_000, 300, 101),
		at("a/once/up", 100_000, 101, 100),
	})
	type line struct {
		id      string
		fit     summary.Fit
		tighter string
	}
	var lines []line
	for _, m := range got {
		lines = append(lines, line{m.ID().Function, m.Fit, m.Tighter.String()})
	}
	want := []line{{"tightest", summary.TooTight, "none"}, {"tight", summary.TooTight, "none"}, {"loosest", summary.TooLoose, "99.99%"}, {"loose", summary.TooLoose, "99.99%"}}
	if diff := cmp.Diff(want, lines, cmp.AllowUnexported(line{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A promise that spent less than a tenth of its budget kept the one with a tenth as
// well, whatever it is.
func TestATighterPromiseWouldHaveBeenKept(t *testing.T) {
	for objective, want := range map[string]string{"95%": "99.5%", "99%": "99.9%", "99.95%": "99.995%", "90%": "99%", "50%": "95%", "99.99999%": "99.999999%", "99.9999999%": "99.99999999%", "99.999999999%": "none"} {
		const total = 1_000_000_000_000_000
		allowed := slo.MustObjective(objective).Allowed(total)
		r := record("a/b/c", objective, total, int64(allowed/10)-1)
		misfits := summary.Misfits([]summary.Pair{pair(r)})
		if len(misfits) != 1 {
			t.Fatalf("%s: %d misfits", objective, len(misfits))
		}
		tighter := misfits[0].Tighter
		if tighter.String() != want {
			t.Errorf("a tenth of the budget of %s is %s, want %s", objective, tighter, want)
		}
		if tighter.IsZero() {
			continue
		}
		r.SLO.Objective = tighter
		if standing, _ := r.Standing(); standing == summary.Missed {
			t.Errorf("%s would have been missed", tighter)
		}
	}
}

func TestExhaustions(t *testing.T) {
	now := november.To
	assess := func(name string, bad, hourly int64, state slo.DataState) slo.Assessment {
		return slo.Assessment{
			ID: id(name), Objective: slo.MustObjective("99%"), AsOf: now, State: state,
			Window: slo.WindowSum{Length: 30 * 24 * time.Hour, From: november.From, To: now, Counts: slo.Counts{Total: 100_000, Bad: bad}, Coverage: 1},
			Burns:  []slo.WindowSum{{Length: time.Hour, Counts: slo.Counts{Total: 1000, Bad: hourly}, Coverage: 1}},
		}
	}
	got := summary.Exhaustions([]slo.Assessment{
		assess("a/slow/up", 500, 10, slo.StateOK),  // half is left at a rate of 1: 15 days
		assess("a/fast/up", 500, 100, slo.StateOK), // ten times faster
		assess("a/calm/up", 500, 0, slo.StateOK),
		assess("a/lasting/up", 100, 8, slo.StateOK), // nine tenths are left at a rate of 0.8: 34 days
		assess("a/spent/up", 1000, 100, slo.StateOK),
		assess("a/gone/up", 500, 100, slo.StateNoData),
	})
	want := []summary.Exhaustion{{ID: id("a/fast/up"), At: now.Add(36 * time.Hour), Pace: time.Hour}, {ID: id("a/slow/up"), At: now.Add(15 * 24 * time.Hour), Pace: time.Hour}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
