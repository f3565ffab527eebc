package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"

	"github.com/slofuse/slofuse/evaluator/rules"
	"github.com/slofuse/slofuse/internal/promtest"
)

// ruler evaluates rules as Prometheus does: one after the other, each recorded
// series readable by the next rule.
type ruler struct {
	t        *testing.T
	engine   *promql.Engine
	source   storage.Queryable // what is scraped
	recorded promtest.Samples
	now      time.Time
	firing   map[string][]time.Time // evaluations at which an alert was active, by name, severity and tier
}

func newRuler(t *testing.T, source storage.Queryable) *ruler {
	t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 50_000_000, Timeout: time.Minute, Parser: parser.NewParser(parser.Options{})})
	t.Cleanup(func() { _ = engine.Close() })
	return &ruler{t: t, engine: engine, source: source, firing: map[string][]time.Time{}}
}

// Querier reads what is scraped and what is recorded as one.
func (r *ruler) Querier(mint, maxt int64) (storage.Querier, error) {
	scraped, err := r.source.Querier(mint, maxt)
	if err != nil {
		return nil, err
	}
	recorded, err := r.recorded.At(func() time.Time { return r.now }).Querier(mint, maxt)
	if err != nil {
		return nil, err
	}
	return storage.NewMergeQuerier([]storage.Querier{scraped, recorded}, nil, storage.ChainedSeriesMerge), nil
}

// run evaluates all groups whenever they are due, after from and until to.
func (r *ruler) run(f rules.File, from, to time.Time) {
	r.t.Helper()
	const tick = 30 * time.Second
	for r.now = from.Truncate(tick).Add(tick); !r.now.After(to); r.now = r.now.Add(tick) {
		for _, g := range f.Groups {
			interval, err := time.ParseDuration(g.Interval)
			if err != nil {
				r.t.Fatal(err)
			}
			if r.now.UnixMilli()%interval.Milliseconds() == 0 {
				r.evaluate(g)
			}
		}
	}
}

func (r *ruler) evaluate(g rules.Group) {
	for _, rule := range g.Rules {
		for _, sample := range r.ask(rule.Expr) {
			if rule.Alert != "" {
				key := rule.Alert + " " + rule.Labels["severity"] + " " + rule.Labels["burn_tier"]
				r.firing[key] = append(r.firing[key], r.now)
				continue
			}
			ls := labels.NewBuilder(sample.Metric).Set("__name__", rule.Record)
			for k, v := range rule.Labels {
				ls.Set(k, v)
			}
			r.recorded.Append(ls.Labels(), r.now, sample.F, r.now)
		}
	}
}

func (r *ruler) ask(expr string) promql.Vector {
	r.t.Helper()
	q, err := r.engine.NewInstantQuery(context.Background(), r, nil, expr, r.now)
	if err != nil {
		r.t.Fatalf("%s: %v", expr, err)
	}
	defer q.Close()
	result := q.Exec(context.Background())
	vector, err := result.Vector()
	if err != nil {
		r.t.Fatalf("%s: %v", expr, err)
	}
	return append(promql.Vector(nil), vector...)
}

// value is the one value of an expression now.
func (r *ruler) value(expr string) float64 {
	r.t.Helper()
	r.now = r.now.Add(-30 * time.Second) // of the last evaluation
	defer func() { r.now = r.now.Add(30 * time.Second) }()
	found := r.ask(expr)
	if len(found) != 1 {
		r.t.Fatalf("%s has %d values", expr, len(found))
	}
	return found[0].F
}

// remember is as if the rules had recorded so many events of a function's SLO, and bad
// ones, every five minutes for a time before an instant.
func (r *ruler) remember(slo string, before time.Time, span time.Duration, total, bad float64) {
	for name, value := range map[string]float64{"slofuse:slo_events": total, "slofuse:slo_bad_events": bad} {
		ls := labels.FromStrings("__name__", name, "service", "auth", "function", "login", "slo", slo, "window", "5m")
		for at := before.Add(-span); at.Before(before); at = at.Add(5 * time.Minute) {
			r.recorded.Append(ls, at, value, at)
		}
	}
}
