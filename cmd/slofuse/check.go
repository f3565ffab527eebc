package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

type checkOptions struct {
	configFile    string
	prometheusURL string
	format        string
	paths         []string
}

func (c *cli) checkCommand() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Validate SLO files and configuration",
		Long: `Validates SLO files, and the configuration with --config.file, without asking
anybody: every problem of every file at once, as file:line:column: message.

With --prometheus.url the objectives are tried on live data as well: whether
their series exist, whether the threshold is a bucket, whether the numbers can
be true.

Exits with 0 when there is nothing but warnings, with 1 on findings, and with 3
when the backend does not answer.`,
		Example: `  slofuse check slos/
  slofuse check --config.file slofuse.yaml
  slofuse check --prometheus.url http://localhost:9090 slos/checkout.yaml
  slofuse check -o github 'slos/**/*.yaml'`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			o.paths = paths
			if err := checkFormat(o.format, "table", "json", "junit", "github", "markdown"); err != nil {
				return err
			}
			if len(paths) == 0 && o.configFile == "" {
				return usagef("say what to check: slofuse check slos/, or --config.file slofuse.yaml")
			}
			return c.check(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.configFile, "config.file", "", "configuration `FILE` to check, together with the SLO files it names")
	cmd.Flags().StringVar(&o.prometheusURL, "prometheus.url", "", "`URL` of a Prometheus on whose data the objectives are tried as well")
	cmd.Flags().StringVarP(&o.format, "output", "o", "table", "form of the output: table, json, junit, github or markdown")
	return cmd
}

func (c *cli) check(ctx context.Context, o checkOptions) error {
	r := report.Report{Title: "check", Outcome: report.Pass}
	options := spec.Options{}
	if o.configFile != "" {
		cfg, err := checkConfig(o.configFile, &r)
		if err != nil {
			return err
		}
		if cfg != nil {
			options = spec.Options{Policies: cfg.Policies, Backends: cfg.BackendNames(), Retention: cfg.Storage.Retention}
			if len(o.paths) == 0 {
				o.paths = cfg.SLOFiles
			}
		}
	}
	set, err := checkFiles(o.paths, options, &r)
	if err != nil {
		return err
	}
	if o.prometheusURL == "" {
		conclude(&r, len(set.SLOs))
		r.Summary += unasked(len(set.Families))
	} else {
		good, err := c.checkLive(ctx, o, set, &r)
		if err != nil {
			return err
		}
		conclude(&r, good)
	}
	if err := c.writeCheck(o.format, r); err != nil {
		return err
	}
	if r.Outcome == report.Fail {
		return exitWith(exitFindings)
	}
	return nil
}

// checkConfig adds what is wrong with the configuration; it is nil then.
func checkConfig(file string, r *report.Report) (*config.Config, error) {
	cfg, problems, err := config.Load(file)
	if err != nil {
		return nil, usagef("%w", err)
	}
	addProblems(r, problems)
	if cfg != nil {
		addSecrets(r, file, cfg)
	}
	return cfg, nil
}

// addSecrets warns of secrets that cannot be read here.
func addSecrets(r *report.Report, file string, cfg *config.Config) {
	for _, message := range unreadable(cfg) {
		r.Cases = append(r.Cases, report.Case{
			Name: file, Outcome: report.Warning, File: file, Line: 1, Column: 1, Message: message,
		})
	}
}

func checkFiles(paths []string, o spec.Options, r *report.Report) (slo.Set, error) {
	if len(paths) == 0 {
		return slo.Set{}, nil
	}
	set, problems, err := spec.Load(paths, o)
	if _, ok := errors.AsType[*spec.PathError](err); ok {
		return slo.Set{}, usagef("%w", err)
	}
	addProblems(r, problems)
	return set, err
}

