package alerting

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// explained writes what an explanation says about one tier.
func explained(e Explanation, tier string) string {
	for _, t := range e.Tiers {
		if t.Tier.Name != tier {
			continue
		}
		lines := []string{t.Severity.String() + " " + mark(t.Met) + " " + t.Reason}
		for _, c := range t.Conditions {
			line := mark(c.Holds) + " " + c.Name + ": " + c.Have + " " + c.Need
			if c.For != slo.SeverityNone {
				line += " for a " + c.For.String()
			}
			lines = append(lines, line)
		}
		if t.Hold != nil {
			lines = append(lines, t.Held)
		}
		return strings.Join(lines, "\n")
	}
	return "no such tier"
}

func mark(holds *bool) string {
	switch {
	case holds == nil:
		return "?"
	case *holds:
		return "yes"
	}
	return "no"
}

func TestExplainTellsEveryConditionWithItsNumbers(t *testing.T) {
	s := chargeCard("availability")
	for _, test := range []struct {
		name       string
		sums       sums
		change     func(*slo.Assessment)
		tier, want string
		conclusion string
	}{
		{
			name: "a page", sums: sums{"1h": w(605, 12345), "5m": w(350, 10000)}, tier: "fast",
			want: `page yes 
yes burn rate over 1h: 49.0 ≥ 14.4
yes burn rate over 5m: 35 ≥ 14.4
yes coverage of 1h: 100% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
yes bad calls in 1h: 605 ≥ 5 for a page
yes bad calls in 5m: 350 ≥ 2 for a page
yes bad calls in 1h: 605 ≥ 3 for a ticket
yes slots with bad calls in 1h: 10 ≥ 2 for a ticket
fires since 2026-03-02 12:00:00 UTC`,
			conclusion: "pages: fast (14.4 over 1h and 5m): burn rate 49.0 over 1h and 35.0 over 5m, at or over 14.4; 605 of 12,345 calls bad",
		},
		{
			name: "a rate a hair under its limit is seen to be under it", sums: sums{"1h": w(1_439_999, 100_000_000), "5m": w(350, 10000)}, tier: "fast",
			want: `none no the burn rate over 1h is 14.39999, below 14.4
no burn rate over 1h: 14.39999 ≥ 14.4
yes burn rate over 5m: 35 ≥ 14.4
yes coverage of 1h: 100% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
yes bad calls in 1h: 1,439,999 ≥ 5 for a page
yes bad calls in 5m: 350 ≥ 2 for a page
yes bad calls in 1h: 1,439,999 ≥ 3 for a ticket
yes slots with bad calls in 1h: 10 ≥ 2 for a ticket`,
			conclusion: "does not fire: the burn rate over 1h is 14.39999, below 14.4, and no tier is nearer to firing than fast",
		},
		{
			name: "a page that misses its guard", sums: sums{"1h": w(4, 100), "5m": w(3, 10)}, tier: "fast",
			want: `ticket yes a page needs 5 bad calls in 1h
yes burn rate over 1h: 40 ≥ 14.4
yes burn rate over 5m: 300 ≥ 14.4
yes coverage of 1h: 100% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
no bad calls in 1h: 4 ≥ 5 for a page
yes bad calls in 5m: 3 ≥ 2 for a page
yes bad calls in 1h: 4 ≥ 3 for a ticket
yes slots with bad calls in 1h: 4 ≥ 2 for a ticket
fires since 2026-03-02 12:00:00 UTC`,
			conclusion: "files a ticket: fast (14.4 over 1h and 5m): burn rate 40.0 over 1h and 300.0 over 5m, at or over 14.4; 4 of 100 calls bad; a ticket only: a page needs 5 bad calls in 1h",
		},
		{
			name: "too few bad calls for anybody", sums: sums{"1h": w(2, 100), "5m": w(2, 10)}, tier: "fast",
			want: `none no a ticket needs 3 bad calls in 1h
yes burn rate over 1h: 20 ≥ 14.4
yes burn rate over 5m: 200 ≥ 14.4
yes coverage of 1h: 100% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
no bad calls in 1h: 2 ≥ 5 for a page
yes bad calls in 5m: 2 ≥ 2 for a page
no bad calls in 1h: 2 ≥ 3 for a ticket
yes slots with bad calls in 1h: 2 ≥ 2 for a ticket`,
			conclusion: "does not fire: fast (14.4 over 1h and 5m): burn rate 20.0 over 1h and 200.0 over 5m, at or over 14.4; 2 of 100 calls bad; a ticket needs 3 bad calls in 1h",
		},
		{
			name: "a long window that is not known", sums: sums{"1h": covered(w(605, 12345), 0.3), "5m": w(350, 10000)}, tier: "fast",
			want: `none ? only 30% of the last 1h is known
? burn rate over 1h: 49.0 ≥ 14.4
yes burn rate over 5m: 35 ≥ 14.4
no coverage of 1h: 30% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
yes bad calls in 1h: 605 ≥ 5 for a page
yes bad calls in 5m: 350 ≥ 2 for a page
yes bad calls in 1h: 605 ≥ 3 for a ticket
yes slots with bad calls in 1h: 10 ≥ 2 for a ticket`,
			conclusion: "cannot tell: fast (14.4 over 1h and 5m): only 30% of the last 1h is known",
		},
		{
			name: "a long window that is mostly excluded", sums: sums{"1h": excluding(w(605, 12345), 80, 2./3), "5m": w(350, 10000)}, tier: "fast",
			want: `none ? 66.7% of the last 1h is excluded by maintenance, more than half
? burn rate over 1h: 49.0 ≥ 14.4
yes burn rate over 5m: 35 ≥ 14.4
yes coverage of 1h: 100% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
no excluded of 1h: 66.7% ≤ 50%
yes bad calls in 1h: 605 ≥ 5 for a page
yes bad calls in 5m: 350 ≥ 2 for a page
yes bad calls in 1h: 605 ≥ 3 for a ticket
yes slots with bad calls in 1h: 10 ≥ 2 for a ticket`,
			conclusion: "cannot tell: fast (14.4 over 1h and 5m): 66.7% of the last 1h is excluded by maintenance, more than half",
		},
		{
			name: "a short window that is below decides whatever the long one holds", sums: sums{"1h": covered(w(605, 12345), 0.3)}, tier: "fast",
			want: `none no the burn rate over 5m is 0, below 14.4
? burn rate over 1h: 49.0 ≥ 14.4
no burn rate over 5m: 0 ≥ 14.4
no coverage of 1h: 30% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
yes bad calls in 1h: 605 ≥ 5 for a page
no bad calls in 5m: 0 ≥ 2 for a page
yes bad calls in 1h: 605 ≥ 3 for a ticket
yes slots with bad calls in 1h: 10 ≥ 2 for a ticket`,
			conclusion: "does not fire: the burn rate over 5m is 0, below 14.4",
		},
		{
			name: "history that is still being read", tier: "fast",
			change: func(a *slo.Assessment) {
				for i := range a.Burns {
					a.Burns[i].Unread = time.Minute
				}
			},
			want: `none ? the history of the last 1h is still being read
? burn rate over 1h: unknown ≥ 14.4
? burn rate over 5m: unknown ≥ 14.4
no coverage of 1h: 100%, history is still being read ≥ 50%
no coverage of 5m: 100%, history is still being read ≥ 50%
no bad calls in 1h: 0 ≥ 5 for a page
no bad calls in 5m: 0 ≥ 2 for a page
no bad calls in 1h: 0 ≥ 3 for a ticket
no slots with bad calls in 1h: 0 ≥ 2 for a ticket`,
			conclusion: "cannot tell: fast (14.4 over 1h and 5m): the history of the last 1h is still being read",
		},
		{
			name: "data that is not measured decides nothing, whatever the last numbers were", sums: sums{"1h": w(605, 12345), "5m": w(350, 10000)}, tier: "fast",
			change: func(a *slo.Assessment) { a.State, a.Reason = slo.StateNoData, "no sample since 11:40" },
			want: `none ? the data decides nothing: no_data: no sample since 11:40
yes burn rate over 1h: 49.0 ≥ 14.4
yes burn rate over 5m: 35 ≥ 14.4
yes coverage of 1h: 100% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
yes bad calls in 1h: 605 ≥ 5 for a page
yes bad calls in 5m: 350 ≥ 2 for a page
yes bad calls in 1h: 605 ≥ 3 for a ticket
yes slots with bad calls in 1h: 10 ≥ 2 for a ticket`,
			conclusion: "cannot tell: the data is no_data: no sample since 11:40",
		},
		{
			name: "nobody called", tier: "fast", sums: sums{"5m": w(0, 0), "1h": w(0, 0), "30m": w(0, 0), "6h": w(0, 0), "3d": w(0, 0)},
			want: `none no no calls in the last 5m
no burn rate over 1h: no calls ≥ 14.4
no burn rate over 5m: no calls ≥ 14.4
yes coverage of 1h: 100% ≥ 50%
yes coverage of 5m: 100% ≥ 50%
no bad calls in 1h: 0 ≥ 5 for a page
no bad calls in 5m: 0 ≥ 2 for a page
no bad calls in 1h: 0 ≥ 3 for a ticket
no slots with bad calls in 1h: 0 ≥ 2 for a ticket`,
			conclusion: "does not fire: no calls in the last 5m",
		},
		{
			name: "a spent budget", sums: sums{"30d": w(1235, 1_234_000)}, tier: "budget",
			want: `ticket yes 
yes spent in 30d: 1,235 ≥ 1,234 allowed
yes coverage of 30d: 100% ≥ 90%
yes size of the budget: 1,234 ≥ 5
fires since 2026-03-02 12:00:00 UTC`,
			conclusion: "files a ticket: budget: 1,235 bad of 1,234 allowed in 30d: the error budget is spent",
		},
		{
			name: "a budget whose window is mostly excluded", sums: sums{"30d": excluding(w(1235, 1_234_000), 51_840, 0.6)}, tier: "budget",
			want: `none ? 60% of the last 30d is excluded by maintenance, more than half
? spent in 30d: 1,235 ≥ 1,234 allowed
yes coverage of 30d: 100% ≥ 90%
no excluded of 30d: 60% ≤ 50%
yes size of the budget: 1,234 ≥ 5`,
			conclusion: "does not fire: the burn rate over 5m is 0, below 14.4",
		},
		{
			name: "a budget that is too thin to be spent", sums: sums{"30d": w(5, 4000)}, tier: "budget",
			want: `none no a budget of 4 calls is too thin to be called spent
yes spent in 30d: 5 ≥ 4 allowed
yes coverage of 30d: 100% ≥ 90%
no size of the budget: 4 ≥ 5`,
			conclusion: "does not fire: the burn rate over 5m is 0, below 14.4",
		},
		{
			name: "a budget with something left, of a window known by less", sums: sums{"30d": covered(w(3, 10_000_000), 0.8)}, tier: "budget",
			want: `none ? only 80% of the last 30d is known
? spent in 30d: 3 ≥ 10,000 allowed
no coverage of 30d: 80% ≥ 90%
yes size of the budget: 10,000 ≥ 5`,
			conclusion: "does not fire: the burn rate over 5m is 0, below 14.4",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := assess(s, noon, test.sums)
			if test.change != nil {
				test.change(&a)
			}
			e := Explain(s, a, nil)
			if got := explained(e, test.tier); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if want := "As if decided at 2026-03-02 12:00:00 UTC, without memory: " + test.conclusion; e.Conclusion != want {
				t.Errorf("it concludes\n%s\nwant\n%s", e.Conclusion, want)
			}
		})
	}
}

