package promtest_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/promtest"
)

func newEngine(t *testing.T) *promql.Engine {
	t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples: 50_000_000, Timeout: time.Minute, Parser: parser.NewParser(parser.Options{}),
	})
	t.Cleanup(func() { _ = engine.Close() })
	return engine
}

// sumOver adds up what an expression says in every slot of (from, to].
func sumOver(t *testing.T, w promtest.World, query string, from, to time.Time, step time.Duration) map[string]float64 {
	t.Helper()
	now := func() time.Time { return to.Add(time.Hour) }
	q, err := newEngine(t).NewRangeQuery(context.Background(), w.Samples.At(now), nil, query, from.Add(step), to, step)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	matrix, err := q.Exec(context.Background()).Matrix()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, series := range matrix {
		for _, point := range series.Floats {
			sums[series.Metric.Get("function")] += point.F
		}
	}
	return sums
}

// The scenarios have to bite: what everybody writes is wrong on most of them,
// and the textbook form of last values is wrong on some.
func TestWorlds_are_not_counted_right_by_the_usual_expressions(t *testing.T) {
	w := promtest.Fleet()
	step := 30 * time.Second
	oracle := promtest.Oracle{Samples: w.Samples, Step: step}
	bad := promtest.CallsMetric + `{code=~"5.."}`
	tests := map[string]struct {
		query string
		wrong int // at least so many functions off by more than their tolerance
	}{
		"increase": {fmt.Sprintf(`sum by (function) (increase(%s[1m]) / 2)`, bad), 15},
		"difference of last values": {fmt.Sprintf(
			`sum by (function) ((last_over_time(%[1]s[30s]) - last_over_time(%[1]s[1h] offset 30s)) >= 0 or last_over_time(%[1]s[30s]))`, bad), 5},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := sumOver(t, w, test.query, w.Live, w.End, step)
			wrong := 0
			for _, c := range w.Cases {
				if c.SLI.Latency != nil {
					continue
				}
				want := oracle.Account(w.End.Add(time.Hour), w.End, c.SLI).Sum(w.Live, w.End)
				off := deviation(got[c.Name], float64(want.Bad))
				t.Logf("%-36s %10.1f of %7d bad: %+.3f%%", c.Name, got[c.Name], want.Bad, off*100)
				if math.Abs(off) > c.Tolerance {
					wrong++
				}
			}
			if wrong < test.wrong {
				t.Errorf("only %d functions are counted wrong, want at least %d: the scenarios do not bite", wrong, test.wrong)
			}
		})
	}
}

func deviation(got, want float64) float64 {
	if want == 0 {
		return got
	}
	return got/want - 1
}