func addProblems(r *report.Report, problems spec.Problems) {
	for _, p := range problems.Sorted() {
		outcome := report.Fail
		if len(spec.Problems{p}.Warnings()) > 0 {
			outcome = report.Warning
		}
		r.Cases = append(r.Cases, report.Case{
			Name: p.Position.String(), Outcome: outcome, Message: p.Message,
			File: p.File, Line: p.Line, Column: p.Column,
		})
	}
}

// liveHorizon is how much of the past a live check reads.
const liveHorizon = time.Hour

// checkLive tries the objectives on data, with all that are found, and adds what
// cannot work; it returns how many can.
func (c *cli) checkLive(ctx context.Context, o checkOptions, set slo.Set, r *report.Report) (good int, err error) {
	t := &target{prometheusURL: o.prometheusURL}
	slos, warnings, err := c.find(ctx, t, set)
	r.Cases = append(r.Cases, warnings...)
	if err != nil || len(slos) == 0 {
		return 0, err
	}
	good = len(slos)
	assessments, err := c.assess(ctx, t, slos, liveHorizon)
	if err != nil {
		return 0, err
	}
	for i, a := range assessments {
		found := report.Case{Name: slos[i].ID.String(), File: slos[i].Source.File, Line: slos[i].Source.Line, Column: slos[i].Source.Column}
		switch a.State {
		case slo.StateInvalid, slo.StateNoData:
			found.Outcome = report.Fail
			good--
		case slo.StateIdle:
			found.Outcome = report.Warning
		default:
			continue
		}
		found.Message = fmt.Sprintf("%s: %s", slos[i].ID, a.Reason)
		r.Cases = append(r.Cases, found)
	}
	return good, nil
}

// unasked says that families stand for more SLOs than could be checked.
func unasked(families int) string {
	if families == 0 {
		return ""
	}
	return fmt.Sprintf("; %s for more: Prometheus knows which, so add --prometheus.url URL to check them",
		plural(families, "match or split_by stands", "match or split_by stand"))
}

// conclude sums up how many objectives are good.
func conclude(r *report.Report, objectives int) {
	var failures, warnings int
	for _, c := range r.Cases {
		switch c.Outcome {
		case report.Fail:
			failures++
		case report.Warning:
			warnings++
		}
	}
	r.Summary = fmt.Sprintf("%s good", plural(objectives, "SLO is", "SLOs are"))
	if warnings > 0 {
		r.Summary += fmt.Sprintf(", %s", plural(warnings, "warning", "warnings"))
	}
	if failures > 0 {
		r.Outcome = report.Fail
		r.Summary = plural(failures, "problem", "problems") + ", " + r.Summary
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// writeCheck prints findings one a line for people, as compilers do.
func (c *cli) writeCheck(format string, r report.Report) error {
	switch format {
	case "json":
		return writeJSON(c.stdout, checkJSON(r))
	case "table":
		for _, found := range r.Cases {
			word := ""
			if found.Outcome == report.Warning {
				word = "warning: "
			}
			fmt.Fprintln(c.stdout, report.Plain(fmt.Sprintf("%s:%d:%d: %s%s", found.File, found.Line, found.Column, word, found.Message)))
		}
		fmt.Fprintln(c.stdout, r.Summary)
		return nil
	}
	return report.Write(c.stdout, format, r, c.style())
}

type checkResult struct {
	Verdict  string         `json:"verdict"` // pass or fail
	Summary  string         `json:"summary"`
	Findings []checkFinding `json:"findings"`
}

type checkFinding struct {
	Severity string `json:"severity"` // error or warning
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Message  string `json:"message"`
}

func checkJSON(r report.Report) checkResult {
	out := checkResult{Verdict: string(r.Outcome), Summary: r.Summary, Findings: []checkFinding{}}
	for _, c := range r.Cases {
		severity := "error"
		if c.Outcome == report.Warning {
			severity = "warning"
		}
		out.Findings = append(out.Findings, checkFinding{Severity: severity, File: c.File, Line: c.Line, Column: c.Column, Message: c.Message})
	}
	return out
}