// TestExplainTellsWhatHoldsAnAlert follows one alert through its life.
func TestExplainTellsWhatHoldsAnAlert(t *testing.T) {
	s := chargeCard("availability")
	burning, calm := sums{"6h": w(500, 100_000), "30m": w(50, 10_000)}, sums{"6h": w(500, 100_000), "30m": w(0, 10_000)}
	var alert Alert
	for _, step := range []struct {
		name       string
		after      time.Duration
		sums       sums
		state      slo.DataState
		held       string
		conclusion string
	}{
		{
			"a ticket that may become a page", 0, burning, slo.StateOK,
			"fires since 2026-03-02 12:00:00 UTC; a page from 2026-03-02 16:00:00 UTC on if nobody acknowledges it",
			"Files a ticket: steady (4 over 6h and 30m): burn rate 5.0 over 6h and 5.0 over 30m, at or over 4; 500 of 100,000 calls bad",
		},
		{
			"the ticket became a page", 4 * time.Hour, burning, slo.StateOK,
			"fires since 2026-03-02 12:00:00 UTC",
			"Pages: steady (4 over 6h and 30m): burn rate 5.0 over 6h and 5.0 over 30m, at or over 4; 500 of 100,000 calls bad; a page because nobody acknowledged the ticket for 4h",
		},
		{
			"below the rate", 4*time.Hour + step, calm, slo.StateOK,
			"fires since 2026-03-02 12:00:00 UTC, below its rate since 2026-03-02 16:00:30 UTC; it ends at 2026-03-02 16:30:30 UTC if it stays below, with traffic",
			"Recovers (page): steady (4 over 6h and 30m): burn rate 5.0 over 6h and 0.0 over 30m, the latter below 4; 500 of 100,000 calls bad; a page because nobody acknowledged the ticket for 4h",
		},
		{
			"frozen", 4*time.Hour + 2*step, calm, slo.StateNoData,
			"fires since 2026-03-02 12:00:00 UTC; the clock of its recovery stands still: no_data",
			"Cannot tell: the data is no_data; the alert stays recovering (page), as it was at 2026-03-02 16:00:30 UTC",
		},
		{
			"over", 5 * time.Hour, calm, slo.StateOK, "",
			"Does not fire: the burn rate over 5m is 0, below 14.4",
		},
	} {
		a := assess(s, noon.Add(step.after), step.sums)
		a.State = step.state
		if step.name == "over" {
			alert, _ = End(alert, a.AsOf, "resolved by hand")
		}
		alert, _ = Decide(Input{SLO: s, Previous: alert, Assessment: a})
		e := Explain(s, a, &alert)
		held := ""
		for _, tier := range e.Tiers {
			if tier.Tier.Name == "steady" {
				held = tier.Held
			}
		}
		if held != step.held || e.Conclusion != step.conclusion {
			t.Errorf("%s: it is held because it\n%s\nwant\n%s\nand concludes\n%s\nwant\n%s", step.name, held, step.held, e.Conclusion, step.conclusion)
		}
	}
}

