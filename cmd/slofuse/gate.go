package main

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// gateOptions are the flags of the gate.
type gateOptions struct {
	target
	maxBurnRate    float64
	window         string
	minBudget      string
	watch          string
	onInconclusive string
	format         string
	versions       canaryOptions

	gate     slo.Gate
	watching time.Duration
}

func (c *cli) gateCommand() *cobra.Command {
	var o gateOptions
	cmd := &cobra.Command{
		Use:   "gate [PATH...]",
		Short: "Pass or stop a pipeline on burn rate and error budget",
		Long: `Judges the selected SLOs and exits with the verdict: 0 pass, 1 the gate is
closed, 3 it cannot be decided (backend down, no data, coverage too low, nothing
selected).

An SLO closes the gate when its burn rate is at or over --max-burn-rate over
--window and over a twelfth of it as well, so that what is already over does not
stop anybody, or when less than --min-budget of its error budget is left. Fewer
bad events than a ticket needs (3) close no gate.

With --watch the gate looks on during a rollout: only what happens after its
start counts, and it stops at the first confirmed breach. It takes about a
minute longer than it watches, until the last sample is read.

With --canary and --baseline it compares two versions that run beside each other,
instead of asking for burn and budget: it fails when the error ratio of the canary
is higher than tolerated with the stated confidence, passes when it is not with the
same, and exits with 3 when the calls do not suffice to tell.`,
		Example: `  slofuse gate --server https://slo.example.com --select service=checkout
  slofuse gate --prometheus.url http://localhost:9090 --min-budget 10% slos/checkout.yaml
  slofuse gate --server https://slo.example.com --select service=checkout --watch 10m
  slofuse gate --server https://slo.example.com --canary 'version="v2"' --baseline 'version="v1"' --watch 10m
  slofuse gate --server https://slo.example.com -o github --on-inconclusive warn`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := o.check(paths, c.now()); err != nil {
				return err
			}
			if err := o.versions.check(cmd.Flags().Changed, o.window, o.watching); err != nil {
				return err
			}
			if o.versions.asked() {
				return c.canaryGate(cmd.Context(), &o)
			}
			return c.gate(cmd.Context(), &o)
		},
	}
	o.register(cmd.Flags())
	o.versions.register(cmd)
	cmd.Flags().Float64Var(&o.maxBurnRate, "max-burn-rate", 4, "close the gate at this burn rate or a higher one; 0 does not ask")
	cmd.Flags().StringVar(&o.window, "window", "1h", "window the burn rate is judged over, a minute or more")
	cmd.Flags().StringVar(&o.minBudget, "min-budget", "0%", "close the gate when less of the error budget is left, such as 10%; 0% does not ask")
	cmd.Flags().StringVar(&o.watch, "watch", "", "look on for this long, such as 10m, and count only what happens meanwhile")
	cmd.Flags().StringVar(&o.onInconclusive, "on-inconclusive", "fail", "what an undecided gate does: fail (exit 3), warn or pass")
	cmd.Flags().StringVarP(&o.format, "output", "o", "table", "form of the output: table, json, junit, github or markdown")
	return cmd
}

func (o *gateOptions) check(paths []string, now time.Time) error {
	if err := checkFormat(o.format, "table", "json", "junit", "github", "markdown"); err != nil {
		return err
	}
	if err := checkOneOf("--on-inconclusive", o.onInconclusive, "fail", "warn", "pass"); err != nil {
		return err
	}
	if err := o.target.check(paths, now); err != nil {
		return err
	}
	window, err := model.ParseDuration(o.window)
	if err != nil || time.Duration(window) < time.Minute {
		return usagef("--window %q is not a duration of a minute or more, such as 1h", o.window)
	}
	budget, err := slo.ParseShare(o.minBudget)
	if err != nil {
		return usagef("--min-budget: %w", err)
	}
	if !(o.maxBurnRate >= 0) || math.IsInf(o.maxBurnRate, 0) { // also refuses NaN
		return usagef("--max-burn-rate must be a number such as 4, and not negative")
	}
	o.gate = slo.Gate{MaxBurnRate: o.maxBurnRate, Window: time.Duration(window), MinBudgetRemaining: budget}
	return o.checkWatch()
}

func (o *gateOptions) checkWatch() error {
	if o.watch == "" {
		return nil
	}
	d, err := model.ParseDuration(o.watch)
	if err != nil || time.Duration(d) < time.Minute {
		return usagef("--watch %q is not a duration of a minute or more, such as 10m", o.watch)
	}
	if !o.time.IsZero() {
		return usagef("--watch looks ahead and --at looks back: use one of them")
	}
	o.watching = time.Duration(d)
	o.gate.NeedsTraffic = true
	return nil
}

func checkOneOf(flag, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return usagef("%s %q is not one of %s", flag, value, strings.Join(known, ", "))
}

