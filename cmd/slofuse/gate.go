package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/spf13/cobra"

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
	openIncidents  string
	fix            bool
	override       string
	by             string
	onInconclusive string
	onFail         reaction
	format         string
	versions       canaryOptions

	gate     slo.Gate
	watching time.Duration
	passing  *api.Override // nil: nobody overrides it
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
bad events than a ticket needs (3) close no gate. A policy may close it too, with
freeze, when the budget is spent, and --open-incidents for what is open on a
function; --fix passes these two. --override "REASON" passes what is closed or
undecided: it takes a server, which records who did it and why.

With --watch the gate looks on during a rollout: only what happens after its
start counts, and it stops at the first confirmed breach. It takes about a
minute longer than it watches, until the last sample is read.

With --on-fail a closed gate, and no other, runs a command once: a rollback. It
has the verdict as JSON on its stdin, SLOFUSE_VERDICT, and in SLOFUSE_FAILED the
ids of the SLOs that fail; what it prints goes to stderr. The exit code stays 1.

With --canary and --baseline it compares two versions that run beside each other,
instead of asking for burn and budget: it fails when the error ratio of the canary
is higher than tolerated with the stated confidence, passes when it is not with the
same, and exits with 3 when the calls do not suffice to tell.`,
		Example: `  slofuse gate --server https://slo.example.com --select service=checkout
  slofuse gate --prometheus.url http://localhost:9090 --min-budget 10% slos/checkout.yaml
  slofuse gate --server https://slo.example.com --select service=checkout --watch 10m
  slofuse gate --server https://slo.example.com --select service=checkout --watch 10m \
    --on-fail 'kubectl rollout undo deployment/checkout'
  slofuse gate --server https://slo.example.com --canary 'version="v2"' --baseline 'version="v1"' --watch 10m
  slofuse gate --server https://slo.example.com --open-incidents page --fix
  slofuse gate --server https://slo.example.com --override "rolls back v41" --by anna
  slofuse gate --server https://slo.example.com -o github --on-inconclusive warn`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := o.check(paths, c.now()); err != nil {
				return err
			}
			if cmd.Flags().Changed("watch") && o.watch == "" {
				return usagef("--watch is empty: say how long to look on, such as 10m, or leave it out")
			}
			if err := o.onFail.check(cmd.Flags().Changed("on-fail")); err != nil {
				return err
			}
			if o.onFail.line != "" {
				survivePipes()
			}
			if err := o.checkOverride(cmd.Flags().Changed("override"), c.getenv("USER")); err != nil {
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
	cmd.Flags().StringVar(&o.openIncidents, "open-incidents", "ignore", "close the gate while an incident is open on a function, from this severity up (ignore only tells of it): page, ticket or ignore")
	cmd.Flags().BoolVar(&o.fix, "fix", false, "the change mends something: neither a freeze nor an open incident stops it")
	cmd.Flags().StringVar(&o.override, "override", "", "`REASON` to pass the gate whatever it says; the server records it")
	cmd.Flags().StringVar(&o.by, "by", "", "who overrides it (default: the user; with a token its name stands beside it)")
	cmd.Flags().StringVar(&o.onInconclusive, "on-inconclusive", "fail", "what an undecided gate does: fail (exit 3), warn or pass")
	o.onFail.register(cmd.Flags())
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
	o.gate = slo.Gate{MaxBurnRate: o.maxBurnRate, Window: time.Duration(window), MinBudgetRemaining: budget, Fix: o.fix}
	if err := o.checkIncidents(); err != nil {
		return err
	}
	return o.checkWatch()
}

// checkIncidents refuses to ask of incidents whoever cannot know of them: the
// answer would be inconclusive for ever.
func (o *gateOptions) checkIncidents() error {
	var err error
	if o.gate.OpenIncidents, err = slo.ParseGateIncidents(o.openIncidents); err != nil {
		return usagef("--open-incidents %w", err)
	}
	switch {
	case o.gate.OpenIncidents == slo.SeverityNone:
		return nil
	case o.server == "":
		return usagef("--open-incidents asks a server: Prometheus knows of no incidents; use --server URL, or leave it out")
	case !o.time.IsZero():
		return usagef("--open-incidents looks at the incidents of now and --at looks back: use one of them")
	}
	return nil
}

