package api_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/api"
)

func TestActionDue(t *testing.T) {
	freezes, lax := slo.SLO{Freeze: slo.Freeze{On: true, Remaining: 0.1}}, slo.SLO{}
	for _, c := range []struct {
		name     string
		slo      slo.SLO
		standing summary.Standing
		left     *float64
		want     string // how it begins
	}{
		{"enough is left", freezes, summary.Met, new(0.11), ""},
		{"as much as freezes", freezes, summary.Met, new(0.1), "freeze: only fixes are released until more than 10%"},
		{"overspent", freezes, summary.Missed, new(-2.0), "freeze"},
		{"broken in the period, and recovered since", freezes, summary.Missed, new(0.5), ""},
		{"nobody knows what is left", freezes, summary.Missed, nil, ""},
		{"a policy without a freeze", lax, summary.Missed, new(0.5), "the budget is spent, and the policy freezes nothing"},
		{"kept in the period, and still overspent", lax, summary.Met, new(-0.5), "the budget is spent"},
		{"kept", lax, summary.AtRisk, new(0.0), ""},
		{"unknown", lax, summary.Unknown, nil, ""},
	} {
		got := api.ActionDue(c.slo, c.standing, c.left)
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