func (c *cli) gate(ctx context.Context, o *gateOptions) error {
	verdict, err := c.verdict(ctx, o)
	if err != nil {
		return c.settle(ctx, o, err)
	}
	if err := c.writeVerdict(o, verdict); err != nil {
		return err
	}
	switch slo.Verdict(verdict.Verdict) {
	case slo.VerdictPass:
		return nil
	case slo.VerdictFail:
		return exitWith(exitFindings)
	}
	return c.settle(ctx, o, exitWith(exitUndecided))
}

// settle applies --on-inconclusive to what could not be decided. Who interrupts
// the gate has not been let through.
func (c *cli) settle(ctx context.Context, o *gateOptions, err error) error {
	if !undecided(err) || ctx.Err() != nil || o.onInconclusive == "fail" {
		return err
	}
	if o.onInconclusive == "warn" {
		fmt.Fprintln(c.stderr, strings.TrimSpace("slofuse: warning: the gate could not decide and lets pass. "+err.Error()))
	}
	return nil
}

func (c *cli) verdict(ctx context.Context, o *gateOptions) (api.Verdict, error) {
	if o.watching > 0 {
		return c.watchGate(ctx, o)
	}
	if o.server != "" {
		return fetchVerdict(ctx, &o.target, o.query())
	}
	slos, err := c.load(ctx, &o.target)
	if err != nil {
		return api.Verdict{}, err
	}
	assessments, err := c.assess(ctx, &o.target, slos, o.horizon(), o.gate.Windows()...)
	if err != nil {
		return api.Verdict{}, err
	}
	return api.Judge(o.gate, slos, assessments), nil
}

// query is the gate as parameters of a server.
func (o *gateOptions) query() url.Values {
	return url.Values{
		"max_burn_rate": {strconv.FormatFloat(o.gate.MaxBurnRate, 'g', -1, 64)},
		"window":        {slo.FormatDuration(o.gate.Window)},
		"min_budget":    {strconv.FormatFloat(o.gate.MinBudgetRemaining*100, 'g', -1, 64) + "%"},
		"needs_traffic": {strconv.FormatBool(o.gate.NeedsTraffic)},
	}
}

// horizon is how far back the gate has to read when it works alone: an answer
// within a second is worth more than a budget nobody asked about.
func (o *gateOptions) horizon() time.Duration {
	if o.gate.MinBudgetRemaining > 0 {
		return 0
	}
	return o.gate.Window
}

func (c *cli) writeVerdict(o *gateOptions, v api.Verdict) error {
	if o.format == "json" {
		return writeJSON(c.stdout, v)
	}
	return report.Write(c.stdout, o.format, report.FromVerdict(v), c.style())
}

// pace is how often a watching gate looks; what it counts grows by as much.
const pace = evaluator.DefaultStep

// longestLag is how far a server may be behind before a watch gives up on it:
// its delay and some slots.
const longestLag = 12 * time.Minute

// watchGate looks at a window that begins with the watch and grows, until the
// gate closes or the window is as long as asked for. An answer that could not be
// had in between counts only if it is the last.
func (c *cli) watchGate(ctx context.Context, o *gateOptions) (api.Verdict, error) {
	start, lag := c.now(), evaluator.DefaultDelay
	for {
		if c.wait(ctx, pace) != nil {
			return api.Verdict{}, undecidedf("cannot decide: interrupted")
		}
		now := c.now()
		window := min(watched(start, now, lag), o.watching)
		if window < 2*pace && now.Sub(start) < o.watching+longestLag {
			continue
		}
		look := *o
		look.watching, look.gate.Window = 0, max(window, 2*pace)
		verdict, err := c.verdict(ctx, &look)
		early := err == nil && verdict.AsOf != nil && verdict.AsOf.Add(-look.gate.Window).Before(start)
		if early { // it counted what was before the start
			lag = max(lag, now.Sub(*verdict.AsOf))
			err = undecidedf("cannot decide: what happened since the start of the watch is not read yet")
		}
		fmt.Fprintf(c.stderr, "%s of %s: %s\n", slo.FormatDuration(window), slo.FormatDuration(o.watching), summary(verdict, err))
		over := window >= o.watching || err == nil && verdict.Verdict == string(slo.VerdictFail)
		if over && !early || now.Sub(start) >= o.watching+longestLag {
			return verdict, err
		}
	}
}

// watched is how much of a watch can be judged at an instant: the whole slots
// that began after its start and ended long enough ago to be read.
func watched(start, now time.Time, lag time.Duration) time.Duration {
	from := start.Add(pace - 1).Truncate(pace)
	return max(0, now.Add(-lag).Truncate(pace).Sub(from))
}

// sleep waits on the wall clock, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func summary(v api.Verdict, err error) string {
	if err != nil {
		return err.Error()
	}
	return v.Verdict
}
