package main

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
)

var _ web.Periods = (*service)(nil)

// Sums is what was counted of objectives between two instants.
func (s *service) Sums(ctx context.Context, slos []slo.SLO, from, to time.Time) ([]slo.WindowSum, error) {
	return each(ctx, slos, func(o slo.SLO) slo.WindowSum { return s.evaluator.Sum(o, from, to) })
}

// Windows is the window of each objective at an instant.
func (s *service) Windows(ctx context.Context, slos []slo.SLO, at time.Time) ([]slo.WindowSum, error) {
	return each(ctx, slos, func(o slo.SLO) slo.WindowSum { return s.evaluator.WindowAt(o, at) })
}

// each sums up one objective after the other, as long as somebody waits for it.
func each(ctx context.Context, slos []slo.SLO, sum func(slo.SLO) slo.WindowSum) ([]slo.WindowSum, error) {
	out := make([]slo.WindowSum, len(slos))
	for i, o := range slos {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out[i] = sum(o)
	}
	return out, nil
}
