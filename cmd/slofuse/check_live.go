package main

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// liveHorizon is how much of the past a live check reads.
const liveHorizon = time.Hour

// checkLive tries the objectives on data, with all that are found, and says what
// cannot work, and how many there were.
func (c *cli) checkLive(ctx context.Context, o checkOptions, set slo.Set) (out []rule.Finding, objectives int, err error) {
	t := &target{prometheusURL: o.prometheusURL}
	slos, out, err := c.find(ctx, t, set)
	if err != nil || len(slos) == 0 {
		return out, 0, err
	}
	assessments, err := c.assess(ctx, t, slos, liveHorizon)
	if err != nil {
		return out, 0, err
	}
	for i, a := range assessments {
		name, bad := map[slo.DataState]rule.Name{
			slo.StateInvalid: rule.QueryFails, slo.StateNoData: rule.MetricMissing, slo.StateIdle: rule.NoTraffic,
		}[a.State]
		if bad {
			s := slos[i]
			out = append(out, rule.Finding{
				Rule: name, File: s.Source.File, Line: s.Source.Line, Column: s.Source.Column,
				SLO: s.ID.String(), Message: fmt.Sprintf("%s: %s", s.ID, a.Reason),
			})
		}
	}
	return out, len(slos), nil
}
