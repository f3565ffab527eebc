package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

func probe(sli slo.SLI) plan.Probe {
	return plan.Probe{SLI: plan.SLI{Key: "k", SLI: sli}, Step: 30 * time.Second}
}

// What is asked is PromQL, alone and in company, and a wide slot is asked as the
// slots of the step it is made of.
func TestProbesAreAskedInPromQL(t *testing.T) {
	backlog := probe(slo.SLI{Threshold: &slo.Threshold{Query: "queue", Op: slo.Less, Value: 1e6}})
	ratio := probe(slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "r"}})
	want := []string{
		"max(((queue) >= -Inf) >=bool 1e+06) * 8192 + 1",
		"sum_over_time((max(((queue) >= -Inf) >=bool 1e+06) * 8192 + 1)[3599500ms:30s])",
		"topk(2, r)",
		"sum_over_time((round((vector(scalar(r)) >= 0 <= 1) * 1000000) * 8192 + 1)[299500ms:30s])",
	}
	got := []string{backlog.Query(30 * time.Second), backlog.Query(time.Hour), ratio.Query(30 * time.Second), ratio.Query(5 * time.Minute)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := parser.NewParser(parser.Options{}).ParseExpr(plan.Together(got)); err != nil {
		t.Errorf("together: %v", err)
	}
}

func slots(incs []slo.Increment) []string {
	var out []string
	for _, inc := range incs {
		out = append(out, fmt.Sprintf("%d/%d: %d of %d", inc.End, inc.Width, inc.Bad, inc.Total))
	}
	return out
}

func TestAnswersOfProbesAreReadSlotBySlot(t *testing.T) {
	threshold := slo.SLI{Threshold: &slo.Threshold{Query: "q", Op: slo.Less, Value: 1}}
	ratio := slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "r"}}
	weighted := slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "r", Weight: []slo.Selector{{Metric: "c_total"}}}}
	weight := []slo.Increment{
		{End: 30, Width: 30, Counts: slo.Counts{Total: 200}}, {End: 60, Width: 30}, {End: 90, Width: 30, Counts: slo.Counts{Total: 3}},
	}
	nan := 0.0
	nan /= nan
	for name, test := range map[string]struct {
		sli     slo.SLI
		answers plan.Answers
		width   int64
		want    []string
		reason  string
	}{
		"a good and a bad slot":            {threshold, plan.Answers{30: {1}, 90: {8193}}, 30, []string{"30/30: 0 of 1", "90/30: 1 of 1"}, ""},
		"7 bad of 110 known in an hour":    {threshold, plan.Answers{3600: {7*8192 + 110}}, 3600, []string{"3600/3600: 7 of 110"}, ""},
		"a share of a slot":                {ratio, plan.Answers{30: {0.0000005}, 60: {1}}, 30, []string{"30/30: 1 of 1000000", "60/30: 1000000 of 1000000"}, ""},
		"shares of ten slots":              {ratio, plan.Answers{300: {1_250_000*8192 + 10}}, 300, []string{"300/300: 1250000 of 10000000"}, ""},
		"an older answer was impossible":   {ratio, plan.Answers{30: {1.5}, 60: {0}}, 30, []string{"60/30: 0 of 1000000"}, ""},
		"the newest answer is impossible":  {ratio, plan.Answers{30: {0}, 60: {1.5}}, 30, []string{"30/30: 0 of 1000000"}, "the error ratio is 1.5: "},
		"a share of the calls":             {weighted, plan.Answers{30: {0.0125}, 60: {0.5}, 90: {0.5}}, 30, []string{"30/30: 2500 of 200000", "60/30: 0 of 0", "90/30: 1500 of 3000"}, ""},
		"no calls and no ratio are idle":   {weighted, plan.Answers{30: {0}, 60: {nan}, 90: {0}}, 30, []string{"30/30: 0 of 200000", "60/30: 0 of 0", "90/30: 0 of 3000"}, ""},
		"calls without a ratio, not known": {weighted, plan.Answers{30: {0}}, 30, []string{"30/30: 0 of 200000", "60/30: 0 of 0"}, ""},
		"calls with a ratio of 0/0":        {weighted, plan.Answers{30: {0}, 90: {nan}}, 30, []string{"30/30: 0 of 200000", "60/30: 0 of 0"}, "the error ratio is NaN: "},
		"not a number":                     {threshold, plan.Answers{30: {nan}, 60: {1}, 90: {nan}}, 30, []string{"60/30: 0 of 1"}, "the backend answers what the query cannot have"},
		"less than nothing":                {threshold, plan.Answers{30: {-1e300}}, 30, nil, "the backend answers "},
		"more than there can be":           {threshold, plan.Answers{30: {1e300}}, 30, nil, "the backend answers "},
		"more bad slots than slots":        {threshold, plan.Answers{300: {11*8192 + 10}}, 300, nil, "the backend answers "},
		"more slots than there are":        {threshold, plan.Answers{300: {11}}, 300, nil, "the backend answers "},
		"two answers to one question":      {threshold, plan.Answers{30: {1, 1}}, 30, nil, "the backend answers "},
		"two values":                       {weighted, plan.Answers{90: {0, 0}}, 30, []string{"60/30: 0 of 0"}, "the error ratio has more than one value: "},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := probe(test.sli).Increments(test.answers, test.width, weight)
			if diff := cmp.Diff(test.want, slots(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if reason := fmt.Sprint(err); (test.reason == "") != (err == nil) || !strings.HasPrefix(reason, test.reason) && err != nil {
				t.Errorf("reason %v, want %q", err, test.reason)
			}
		})
	}
}

func TestARequestAsksSixteenFreeQueriesUnlessTheyAreLong(t *testing.T) {
	var queries []string
	for i := range 40 {
		queries = append(queries, fmt.Sprintf("q%d", i))
	}
	queries = append(queries, strings.Repeat("x", 9_000), "last")
	var sizes []int
	for _, batch := range plan.Batches(queries) {
		sizes = append(sizes, len(batch))
	}
	if diff := cmp.Diff([]int{16, 16, 8, 1, 1}, sizes); diff != "" {
		t.Error(diff)
	}
	if n, ok := plan.AnswerTo(map[string]string{"slofuse_probe": "12"}); n != 12 || !ok {
		t.Error("an answer does not find its question")
	}
	if _, ok := plan.AnswerTo(nil); ok {
		t.Error("a series without the label answers something")
	}
}

// Falls are asked over an hour of slots, and of a histogram by one bucket.
func TestFallsAreAskedInPromQL(t *testing.T) {
	calls := []slo.Selector{{Metric: "c_total"}}
	p, failed := plan.New([]plan.SLI{{Key: "k", SLI: slo.SLI{Ratio: &slo.Ratio{Total: calls, Bad: []slo.Selector{{Metric: "e_total"}}}}}})
	if len(failed) != 0 {
		t.Fatal(failed)
	}
	got, ok := p.Groups[0].Falls(plan.Grain{Width: 30 * time.Second, Lookback: time.Hour})
	const a, b = "last_over_time(c_total[30s])", "last_over_time(c_total[3600s] offset 30s)"
	want := "(sum_over_time(((" + a + " < bool " + b + ") * (" + a + " > bool 0.5 * " + b + "))[3599500ms:30s]) >= 3)" +
		" >= 0.8 * sum_over_time((" + a + " < bool " + b + ")[3599500ms:30s])"
	if _, err := parser.NewParser(parser.Options{}).ParseExpr(got); err != nil || !ok || got != want {
		t.Errorf("got  %s\nwant %s\n%v", got, want, err)
	}
}