// An alert that is older than the numbers, as after a commit that failed, must
// not be told as if the numbers were calm.
func TestExplainSaysWhenTheNumbersAreNotDecidedYet(t *testing.T) {
	s := chargeCard("availability")
	e := Explain(s, assess(s, noon, sums{"1h": w(605, 12345), "5m": w(350, 10000)}), &Alert{ID: s.ID, Phase: PhaseOK})
	if want := "Not decided yet: the numbers ask for a page: fast (14.4 over 1h and 5m): burn rate 49.0 over 1h"; !strings.HasPrefix(e.Conclusion, want) {
		t.Errorf("it concludes %q", e.Conclusion)
	}
}

func TestExplainOfAPolicyWithoutTiers(t *testing.T) {
	s := chargeCard("availability")
	s.Tiers = nil
	e := Explain(s, assess(s, noon, nil), &Alert{ID: s.ID, Phase: PhaseOK})
	if want := "Never fires: no tier of its policy can be reached with this objective"; e.Conclusion != want {
		t.Errorf("it concludes %q", e.Conclusion)
	}
}

// TestExplanationAgreesWithTheDecision explains random assessments and decides
// them: what the conditions of a tier add up to is what the tier is granted.
func TestExplanationAgreesWithTheDecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	seen := map[slo.Severity]int{}
	unknown := 0
	for range 5_000 {
		s, a := randomCase(rng)
		e := Explain(s, a, nil)
		decided, _ := Decide(Input{SLO: s, Assessment: a})
		for _, tier := range e.Tiers {
			hold, granted := decided.Holds[tier.Tier.Name]
			if tier.Severity != hold.Severity || granted != (tier.Met != nil && *tier.Met) {
				t.Fatalf("%s: explained as %s (%s), decided as %s\n%s\n%+v", tier.Tier.Name, tier.Severity, mark(tier.Met), hold.Severity, explained(e, tier.Tier.Name), a)
			}
			if a.State.Measured() && sumUp(tier) != tier.Severity {
				t.Fatalf("%s: the conditions add up to %s, it is granted %s\n%s", tier.Tier.Name, sumUp(tier), tier.Severity, explained(e, tier.Tier.Name))
			}
			if (tier.Met == nil || !*tier.Met) && tier.Reason == "" {
				t.Fatalf("%s is not granted and no reason is said\n%s", tier.Tier.Name, explained(e, tier.Tier.Name))
			}
			seen[tier.Severity]++
			if tier.Met == nil {
				unknown++
			}
		}
		checkConclusion(t, e, decided)
	}
	if len(seen) != 3 || seen[slo.SeverityPage] < 100 || seen[slo.SeverityTicket] < 100 || unknown < 100 {
		t.Errorf("the cases lost their bite: %v, %d unknown", seen, unknown)
	}
}

