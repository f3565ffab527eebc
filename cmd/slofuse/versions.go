package main

import (
	"context"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/sides"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/site"
)

// versions reads canaries and exemplars from the backends of a server, beside its evaluator.
type versions struct {
	backends    []evaluator.Backend
	step, delay time.Duration
	now         func() time.Time
}

var _ site.Versions = versions{}

// Matchers reads the matchers of a side.
func (versions) Matchers(text string) ([]slo.Matcher, error) { return spec.ParseMatchers(text) }

// Sides reads a window that ends at an instant, or now.
func (v versions) Sides(ctx context.Context, pairs []canary.Pair, window time.Duration, at time.Time) ([]canary.Reading, error) {
	moment := v.now()
	if settled := at.Add(v.delay); !at.IsZero() && settled.Before(moment) {
		moment = settled
	}
	return sides.Read(ctx, evaluator.Config{Backends: v.backends, Step: v.step, Delay: v.delay, Now: v.now}, sides.Question{Pairs: pairs, Window: window, Moment: moment}, nil)
}
