package evaluator_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"

	"github.com/slofuse/slofuse/evaluator"
)

// restless is a backend whose functions are restarted once a day each, at any
// time of the day.
type restless struct{ *script }

func (r restless) QueryRange(ctx context.Context, query string, steps prom.Range) (model.Matrix, error) {
	answer, err := r.script.QueryRange(ctx, query, steps)
	if err != nil || !strings.Contains(query, "resets(") {
		return answer, err
	}
	for _, function := range r.functions {
		if !strings.Contains(query, function) {
			continue
		}
		metric := model.Metric{"function": model.LabelValue(function)}
		answer = append(answer, r.series(steps, metric, func(at time.Time) (float64, bool) {
			since := time.Duration(at.Unix()-restartOf(function)) * time.Second % (24 * time.Hour)
			return 1, since < steps.Step
		})...)
	}
	return answer, nil
}

// restartOf is when of the day a function is restarted, in seconds.
func restartOf(function string) int64 {
	h := fnv.New32a()
	h.Write([]byte(function))
	return int64(h.Sum32() % 86_400)
}

// What is restarted all day is read nearly everywhere in narrow slots. That must
// not cost a query for every restart.
func TestCatchUp_reads_restarts_together(t *testing.T) {
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprintf("function%04d", i)
	}
	fake := restless{newScript(names...)}
	e := start(t, fake.script, func(c *evaluator.Config) {
		c.Backends[0].Querier, c.Horizon = fake, 24*time.Hour
	})
	slos := objectives(names...)
	for i := range slos {
		slos[i].Window = slo.Window{Name: "1d", Length: 24 * time.Hour}
	}
	e.SetSLOs(slo.Set{SLOs: slos})
	catchUp(t, e, ready)
	asked := len(fake.take())
	if asked > 60 {
		t.Errorf("%d queries for a day in which %d functions were restarted", asked, len(names))
	}
	t.Logf("%d queries", asked)
	a := e.Assess(e.SLOs()[0], hour0)
	if a.Window.Coverage != 1 || a.Window.Total != 86_400*10 {
		t.Errorf("%s (%s), %+v", a.State, a.Reason, a.Window)
	}
}
