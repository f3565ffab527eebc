package canary

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

func objective(name string, sli slo.SLI) slo.SLO {
	return slo.SLO{ID: slo.ID{Service: "s", Function: "f", Name: name}, Objective: slo.MustObjective("99.9%"), SLI: sli, Guard: slo.Guard{Ticket: 3}}
}

func versions() Split {
	return Split{Canary: []slo.Matcher{matcher("version=v2")}, Baseline: []slo.Matcher{matcher("version=v1")}}
}

func TestAnOutcomeKeepsWhatWasNotComparedApart(t *testing.T) {
	ratio := slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "a"}}, Bad: []slo.Selector{{Metric: "b"}}}}
	plan, err := NewPlan([]slo.SLO{objective("good", ratio), objective("free", slo.SLI{Threshold: &slo.Threshold{}}), objective("bad", ratio)}, versions())
	if err != nil || len(plan.Pairs) != 2 || len(plan.NotCompared) != 1 || plan.NotCompared[0].ID.Name != "free" {
		t.Fatalf("%+v, %v", plan, err)
	}
	at := time.Date(2026, 3, 18, 14, 0, 0, 0, time.UTC)
	fine := Reading{Canary: Side{Counts: of(0, 10_000)}, Baseline: Side{Counts: of(0, 90_000)}, To: at}
	worse := Reading{Canary: Side{Counts: of(100, 10_000)}, Baseline: Side{Counts: of(0, 90_000)}, To: at.Add(-time.Minute)}
	got := plan.Compare(DefaultTest(), []Reading{fine, worse})
	if got.Verdict != slo.VerdictFail || got.Comparisons[0].Verdict != slo.VerdictPass || got.Comparisons[1].Verdict != slo.VerdictFail || !got.AsOf.Equal(worse.To) {
		t.Errorf("%s as of %s: %+v", got.Verdict, got.AsOf, got.Comparisons)
	}
	if got := plan.Compare(DefaultTest(), []Reading{fine, fine}); got.Verdict != slo.VerdictPass {
		t.Errorf("all that was compared passes: %s", got.Verdict)
	}
}

func TestPartsAreComparedWithTheirWhole(t *testing.T) {
	ratio := slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "a"}}, Bad: []slo.Selector{{Metric: "b"}}}}
	whole, part := objective("good", ratio), objective("good:gateway=acme", ratio)
	part.Split = map[string]string{"gateway": "acme"}
	if plan, err := NewPlan([]slo.SLO{whole, part}, versions()); err != nil || len(plan.Pairs) != 1 {
		t.Errorf("a whole and its part: %+v, %v", plan, err)
	}
	if plan, err := NewPlan([]slo.SLO{part}, versions()); err != nil || len(plan.Pairs) != 1 {
		t.Errorf("a part alone: %+v, %v", plan, err)
	}
}

func TestWhereNothingIsComparedNothingPasses(t *testing.T) {
	plan, err := NewPlan([]slo.SLO{objective("free", slo.SLI{Threshold: &slo.Threshold{}})}, versions())
	if got := plan.Compare(DefaultTest(), nil); err != nil || got.Verdict != slo.VerdictInconclusive || len(got.NotCompared) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAPlanRefusesWhatCannotBeSplit(t *testing.T) {
	if _, err := NewPlan(nil, Split{}); err == nil {
		t.Error("a plan without sides is taken")
	}
	old := objective("old", slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "a", Matchers: []slo.Matcher{matcher("version=v1")}}}}})
	if _, err := NewPlan([]slo.SLO{old}, versions()); err == nil {
		t.Error("a plan that contradicts an indicator is taken")
	}
}
