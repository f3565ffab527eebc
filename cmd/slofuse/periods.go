package main

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

var _ site.Periods = (*service)(nil)

// Sums is what was counted of objectives between two instants.
func (s *service) Sums(ctx context.Context, slos []slo.SLO, from, to time.Time) ([]slo.WindowSum, error) {
	return each(ctx, slos, func(o slo.SLO) slo.WindowSum { return s.evaluator.Sum(o, from, to) })
}

// Buckets are the events of objectives between two instants by how long they took.
func (s *service) Buckets(ctx context.Context, slos []slo.SLO, from, to time.Time) ([][]slo.Bucket, error) {
	return each(ctx, slos, func(o slo.SLO) []slo.Bucket { return s.evaluator.Buckets(o, from, to) })
}

// Windows is the window of each objective at an instant.
func (s *service) Windows(ctx context.Context, slos []slo.SLO, at time.Time) ([]slo.WindowSum, error) {
	return each(ctx, slos, func(o slo.SLO) slo.WindowSum { return s.evaluator.WindowAt(o, at) })
}

// each sums up one objective after the other, as long as somebody waits for it.
func each[T any](ctx context.Context, slos []slo.SLO, sum func(slo.SLO) T) ([]T, error) {
	out := make([]T, len(slos))
	for i, o := range slos {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out[i] = sum(o)
	}
	return out, nil
}
