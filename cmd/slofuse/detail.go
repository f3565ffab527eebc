package main

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Detail is the past of one objective in steps, with its events told apart.
func (s *service) Detail(_ context.Context, o slo.SLO, from, to time.Time, step time.Duration) ([]slo.DetailStep, error) {
	return s.evaluator.Detail(o, from, to, step), nil
}
