package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/sides"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/gate"
)

// canaryOptions are the flags of a gate that compares two versions.
type canaryOptions struct {
	canary     string
	baseline   string
	confidence string
	tolerance  string
	minCalls   int64

	split  canary.Split
	test   canary.Test
	window time.Duration
}

func (o *canaryOptions) register(cmd *cobra.Command) {
	test := canary.DefaultTest()
	flags := cmd.Flags()
	flags.StringVar(&o.canary, "canary", "", "compare the calls with these `MATCHERS`, such as 'version=\"v2\"', with those of --baseline instead of asking for burn and budget")
	flags.StringVar(&o.baseline, "baseline", "", "`MATCHERS` of what the canary is compared with, such as 'version=\"v1\"'")
	flags.StringVar(&o.confidence, "confidence", slo.FormatShare(test.Confidence), "of a canary: how sure a verdict has to be")
	flags.StringVar(&o.tolerance, "tolerance", test.Tolerance.String(), "of a canary: how many calls more may be bad, as 0.1% of all calls or 1x the share that the objective lets fail")
	flags.Int64Var(&o.minCalls, "min-calls", test.MinCalls, "of a canary: with fewer calls of either side it is inconclusive")
}

// asked reports whether two versions are to be compared.
func (o *canaryOptions) asked() bool { return o.canary != "" || o.baseline != "" }

// Which flags belong to one of the two questions only.
var (
	canaryFlags = []string{"confidence", "tolerance", "min-calls"}
	burnFlags   = []string{"max-burn-rate", "min-budget", "open-incidents", "fix", "override", "by"}
)

// check reads the flags; changed says which were given.
func (o *canaryOptions) check(changed func(flag string) bool, window string, watching time.Duration) error {
	foreign, why := canaryFlags, "--%s is about a canary: say which with --canary and --baseline"
	if o.asked() {
		foreign, why = burnFlags, "--%s asks for burn and budget, and --canary compares two versions: ask twice, once for each"
	}
	for _, flag := range foreign {
		if changed(flag) {
			return usagef(why, flag)
		}
	}
	if !o.asked() {
		if changed("canary") || changed("baseline") {
			return usagef("--canary and --baseline are empty: say which versions to compare, or leave both out")
		}
		return nil
	}
	if watching > 0 && changed("window") {
		return usagef("--watch compares what happens from its start on: leave out --window")
	}
	length, err := model.ParseDuration(window)
	if err != nil || time.Duration(length) > gate.LongestCanaryWindow {
		return usagef("--window %q: two versions are compared over %s at most", window, slo.FormatDuration(gate.LongestCanaryWindow))
	}
	o.window = time.Duration(length)
	return o.checkTest()
}

func (o *canaryOptions) checkTest() error {
	var err error
	if o.split.Canary, err = spec.ParseMatchers(o.canary); err != nil {
		return usagef("--canary: %w", err)
	}
	if o.split.Baseline, err = spec.ParseMatchers(o.baseline); err != nil {
		return usagef("--baseline: %w", err)
	}
	if err := o.split.Check(); err != nil {
		return usagef("%w", err)
	}
	o.test = canary.DefaultTest()
	o.test.MinCalls = o.minCalls
	if o.test.Confidence, err = slo.ParseShare(o.confidence); err != nil {
		return usagef("--confidence: %w", err)
	}
	if o.test.Tolerance, err = canary.ParseTolerance(o.tolerance); err != nil {
		return usagef("--tolerance: %w", err)
	}
	if err := o.test.Check(); err != nil {
		return usagef("%w", err)
	}
	return nil
}

// canaryGate compares two versions and exits with the verdict.
func (c *cli) canaryGate(ctx context.Context, o *gateOptions) error {
	verdict, err := c.canaryVerdict(ctx, o)
	if err != nil {
		return c.settle(ctx, o, err)
	}
	concluded := conclusion{verdict: slo.Verdict(verdict.Verdict), whole: verdict}
	for _, check := range verdict.Checks {
		concluded.add(check.ID, check.Verdict)
	}
	return c.conclude(ctx, o, concluded, c.writeCanary(o, verdict))
}

func (c *cli) writeCanary(o *gateOptions, v api.CanaryVerdict) error {
	if o.format == "json" {
		return writeJSON(c.stdout, v)
	}
	return c.writeReport(o, report.FromCanary(v))
}

