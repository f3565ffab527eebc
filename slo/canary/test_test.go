package canary

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func subject(objective string, canary, baseline slo.Counts) Subject {
	return Subject{
		ID: slo.ID{Service: "checkout", Function: "pay", Name: "availability"}, Objective: slo.MustObjective(objective), Bad: "failed", MinBad: 3,
		Canary: Side{Counts: canary}, Baseline: Side{Counts: baseline},
	}
}

func (t Test) one(s Subject) Comparison { return t.Compare([]Subject{s})[0] }

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name             string
		canary, baseline slo.Counts
		want             slo.Verdict
		reason           string
	}{
		{"worse", of(12, 1040), of(31, 9800), slo.VerdictFail, "12 of 1,040 calls failed on the canary, 31 of 9,800 on the baseline: worse by 0.84 points, the difference is"},
		{"alike and many calls", of(3, 10_000), of(30, 100_000), slo.VerdictPass, "no worse than tolerated, the difference is"},
		{"better", of(0, 10_000), of(3000, 100_000), slo.VerdictPass, "0 of 10,000 calls failed"},
		{"worse, but tolerated", of(40, 100_000), of(100, 1_000_000), slo.VerdictPass, "0.10 points are tolerated"},
		{"alike and few calls", of(0, 500), of(0, 5000), slo.VerdictInconclusive, "cannot be told yet"},
		{"a little worse", of(4, 2000), of(10, 20_000), slo.VerdictInconclusive, "cannot be told yet"},
		{"no canary", of(0, 0), of(31, 9800), slo.VerdictInconclusive, "no calls on the canary"},
		{"no baseline", of(12, 1040), of(0, 0), slo.VerdictInconclusive, "no calls on the baseline"},
		{"hardly a canary", of(1, 1), of(31, 9800), slo.VerdictInconclusive, "only 1 call on the canary, 100 are needed"},
		{"hardly a baseline", of(60, 9800), of(1, 99), slo.VerdictInconclusive, "only 99 calls on the baseline, 100 are needed"},
		{"two bad calls fail nothing", of(2, 100), of(0, 1_000_000), slo.VerdictInconclusive, "fewer than 3 bad calls fail nothing"},
		{"three do", of(3, 100), of(0, 1_000_000), slo.VerdictFail, "3 of 100 calls failed"},
		{"everything fails", of(100, 100), of(0, 1000), slo.VerdictFail, "worse by 100 points"},
	} {
		got := DefaultTest().one(subject("99.9%", c.canary, c.baseline))
		if got.Verdict != c.want || !strings.Contains(got.Reason, c.reason) {
			t.Errorf("%s: %s: %s", c.name, got.Verdict, got.Reason)
		}
	}
}

func TestWhatIsNotKnownIsInconclusive(t *testing.T) {
	s := subject("99.9%", of(0, 100_000), of(0, 1_000_000))
	s.Baseline.Unknown = "the backend does not answer"
	if got := DefaultTest().one(s); got.Verdict != slo.VerdictInconclusive || got.Reason != "the baseline is not known: the backend does not answer" {
		t.Errorf("%s: %s", got.Verdict, got.Reason)
	}
	asksNothing := DefaultTest()
	asksNothing.Tolerance = Tolerance{Budgets: 2000}
	if got := asksNothing.one(subject("99.9%", of(1000, 1000), of(0, 1000))); got.Verdict != slo.VerdictInconclusive {
		t.Errorf("a tolerance of more than all calls: %s: %s", got.Verdict, got.Reason)
	}
}

// The levels of a look add up to what the confidence leaves, for one objective and for
// several, and a pass needs the whole confidence.
func TestLooksAndObjectivesShareWhatMayBeWrong(t *testing.T) {
	test := DefaultTest()
	for _, looks := range []int{1, 2, 7, 20} {
		for _, objectives := range []int{1, 4} {
			test.Looks = looks
			sum := 0.0
			for test.Look = 1; test.Look <= looks; test.Look++ {
				sum += test.failAlpha(objectives) * float64(objectives)
				if got := test.final(); got != (test.Look == looks) {
					t.Errorf("look %d of %d may pass: %v", test.Look, looks, got)
				}
			}
			test.Look = 0
			uncounted := test.failAlpha(objectives) * float64(objectives*looks)
			if math.Abs(sum-0.05) > 1e-12 || math.Abs(uncounted-0.05) > 1e-12 {
				t.Errorf("%d looks at %d objectives: %v counted, %v not, want 0.05", looks, objectives, sum, uncounted)
			}
		}
	}
}

