package review

import (
	"context"
	"fmt"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// latencyView is how fast a function answers.
type latencyView struct {
	Function, Service, URL string
	Average, Bounds        string
	Before                 string // the average of the period before; empty when not known
	P50, P99, Limit        string // Limit is what is promised
	Broken                 bool
}

// latencies are the functions that spent the most of a budget for slow answers, and how
// long their calls took in the period.
func (s Handlers) latencies(ctx context.Context, of scope, pairs []summary.Pair) ([]latencyView, error) {
	slowest, _ := firstOf(summary.Slowest(pairs), mostListed)
	now, err := s.buckets(ctx, summary.Nows(slowest), of.period.Span)
	if err != nil {
		return nil, err
	}
	before, err := s.buckets(ctx, summary.Befores(slowest), of.period.Before)
	if err != nil {
		return nil, err
	}
	var out []latencyView
	for i, p := range slowest {
		v := latencyOf(p, slo.ComputeQuantiles(of.period.To.Sub(of.period.From), now[i]))
		_, measured := p.Before.SuccessRatio() // a few hours of a month are not that month
		if took := slo.TookOf(before[i]); measured && took.Events > 0 {
			v.Before = ui.AverageText(took)
		}
		out = append(out, v)
	}
	return out, nil
}

func (s Handlers) buckets(ctx context.Context, records []summary.Record, span summary.Span) ([][]slo.Bucket, error) {
	slos := make([]slo.SLO, len(records))
	for i, r := range records {
		slos[i] = *r.SLO
	}
	return s.Periods.Buckets(ctx, slos, span.From, span.To)
}

func latencyOf(p summary.Pair, q *slo.Quantiles) latencyView {
	limit := p.Now.SLO.SLI.Latency.Threshold.Seconds()
	standing, _ := p.Now.Standing()
	v := latencyView{
		Function: p.ID().Function, Service: p.ID().Service, URL: ui.SLOPath(p.ID()), Broken: standing == summary.Missed,
		Limit:   p.Now.SLO.Objective.String() + " within " + format.Latency(&limit),
		Average: format.Dash, P50: format.Dash, P99: format.Dash,
	}
	if q == nil {
		return v
	}
	v.Average, v.Bounds = ui.AverageText(q.Took), ui.AverageBounds(q.Took)
	v.P50, v.P99 = ui.Quantile(q.P50, q.Above), ui.Quantile(q.P99, q.Above)
	return v
}

// untimed says of how many functions nothing is known about how fast they answer; empty
// where that is none.
func untimed(pairs []summary.Pair) string {
	without, of := summary.Untimed(pairs)
	if without == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s no promise about a latency: how fast they answer is not known.", without, plural(of, "function has", "functions have"))
}
