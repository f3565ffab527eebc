package report_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

// canaries are a worse version, one without calls, and one that was not compared.
func canaries() api.CanaryVerdict {
	quantile := func(value, lower, upper float64) []api.LatencyQuantile {
		return []api.LatencyQuantile{{Share: 0.99, Value: &value, Lower: &lower, Upper: &upper}}
	}
	return api.CanaryVerdict{
		Verdict: "fail", Canary: `version="v2"`, Baseline: `version="v1"`,
		Checks: []api.CanaryCheck{
			{
				ID: "shop/pay/latency", Verdict: "fail", Reason: "12 of 1,040 calls took longer",
				Canary:     api.CanarySide{Calls: 1040, Bad: 12, ErrorRatio: new(12. / 1040), Latency: quantile(2.5, 1, 5)},
				Baseline:   api.CanarySide{Calls: 9800, Bad: 31, ErrorRatio: new(31. / 9800), Latency: quantile(0.25, 0.1, 0.5)},
				Difference: &api.CanaryDifference{Ratio: 0.0084, Lower: 0.003, Upper: 0.016, PWorse: 1e-12, PWithin: 1},
			},
			{ID: "shop/pay/availability", Verdict: "inconclusive", Reason: "no calls on the canary", Baseline: api.CanarySide{Calls: 9800, ErrorRatio: new(0.)}},
		},
		NotCompared: []api.NotCompared{{ID: "shop/pay/backlog", Reason: "not compared: a free query"}},
	}
}

func TestACanaryIsReportedWithBothSides(t *testing.T) {
	for form, want := range map[string][]string{
		"table": {
			"FAIL          shop/pay/latency       1.15% of 1,040  0.316% of 9,800  +0.84 (+0.30 to +1.6)  <0.0001  2.5 s (1 s to 5 s)  250 ms (100 ms to 500 ms)",
			"INCONCLUSIVE  shop/pay/availability  no calls        0% of 9,800      unknown                unknown",
			"SKIPPED       shop/pay/backlog       -",
			`canary version="v2" beside version="v1": fails, 1 of 2 SLOs are worse than tolerated, 1 cannot be told; not compared: 1`,
		},
		"junit":    {`tests="3" failures="1" errors="1" skipped="1"`, `<skipped message="not compared: a free query">`},
		"github":   {"::error title=slofuse gate%3A fail::shop/pay/latency: 12 of", "::warning title=slofuse gate%3A skipped::shop/pay/backlog"},
		"markdown": {"| skipped | `shop/pay/backlog` | - |"},
	} {
		var b strings.Builder
		if err := report.Write(&b, form, report.FromCanary(canaries()), report.Style{}); err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(b.String(), part) {
				t.Errorf("%s lacks %q:\n%s", form, part, b.String())
			}
		}
	}
}

func TestACanaryThatIsUndecidedSaysWhy(t *testing.T) {
	undecided := canaries()
	undecided.Verdict, undecided.Checks = "inconclusive", undecided.Checks[1:]
	if got := report.FromCanary(undecided).Summary; !strings.HasSuffix(got, "undecided, 1 of 1 SLOs cannot be told; not compared: 1") {
		t.Error(got)
	}
	undecided.Checks = nil
	if got := report.FromCanary(undecided).Summary; !strings.HasSuffix(got, "undecided, there is nothing to compare; not compared: 1") {
		t.Error(got)
	}
}
