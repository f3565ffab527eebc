package plan_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// byLabel is a family of the parts of a function's calls.
func byLabel(function, label string) slo.Family {
	return slo.Family{
		Service: "shop", Name: "availability split by " + label, Whole: slo.ID{Service: "shop", Function: function, Name: "availability"},
		Seen: []slo.Sight{{Label: label, Selector: slo.Selector{Metric: "calls_total", Matchers: []slo.Matcher{
			{Label: "function", Op: slo.MatchEqual, Value: function}, {Label: label, Op: slo.MatchNotEqual},
		}}}},
	}
}

func TestSurveys_share_a_query_where_families_differ_in_values_only(t *testing.T) {
	match := slo.Family{Service: "shop", Name: "match", Seen: []slo.Sight{{Label: "function", Selector: slo.Selector{
		Metric: "calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchRegexp, Value: "batch-.*"}},
	}}}}
	surveys := plan.Surveys([]slo.Family{byLabel("b.c", "gateway"), match, byLabel("a", "gateway"), byLabel("a", "region")})
	var got []string
	for _, s := range surveys {
		got = append(got, s.Query(5*time.Minute))
	}
	want := []string{
		`group by (function) (last_over_time(calls_total{function=~"batch-.*"}[300s]))`,
		`group by (function,gateway) (last_over_time(calls_total{gateway!="",function=~"a|b\\.c"}[300s]))`,
		`group by (function,region) (last_over_time(calls_total{region!="",function="a"}[300s]))`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	labels := map[string]string{"function": "b.c", "gateway": "stripe"}
	if diff := cmp.Diff([]string{byLabel("b.c", "gateway").Key()}, surveys[1].Families(labels)); diff != "" {
		t.Errorf("a series counts for the family of its function: %s", diff)
	}
	if got := surveys[1].Families(map[string]string{"function": "c"}); got != nil {
		t.Errorf("a function nobody asked about is seen for %v", got)
	}
}

func TestSurveys_of_a_thousand_functions_are_one_query(t *testing.T) {
	var families []slo.Family
	for i := range 1000 {
		families = append(families, byLabel(fmt.Sprint("f", i), "gateway"))
	}
	if got := len(plan.Surveys(families)); got != 1 {
		t.Errorf("%d queries, want 1", got)
	}
}
