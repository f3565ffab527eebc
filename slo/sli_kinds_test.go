package slo_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func TestKeysTellIndicatorsApart(t *testing.T) {
	histogram := slo.Selector{Metric: "d_seconds"}
	weight := []slo.Selector{{Metric: "calls_total"}}
	kinds := map[string]slo.SLI{
		"latency":      {Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Second}},
		"interpolated": {Latency: &slo.Latency{Histogram: histogram, Threshold: time.Second, Unit: time.Second, Interpolate: true}},
		"below":        {Threshold: &slo.Threshold{Query: "q", Op: slo.Less, Value: 1}},
		"at most":      {Threshold: &slo.Threshold{Query: "q", Op: slo.LessOrEqual, Value: 1}},
		"below 2":      {Threshold: &slo.Threshold{Query: "q", Op: slo.Less, Value: 2}},
		"ratio":        {ErrorRatio: &slo.ErrorRatio{Query: "q"}},
		"weighted":     {ErrorRatio: &slo.ErrorRatio{Query: "q", Weight: weight}},
	}
	seen := map[string]string{}
	for name, sli := range kinds {
		key := sli.Key("main")
		if other, taken := seen[key]; taken {
			t.Errorf("%s and %s share an account", name, other)
		}
		seen[key] = name
	}
	if (slo.Signal{Query: "q"}).Key("main") == kinds["ratio"].Key("main") {
		t.Error("a signal shares an account with an indicator")
	}
}

// What a counter did in the dark shows when it is seen again; what a query would
// have said in the dark never does.
func TestOnlyGrowthTellsAboutSlotsThatWereNotSeen(t *testing.T) {
	weight := []slo.Selector{{Metric: "calls_total"}}
	for key, want := range map[string]bool{
		(slo.SLI{Ratio: &slo.Ratio{}}).Key("main"):                         true,
		(slo.SLI{ErrorRatio: &slo.ErrorRatio{Weight: weight}}).Key("main"): true,
		(slo.SLI{ErrorRatio: &slo.ErrorRatio{}}).Key("main"):               false,
		(slo.SLI{Threshold: &slo.Threshold{}}).Key("main"):                 false,
		(slo.Signal{Query: "q"}).Key("main"):                               false,
		"backend:main":                                                     true,
	} {
		if got := slo.Bridges(key); got != want {
			t.Errorf("%s bridges: %t, want %t", key, got, want)
		}
	}
}

func TestOppositeComparisons(t *testing.T) {
	for _, op := range []slo.CompareOp{slo.Less, slo.LessOrEqual, slo.Greater, slo.GreaterOrEqual, slo.Equal, slo.NotEqual} {
		if back := op.Opposite().Opposite(); back != op || op.Opposite() == op {
			t.Errorf("the opposite of %s is %s, and of that %s", op, op.Opposite(), back)
		}
	}
}

// 3 slots of 10 with an error ratio of 0.5 each: 1.5 bad slots where 1 % of 10
// is allowed.
func TestBudgetOfAnErrorRatioIsInSlots(t *testing.T) {
	a := slo.Assessment{Objective: slo.MustObjective("99%"), Scale: slo.SLI{ErrorRatio: &slo.ErrorRatio{}}.Scale()}
	a.Window = slo.WindowSum{Counts: slo.Counts{Total: 10 * slo.ShareUnit, Bad: 3 * slo.ShareUnit / 2}, BadSlots: 3}
	if b := a.Budget(); b.Allowed != 0.1 || b.Spent != 1.5 {
		t.Errorf("%v of %v spent", b.Spent, b.Allowed)
	}
	if got := a.Guarded(a.Window); got != 3 {
		t.Errorf("the guard counts %d, want the 3 bad slots", got)
	}
}

// An hour of the past is one cell of the ledger, with 7 bad slots in it.
func TestGuardOfAThresholdCountsSlotsAndNotCells(t *testing.T) {
	a := slo.Assessment{Scale: slo.SLI{Threshold: &slo.Threshold{}}.Scale()}
	if got := a.Guarded(slo.WindowSum{Counts: slo.Counts{Total: 120, Bad: 7}, BadSlots: 1}); got != 7 {
		t.Errorf("the guard counts %d, want the 7 bad slots", got)
	}
}

func TestWhatTheCountsOfEachKindStandFor(t *testing.T) {
	weight := []slo.Selector{{Metric: "calls_total"}}
	for name, test := range map[string]struct {
		sli     slo.SLI
		counts  int64
		events  float64
		noun    string
		caveats int
	}{
		"ratio":     {slo.SLI{Ratio: &slo.Ratio{}}, 1500, 1500, "calls", 0},
		"latency":   {slo.SLI{Latency: &slo.Latency{}}, 1500, 1500, "calls", 0},
		"threshold": {slo.SLI{Threshold: &slo.Threshold{}}, 1500, 1500, "slots", 1},
		"share":     {slo.SLI{ErrorRatio: &slo.ErrorRatio{}}, 1_500_000, 1.5, "slots", 1},
		"weighted":  {slo.SLI{ErrorRatio: &slo.ErrorRatio{Weight: weight}}, 1500, 1.5, "calls", 1},
	} {
		scale := test.sli.Scale()
		if got := scale.Events(test.counts); got != test.events || scale.Noun() != test.noun {
			t.Errorf("%s: %d counts are %v %s, want %v %s", name, test.counts, got, scale.Noun(), test.events, test.noun)
		}
		if got := test.sli.Caveats(); len(got) != test.caveats {
			t.Errorf("%s: caveats %q", name, got)
		}
	}
}

// Of a month, 1,000 calls are counted and 2,000 forecast: 3 may be bad.
func TestBudgetOfAPeriodAllowsForWhatIsExpected(t *testing.T) {
	a := slo.Assessment{Objective: slo.MustObjective("99.9%")}
	a.Window = slo.WindowSum{Counts: slo.Counts{Total: 1000, Bad: 2}, Expected: 2000}
	if b := a.Budget(); b.Allowed != 3 || b.Spent != 2 {
		t.Errorf("%v of %v spent", b.Spent, b.Allowed)
	}
	if b := a.BudgetSoFar(a.Window); b.Allowed != 1 || b.Spent != 2 {
		t.Errorf("so far %v of %v spent", b.Spent, b.Allowed)
	}
}

func TestThePromiseOfThen(t *testing.T) {
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	s := slo.SLO{Objective: slo.MustObjective("99%"), Revision: 2, History: []slo.Revision{
		{Number: 1, From: march, Objective: slo.MustObjective("99.9%")},
		{Number: 2, From: march.AddDate(0, 1, 0), Objective: slo.MustObjective("99%")},
	}}
	for at, want := range map[time.Time]int{
		march.AddDate(0, -1, 0): 1, march: 1, march.AddDate(0, 1, 0).Add(-1): 1, march.AddDate(0, 1, 0): 2, march.AddDate(1, 0, 0): 2,
	} {
		then := s.At(at)
		if then.Revision != want || then.Objective != s.History[want-1].Objective {
			t.Errorf("at %s revision %d with %s, want %d", at, then.Revision, then.Objective, want)
		}
	}
	if s := (slo.SLO{Revision: 3}); s.At(march).Revision != 3 {
		t.Error("without a history the SLO is not what it is")
	}
}
