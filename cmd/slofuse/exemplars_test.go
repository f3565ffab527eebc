package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// traced is a backend with one exemplar.
type traced struct {
	read.Querier
	err   error
	asked []string
}

func (q *traced) Exemplars(_ context.Context, selectors []slo.Selector, _ prom.Span, bytes int64) ([]slo.Exemplar, error) {
	q.asked = append(q.asked, fmt.Sprint(selectors))
	if bytes > 8<<20 {
		return nil, errors.New("an answer of any size would be taken")
	}
	if q.err != nil {
		return nil, q.err
	}
	return []slo.Exemplar{{Value: 1}}, nil
}

// TestEachBackendIsAskedOnceForExemplars: about the SLOs that are on it, the first also
// about those that name none.
func TestEachBackendIsAskedOnceForExemplars(t *testing.T) {
	of := func(backend string, metrics ...string) slo.SLO {
		o := slo.SLO{Backend: backend, SLI: slo.SLI{Ratio: &slo.Ratio{}}}
		for _, m := range metrics {
			o.SLI.Ratio.Total = append(o.SLI.Ratio.Total, slo.Selector{Metric: m})
		}
		return o
	}
	slos := []slo.SLO{of("", "a", "b"), of("main", "b", "c"), of("other", "d")}
	refused := func(status int) error {
		return &prom.Error{Kind: prom.BadAnswer, Status: status, Err: errors.New("refused")}
	}
	for name, c := range map[string]struct {
		other   error
		unknown bool
		found   int
	}{
		"both answer":       {nil, false, 2},
		"one knows of none": {refused(http.StatusNotFound), true, 1},
		"one is not able":   {refused(http.StatusNotImplemented), true, 1},
		"one is down":       {refused(http.StatusBadGateway), false, 1},
	} {
		main, other, idle := &traced{}, &traced{err: c.other}, &traced{}
		v := versions{backends: []evaluator.Backend{{Name: "main", Querier: main}, {Name: "other", Querier: other}, {Name: "idle", Querier: idle}}}
		list, err := v.Exemplars(t.Context(), slos, time.Unix(0, 0), time.Unix(60, 0))
		if len(list) != c.found || (err != nil) != (c.other != nil) || errors.Is(err, site.ErrNoExemplars) != c.unknown {
			t.Errorf("%s: %d found, error %v", name, len(list), err)
		}
		if got := fmt.Sprint(main.asked, other.asked, idle.asked); got != "[[a b c]] [[d]] []" {
			t.Errorf("%s: asked %s", name, got)
		}
	}
}