// sumUp is what conditions grant when all that are for a severity hold.
func sumUp(t TierAccount) slo.Severity {
	for _, severity := range []slo.Severity{slo.SeverityPage, slo.SeverityTicket} {
		all := severity <= t.Tier.Severity
		for _, c := range t.Conditions {
			all = all && (c.For != slo.SeverityNone && c.For != severity || c.Holds != nil && *c.Holds)
		}
		if all {
			return severity
		}
	}
	return slo.SeverityNone
}

func checkConclusion(t *testing.T, e Explanation, decided Alert) {
	t.Helper()
	want := map[Phase]string{PhaseOK: "does not fire", PhasePending: "does not fire", PhaseFiring: "files a ticket"}[decided.Phase]
	if decided.Severity == slo.SeverityPage {
		want = "pages"
	}
	_, said, _ := strings.Cut(e.Conclusion, "without memory: ")
	if !strings.HasPrefix(said, want) && !(decided.Phase != PhaseFiring && strings.HasPrefix(said, "cannot tell")) {
		t.Fatalf("decided %s %s, concluded %q", decided.Phase, decided.Severity, e.Conclusion)
	}
	if strings.HasPrefix(said, "does not fire") && !e.Assessment.State.Measured() {
		t.Fatalf("data that is %s is concluded as %q", e.Assessment.State, e.Conclusion)
	}
}