func (c *cli) canaryVerdict(ctx context.Context, o *gateOptions) (api.CanaryVerdict, error) {
	if o.watching > 0 {
		return c.watchCanary(ctx, o)
	}
	if o.server != "" {
		return o.fetchCanary(ctx)
	}
	slos, err := c.load(ctx, &o.target)
	if err != nil {
		return api.CanaryVerdict{}, err
	}
	plan, err := canary.NewPlan(slos, o.versions.split)
	if err != nil {
		return api.CanaryVerdict{}, usagef("%w", err)
	}
	client, err := prom.New(prom.Config{Name: "prometheus", URL: o.prometheusURL})
	if err != nil {
		return api.CanaryVerdict{}, usagef("%w", err)
	}
	cfg := evaluator.Config{Backends: []evaluator.Backend{{Name: "prometheus", Querier: client}}, Now: c.now}
	readings, err := sides.Read(ctx, cfg, sides.Question{Pairs: plan.Pairs, Window: o.versions.window, Moment: o.moment(c.now())}, c.progress())
	if err != nil {
		return api.CanaryVerdict{}, undecidedf("cannot decide: %w", err)
	}
	return api.FromCanary(o.versions.test, o.versions.split, plan.Compare(o.versions.test, readings)), nil
}

// fetchCanary asks a server, which reads its own backends for it.
func (o *gateOptions) fetchCanary(ctx context.Context) (verdict api.CanaryVerdict, err error) {
	v, t := &o.versions, o.versions.test
	query := url.Values{
		"canary": {canary.Format(v.split.Canary)}, "baseline": {canary.Format(v.split.Baseline)},
		"confidence": {strconv.FormatFloat(t.Confidence*100, 'g', 12, 64) + "%"}, "tolerance": {t.Tolerance.String()},
		"min_calls": {strconv.FormatInt(t.MinCalls, 10)}, "window": {slo.FormatDuration(v.window)},
		"looks": {strconv.Itoa(t.Looks)}, "look": {strconv.Itoa(t.Look)},
	}
	if len(o.selectors) > 0 {
		query.Set("select", strings.Join(o.selectors, ","))
	}
	if !o.time.IsZero() {
		query.Set("at", o.time.UTC().Format(time.RFC3339))
	}
	err = o.fetch(ctx, "/api/v1/gate", query, &verdict)
	if err == nil && len(verdict.Checks)+len(verdict.NotCompared) == 0 {
		return verdict, o.nothingRemote(ctx)
	}
	return verdict, err
}

// mostCanaryLooks is how often a watch asks at most: every look costs some confidence.
const mostCanaryLooks = 20

// watchCanary compares what happens from its start on, again and again, until the
// canary fails or the watch is over. Its looks are planned, so that looking often fails
// no more canaries wrongly than looking once.
func (c *cli) watchCanary(ctx context.Context, o *gateOptions) (api.CanaryVerdict, error) {
	start, looks := c.now().Add(pace-1).Truncate(pace), int(min(mostCanaryLooks, max(1, o.watching/(2*pace))))
	for look := 1; ; look++ {
		ask := *o
		ask.watching, ask.versions.window = 0, (o.watching * time.Duration(look) / time.Duration(looks)).Truncate(pace)
		ask.versions.test.Looks, ask.versions.test.Look = looks, look
		verdict, err := c.lookAtCanary(ctx, &ask, start)
		if ctx.Err() != nil {
			return api.CanaryVerdict{}, undecidedf("cannot decide: interrupted")
		}
		fmt.Fprintf(c.stderr, "%s of %s: %s\n", slo.FormatDuration(ask.versions.window), slo.FormatDuration(o.watching), report.Lines(canarySummary(verdict, err)))
		if look == looks || err == nil && verdict.Verdict == string(slo.VerdictFail) || err != nil && !undecided(err) {
			return verdict, err
		}
	}
}

// lookAtCanary waits until the window since the start can be read, and reads it. A
// server that is behind would count what was before the start: it is waited for.
func (c *cli) lookAtCanary(ctx context.Context, o *gateOptions, start time.Time) (api.CanaryVerdict, error) {
	readable := start.Add(o.versions.window).Add(evaluator.DefaultDelay)
	for wait := readable; ; wait = wait.Add(pace) {
		if err := c.waitUntil(ctx, wait); err != nil {
			return api.CanaryVerdict{}, err
		}
		verdict, err := c.canaryVerdict(ctx, o)
		if err != nil || verdict.AsOf == nil || !verdict.AsOf.Add(-o.versions.window).Before(start) {
			return verdict, err
		}
		if wait.Sub(readable) >= longestLag {
			return verdict, undecidedf("cannot decide: what happened since the start of the watch is not read yet")
		}
	}
}

// waitUntil waits for an instant in short pieces, since a laptop may sleep meanwhile.
func (c *cli) waitUntil(ctx context.Context, at time.Time) error {
	for c.now().Before(at) {
		if err := c.wait(ctx, min(pace, at.Sub(c.now()))); err != nil {
			return err
		}
	}
	return nil
}

func canarySummary(v api.CanaryVerdict, err error) string {
	if err != nil {
		return err.Error()
	}
	return v.Verdict
}
