package read

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
)

// recovered is a backend whose counter was reset in the slot to 90 and is above its
// old value again at the end of it, so that its growth looks like any other.
type recovered struct {
	Querier
	narrow []prom.Range // asked in slots of 5 s
}

func (r *recovered) QueryRange(_ context.Context, query string, steps prom.Range) (model.Matrix, error) {
	if steps.Step == 5*time.Second {
		r.narrow = append(r.narrow, steps)
	}
	switch {
	case strings.Contains(query, "resets("):
		return model.Matrix{{Metric: model.Metric{"function": "a"}, Values: []model.SamplePair{{Timestamp: model.TimeFromUnix(90), Value: 1}}}}, nil
	case strings.Contains(query, "* 0 +"):
		out := &model.SampleStream{Metric: model.Metric{"function": "a"}}
		for at := steps.Start; !at.After(steps.End); at = at.Add(steps.Step) {
			out.Values = append(out.Values, model.SamplePair{Timestamp: model.TimeFromUnix(at.Unix()), Value: 3})
		}
		return model.Matrix{out}, nil
	}
	return nil, nil
}

func (r *recovered) Query(context.Context, string, time.Time) (model.Vector, error) { return nil, nil }

func TestASlotInWhichACounterWasResetIsReadAgain(t *testing.T) {
	backend := &recovered{}
	r := &Reader{
		Querier: backend, Step: 30,
		Busiest: func(string, int64) float64 { return 0 },
		HadGood: func(string, int64, int64) bool { return false },
		Invalid: func(string) error { return nil },
	}
	got, err := r.Read(t.Context(), []plan.SLI{counterOf("a")}, ledger.Span{From: 0, To: 150}, 30)
	if err != nil {
		t.Fatal(err)
	}
	if len(backend.narrow) == 0 {
		t.Fatal("nothing was read again")
	}
	for _, steps := range backend.narrow {
		if steps.Start.Unix() != 65 || steps.End.Unix() != 90 {
			t.Errorf("slots from %d to %d were read again", steps.Start.Unix(), steps.End.Unix())
		}
	}
	for _, inc := range got.Increments["a"] {
		if want := map[int64]int64{90: 18}[inc.End]; want != 0 && inc.Total != want || want == 0 && inc.Total != 3 {
			t.Errorf("%d in the slot to %d", inc.Total, inc.End)
		}
	}
	if len(got.Increments["a"]) != 5 {
		t.Errorf("%d slots, want 5", len(got.Increments["a"]))
	}
}
