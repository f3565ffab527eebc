package main

import (
	"context"
	"fmt"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/lint"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// liveOptions are what a live check takes for too little or too much.
type liveOptions struct {
	thinShare string
	maxSeries int
}

func (o *liveOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.thinShare, "thin-share", slo.FormatShare(lint.DefaultLimits.ThinShare), "live: traffic is too thin when one failure costs more than this `SHARE` of the budget")
	flags.IntVar(&o.maxSeries, "max-series", lint.DefaultLimits.MaxSeries, "live: an SLO is expensive when its selectors read more than so many `SERIES`")
}

func (o liveOptions) limits() (lint.Limits, error) {
	share, err := slo.ParseShare(o.thinShare)
	switch {
	case err != nil:
		return lint.Limits{}, usagef("--thin-share: %w", err)
	case share == 0:
		return lint.Limits{}, usagef("--thin-share: every failure costs more than 0%% of the budget: say a share such as 20%%")
	case o.maxSeries < 1:
		return lint.Limits{}, usagef("--max-series %d: an SLO reads at least one series", o.maxSeries)
	}
	return lint.Limits{ThinShare: share, MaxSeries: o.maxSeries}, nil
}

// checkLive tries the objectives on data, with all that are found. Of the
// objectives, so many are counted that all but those with an error are good:
// members of a family that say together what is wrong are one finding.
func (c *cli) checkLive(ctx context.Context, o checkOptions, set slo.Set) (out []rule.Finding, objectives int, err error) {
	limits, err := o.live.limits()
	if err != nil {
		return nil, 0, err
	}
	t := &target{prometheusURL: o.prometheusURL}
	slos, out, err := c.find(ctx, t, set)
	if err != nil || len(slos) == 0 {
		return out, 0, err
	}
	facts, err := c.gather(ctx, t, slos, limits)
	if err != nil {
		return out, 0, err
	}
	judged := lint.Judge(slos, facts, limits)
	named := map[string]bool{}
	for _, f := range judged.Findings {
		if f.Severity() == rule.Error {
			named[f.SLO] = true
		}
	}
	return append(out, judged.Findings...), len(slos) - judged.Broken + len(named), nil
}

// gather asks Prometheus what the rules have to know, and says what it would not
// tell.
func (c *cli) gather(ctx context.Context, t *target, slos []slo.SLO, limits lint.Limits) (*lint.Facts, error) {
	client, err := prom.New(prom.Config{Name: "prometheus", URL: t.prometheusURL})
	if err != nil {
		return nil, usagef("%w", err)
	}
	progress, done := c.liveProgress()
	defer done()
	r := &lint.Reader{Backend: client, Step: evaluator.DefaultStep, Limits: limits, Progress: progress}
	facts, err := r.Gather(ctx, slos, c.now().Add(-evaluator.DefaultDelay).Truncate(evaluator.DefaultStep))
	if err != nil {
		return nil, undecidedf("cannot decide: %w", err)
	}
	for _, text := range facts.Untold {
		fmt.Fprintln(c.stderr, report.Plain("note: "+text))
	}
	return facts, nil
}

// liveProgress draws a bar on stderr when a person watches, and takes it away.
func (c *cli) liveProgress() (progress func(what string, done float64), finish func()) {
	if !isTerminal(c.stderr) {
		return nil, func() {}
	}
	const parts = 100
	bar := progressbar.NewOptions(parts, progressbar.OptionSetWriter(c.stderr), progressbar.OptionClearOnFinish())
	return func(what string, done float64) {
		bar.Describe("asking about " + what)
		_ = bar.Set(int(done * parts)) // a bar that cannot be drawn stops nothing
	}, func() { _ = bar.Finish() }
}