func TestOnlyTheLastLookPasses(t *testing.T) {
	test, s := DefaultTest(), subject("99.9%", of(0, 100_000), of(0, 1_000_000))
	test.Looks, test.Look = 10, 3
	if got := test.one(s); got.Verdict != slo.VerdictInconclusive || !strings.Contains(got.Reason, "so far") {
		t.Errorf("look 3: %s: %s", got.Verdict, got.Reason)
	}
	test.Look = 10
	if got := test.one(s); got.Verdict != slo.VerdictPass {
		t.Errorf("look 10: %s: %s", got.Verdict, got.Reason)
	}
}

// An objective without traffic is not tested, so it takes nothing away from the others.
func TestOnlyWhatIsTestedCounts(t *testing.T) {
	tested, idle := subject("99.9%", of(12, 1040), of(31, 9800)), subject("99.9%", of(0, 0), of(0, 0))
	alone := DefaultTest().one(tested)
	beside := DefaultTest().Compare([]Subject{tested, idle})[0]
	twice := DefaultTest().Compare([]Subject{tested, tested})[0]
	if alone.Difference.Lower != beside.Difference.Lower || twice.Difference.Lower >= alone.Difference.Lower {
		t.Errorf("lower bound %v alone, %v beside one without traffic, %v beside one with", alone.Difference.Lower, beside.Difference.Lower, twice.Difference.Lower)
	}
}

func TestMoreErrorsNeverTurnAFailureIntoAPass(t *testing.T) {
	order := map[slo.Verdict]int{slo.VerdictPass: 0, slo.VerdictInconclusive: 1, slo.VerdictFail: 2}
	for _, total := range []int64{100, 3000, 40_000} {
		for _, baseline := range []slo.Counts{of(0, 2000), of(9, 9000), of(500, 9000)} {
			before := 0
			for bad := range int64(101) {
				verdict := DefaultTest().verdict(subject("99.9%", of(bad, total), baseline), 1)
				if order[verdict] < before {
					t.Fatalf("%d of %d beside %+v: %s after worse", bad, total, baseline, verdict)
				}
				before = order[verdict]
			}
		}
	}
}

// Verdict and bounds say the same: it fails when the lower bound is above the margin,
// and passes when the upper one is not.
func TestTheBoundsAreThoseOfTheVerdict(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	seen := map[slo.Verdict]int{}
	for range 200 {
		total := 100 + r.Int64N(30_000)
		c := DefaultTest().one(subject("99.9%", of(r.Int64N(60), total), of(r.Int64N(100), 100_000)))
		if c.Canary.Bad < c.MinBad {
			continue
		}
		seen[c.Verdict]++
		d := c.Difference
		fails, passes := d.Lower > c.Margin*(1+1e-5), d.Upper < c.Margin*(1-1e-5)
		if fails && c.Verdict != slo.VerdictFail || passes && c.Verdict != slo.VerdictPass || d.Lower < c.Margin && d.Upper > c.Margin && c.Verdict != slo.VerdictInconclusive {
			t.Errorf("%d of %d beside %d: %s with %v to %v and a margin of %v", c.Canary.Bad, total, c.Baseline.Bad, c.Verdict, d.Lower, d.Upper, c.Margin)
		}
	}
	for _, v := range []slo.Verdict{slo.VerdictPass, slo.VerdictFail, slo.VerdictInconclusive} {
		if seen[v] < 10 {
			t.Errorf("the cases hold %d of verdict %s: too few to say something", seen[v], v)
		}
	}
}

func TestTestsThatCannotBePutAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Test){
		"no confidence": func(t *Test) { t.Confidence = 0.5 }, "certainty": func(t *Test) { t.Confidence = 1 }, "no number": func(t *Test) { t.Confidence = math.NaN() },
		"no calls": func(t *Test) { t.MinCalls = 0 }, "never": func(t *Test) { t.Looks = 0 }, "too often": func(t *Test) { t.Looks = MaxLooks + 1 },
		"a look too many": func(t *Test) { t.Look = 2 },
	} {
		test := DefaultTest()
		change(&test)
		if test.Check() == nil {
			t.Errorf("%s: %+v is taken", name, test)
		}
	}
	if err := DefaultTest().Check(); err != nil {
		t.Errorf("the default: %v", err)
	}
}
