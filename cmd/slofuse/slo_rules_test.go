package main

import (
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// calm is an hour and a half of an objective with which all is well.
const calm = `  slofuse_slo_objective_ratio{service="s",function="f",slo="up"} 0.999x90
  slofuse_slo_info{service="s",function="f",slo="up",owner="team-s",window="30d"} 1x90
  slofuse_slo_state{service="s",function="f",slo="up",state="ok"} 1x90
  slofuse_slo_data_state{service="s",function="f",slo="up",state="ok"} 1x90
  slofuse_slo_burn_rate{service="s",function="f",slo="up",window="5m"} 20x90
  slofuse_slo_burn_rate{service="s",function="f",slo="up",window="1h"} 2x90
  slofuse_slo_error_budget_remaining_ratio{service="s",function="f",slo="up"} 0.4x90
`

// TestTheRulesOfSLOsFireWhereTheyShould asks each rule of the example about a calm hour,
// and about one in which a single series is as it should not be.
func TestTheRulesOfSLOsFireWhereTheyShould(t *testing.T) {
	broken := map[string][2]string{ // a series, and how it goes instead
		"SLOPages":     {`slofuse_slo_state{service="s",function="f",slo="up",state="ok"}`, `slofuse_slo_state{service="s",function="f",slo="up",state="paging"}`},
		"SLOBurnsFast": {`window="1h"} 2x90`, `window="1h"} 15x90`},
		"SLOBudgetLow": {`0.4x90`, `0.4x70 0.09x19`},
		"SLOUnknown":   {`slofuse_slo_data_state{service="s",function="f",slo="up",state="ok"}`, `slofuse_slo_data_state{service="s",function="f",slo="up",state="no_data"}`},
		"SLOsMissing":  {`slofuse_slo_objective_ratio{service="s",function="f",slo="up"} 0.999x90`, `other 0x90`},
	}
	groups, errs := rulefmt.ParseFile(filepath.Join("..", "..", "examples", "rules", "slos.yaml"), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	known := namesIn(newStory(t, configuration{}).mustGet("/metrics/slos"), "(?m)^# TYPE (slofuse_[a-z_]+) gauge$")
	for _, rule := range groups.Groups[0].Rules {
		change, ok := broken[rule.Alert]
		world := strings.Replace(calm, change[0], change[1], 1)
		if !ok || world == calm {
			t.Fatalf("there is no world for %s", rule.Alert)
		}
		if fires(t, calm, rule) || !fires(t, world, rule) {
			t.Errorf("%s: it fires when all is well: %v; when it should: %v", rule.Alert, fires(t, calm, rule), fires(t, world, rule))
		}
		for _, name := range regexp.MustCompile(`slofuse_[a-z_]+`).FindAllString(rule.Expr, -1) {
			if !slices.Contains(known, name) {
				t.Errorf("%s: there is no metric %s", rule.Alert, name)
			}
		}
	}
	if len(groups.Groups[0].Rules) != len(broken) {
		t.Errorf("%d rules, %d worlds", len(groups.Groups[0].Rules), len(broken))
	}
}