// checkOverride reads what was said to pass the gate by.
func (o *gateOptions) checkOverride(given bool, user string) error {
	if !given {
		return nil
	}
	o.passing = &api.Override{By: cmp.Or(o.by, user), Reason: strings.TrimSpace(o.override)}
	switch {
	case o.passing.Reason == "":
		return usagef("--override needs the reason: --override \"rolls back v41\"")
	case o.server == "":
		return usagef("--override takes a server, which records who passed the gate and why: use --server URL")
	case o.watching > 0:
		return usagef("--override passes what is known now and --watch looks ahead: use one of them")
	case !o.time.IsZero():
		return usagef("--override passes the gate of now and --at looks back: use one of them")
	case o.passing.By == "" && o.tokenFile == "":
		return usagef("say who passes the gate: --by NAME")
	}
	return nil
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
	concluded := conclusion{verdict: slo.Verdict(verdict.Verdict), whole: verdict}
	for _, check := range verdict.Checks {
		concluded.add(check.ID, check.Verdict)
	}
	return c.conclude(ctx, o, concluded, c.writeVerdict(o, verdict))
}

// conclusion is a verdict as far as the end of the gate goes by it.
type conclusion struct {
	verdict slo.Verdict
	failed  []string // ids of the SLOs that fail
	whole   any      // as JSON has it
}

func (v *conclusion) add(id, verdict string) {
	if verdict == string(slo.VerdictFail) {
		v.failed = append(v.failed, id)
	}
}

// conclude sets off what a verdict has to, whether or not it could be written, and
// is its exit code.
func (c *cli) conclude(ctx context.Context, o *gateOptions, v conclusion, unwritten error) error {
	if v.verdict == slo.VerdictFail {
		c.react(ctx, o.onFail, v)
	}
	switch {
	case unwritten != nil:
		return unwritten
	case v.verdict == slo.VerdictPass:
		return nil
	case v.verdict == slo.VerdictFail:
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
		fmt.Fprintln(c.stderr, report.Lines(strings.TrimSpace("slofuse: warning: the gate could not decide and lets pass. "+err.Error())))
	}
	return nil
}

func (c *cli) verdict(ctx context.Context, o *gateOptions) (api.Verdict, error) {
	if o.watching > 0 {
		return c.watchGate(ctx, o)
	}
	if o.server != "" {
		return fetchVerdict(ctx, &o.target, o.query(), o.passing)
	}
	slos, err := c.load(ctx, &o.target)
	if err != nil {
		return api.Verdict{}, err
	}
	assessments, err := c.assess(ctx, &o.target, slos, o.horizon(slos), o.gate.Windows()...)
	if err != nil {
		return api.Verdict{}, err
	}
	return api.Judge(o.gate, slos, assessments, nil), nil
}

// query is the gate as parameters of a server.
func (o *gateOptions) query() url.Values {
	query := url.Values{
		"max_burn_rate": {strconv.FormatFloat(o.gate.MaxBurnRate, 'g', -1, 64)},
		"window":        {slo.FormatDuration(o.gate.Window)},
		"min_budget":    {strconv.FormatFloat(o.gate.MinBudgetRemaining*100, 'g', -1, 64) + "%"},
		"needs_traffic": {strconv.FormatBool(o.gate.NeedsTraffic)},
	}
	if o.gate.OpenIncidents != slo.SeverityNone {
		query.Set("open_incidents", o.gate.OpenIncidents.String())
	}
	if o.gate.Fix {
		query.Set("fix", "true")
	}
	if !o.gate.Since.IsZero() {
		query.Set("since", o.gate.Since.UTC().Format(time.RFC3339))
	}
	return query
}

// horizon is how far back the gate has to read when it works alone: an answer
// within a second is worth more than a budget nobody asked about.
func (o *gateOptions) horizon(slos []slo.SLO) time.Duration {
	if slices.ContainsFunc(slos, o.gate.NeedsBudget) {
		return 0
	}
	return o.gate.Window
}

func (c *cli) writeVerdict(o *gateOptions, v api.Verdict) error {
	if o.format == "json" {
		return writeJSON(c.stdout, v)
	}
	return c.writeReport(o, report.FromVerdict(v))
}

// writeReport writes a report in the form that was asked for; a job on GitHub has
// it as its summary as well.
func (c *cli) writeReport(o *gateOptions, r report.Report) error {
	c.summarize(o.format, func(w io.Writer) error { return report.Write(w, "markdown", r, c.style()) })
	return report.Write(c.stdout, o.format, r, c.style())
}