// randomCase is an SLO with an assessment whose windows lie around the limits.
func randomCase(rng *rand.Rand) (slo.SLO, slo.Assessment) {
	s := chargeCard("availability")
	pick := func(list ...float64) float64 { return list[rng.IntN(len(list))] }
	window := func() slo.WindowSum {
		total := int64(math.Pow(10, 6*rng.Float64())) - 1
		rate := pick(0, 0.5, 1, 4, 6, 14.4, 20, 100) * pick(0.99999, 1, 1.00001, 1.5)
		bad := min(total, int64(math.Ceil(rate*s.Objective.Allowed(total))))
		return slo.WindowSum{
			Counts: slo.Counts{Total: total, Bad: bad}, BadSlots: int(min(bad, rng.Int64N(4))),
			Coverage: pick(0, 0.4999, 0.5, 0.89, 0.9, 1, 1, 1), Unread: time.Duration(max(0, rng.IntN(12)-10)),
		}
	}
	named := sums{"30d": window()}
	for _, length := range s.BurnWindows() {
		named[slo.FormatDuration(length)] = window()
	}
	a := assess(s, noon, named)
	a.State = []slo.DataState{slo.StateOK, slo.StateOK, slo.StateIdle, slo.StateNew, slo.StateNoData, slo.StateInvalid}[rng.IntN(6)]
	if rng.IntN(4) == 0 {
		a.Scale = slo.SLI{ErrorRatio: &slo.ErrorRatio{}}.Scale()
	}
	return s, a
}
