package read

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

// court is a backend that answers which counters fell, and whose processes were
// started anew.
type court struct {
	Querier
	fallen, restarted []string // functions, of which each has a process of its own
	fails             error
	asked             []string
}

func (c *court) Query(_ context.Context, query string, _ time.Time) (model.Vector, error) {
	c.asked = append(c.asked, query)
	who := c.fallen
	if strings.Contains(query, "changes(process_start_time_seconds") {
		who = c.restarted
	}
	var out model.Vector
	for _, function := range who {
		name := model.LabelValue(function)
		out = append(out, &model.Sample{Metric: model.Metric{"job": "app", "instance": name, "function": name}, Value: 7})
	}
	return out, c.fails
}

func counterOf(function string) plan.SLI {
	calls := slo.Selector{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: function}}}
	return plan.SLI{Key: function, SLI: slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{calls}, Bad: []slo.Selector{calls}}}}
}

// accusedBy lets a court judge three functions that were unsteady. Of them, "before"
// was named in an earlier reading.
func accusedBy(c *court) (Reading, error) {
	r := &Reader{Querier: c, Step: 30, Invalid: func(key string) error {
		return map[string]error{"before": noCounter{metric: "calls_total", falls: 3}, "b": errGoodMissing}[key]
	}}
	got := newReading(ledger.Span{From: 0, To: 7200})
	var slis []plan.SLI
	for _, function := range []string{"a", "b", "before"} {
		slis = append(slis, counterOf(function))
		got.unsteady[function], got.Increments[function] = true, slotsOf(7200, 10)
	}
	return got, r.accuse(context.Background(), slis, got)
}

// named are the indicators that a reading says are no counters, and of which it
// counts and knows nothing.
func (r Reading) named() []string {
	var out []string
	for key, incs := range r.Increments {
		if _, is := errors.AsType[noCounter](r.Invalid[key]); is && len(incs) == 0 && len(r.Unknown[key]) > 0 {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

func TestCountersThatFallLikeGaugesAreNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		court court
		named []string
		fails bool
	}{
		"nobody fell: who was named is cleared":          {court: court{}},
		"one fell":                                       {court: court{fallen: []string{"a"}}, named: []string{"a"}},
		"one fell and one was started anew":              {court: court{fallen: []string{"a", "b"}, restarted: []string{"b"}}, named: []string{"a"}},
		"the backend refuses: who was named stays so":    {court: court{fails: &prom.Error{Kind: prom.BadQuery}}, named: []string{"before"}},
		"it is too much: who was named stays so":         {court: court{fails: &prom.Error{Kind: prom.TooMuch}}, named: []string{"before"}},
		"the backend does not answer: the reading fails": {court: court{fails: &prom.Error{Kind: prom.Unavailable}}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := accusedBy(&tc.court)
			if !slices.Equal(got.named(), tc.named) || (err != nil) != tc.fails {
				t.Errorf("named %v, want %v: %v", got.named(), tc.named, err)
			}
		})
	}
}

// In a rollout everybody is unsteady. Twenty are asked about in a reading, and soon
// everybody was.
func TestSuspectsTakeTurns(t *testing.T) {
	r := &Reader{Step: 30, Invalid: func(key string) error {
		if key == "named" {
			return noCounter{}
		}
		return nil
	}}
	slis := []plan.SLI{counterOf("named"), counterOf("steady"), counterOf("refused")}
	unsteady := map[string]bool{"refused": true}
	for i := range 50 {
		slis = append(slis, counterOf(fmt.Sprint(i)))
		unsteady[fmt.Sprint(i)] = true
	}
	asked := map[string]bool{}
	for round := range int64(3) {
		of := newReading(ledger.Span{To: 7200 + 30*round})
		of.unsteady, of.Refused["refused"] = unsteady, errors.New("refused")
		suspects := keysOf(r.suspects(slis, of))
		if len(suspects) != 21 || suspects[0] != "named" || slices.Contains(suspects, "steady") || slices.Contains(suspects, "refused") {
			t.Errorf("round %d asks about %v", round, suspects)
		}
		for _, key := range suspects {
			asked[key] = true
		}
	}
	if len(asked) != 51 {
		t.Errorf("after three rounds %d of 51 were asked about", len(asked))
	}
}
