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

// What is restarted all day is read again in narrow slots around each restart. That
// must cost neither a query for each nor a look at everything in between.
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
	asked, narrow := fake.take(), 0
	for _, a := range asked {
		if strings.Contains(a.query, "resets(") && a.Step == 30*time.Second {
			narrow += (int(a.End.Sub(a.Start)/a.Step) + 1) * strings.Count(a.query, "function0")
		}
	}
	if len(asked) > 100 {
		t.Errorf("%d queries for a day in which %d functions were restarted", len(asked), len(names))
	}
	if all := len(names) * 24 * 3600 / 30; narrow > all/2 {
		t.Errorf("%d of %d slots are looked at one by one", narrow, all)
	}
	a := e.Assess(e.SLOs()[0], hour0)
	if a.Window.Coverage != 1 || a.Window.Total != 86_400*10 {
		t.Errorf("%s (%s), %+v", a.State, a.Reason, a.Window)
	}
}
