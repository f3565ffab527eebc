package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/web/front"
)

type checkOptions struct {
	configFile    string
	webFile       front.File
	prometheusURL string
	changedSince  string
	comparing     bool // changedSince was given, be it empty
	failOn        string
	format        string
	paths         []string
	live          liveOptions
}

func (c *cli) checkCommand() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Validate SLO files and configuration",
		Long: `Validates SLO files, the configuration with --config.file and the file of TLS and
passwords with --web.config.file, and the secrets and certificates that these name,
without asking anybody: every finding in every file at once, as
file:line:column: message (rule).

With --prometheus.url the objectives are tried on live data as well: whether
their series exist, whether the threshold is a bucket, whether the numbers can
be true, whether there are calls enough for the promise and for each tier, how
far the data reaches back, and how much it costs to ask. It takes some 20
questions, however many objectives there are.

With --changed-since only what a change brings is shown: findings in files that
differ from where HEAD and the git reference part, and findings that are new in
others. All files are read nonetheless.

Comments in a file hide what one knows:
  # slofuse ignore/next-line RULE[,RULE] why   the next line and all indented below it
  # slofuse ignore/line RULE                   this line
  # slofuse ignore/file RULE                   the file

Exits with 0 when nothing is as bad as --fail-on, with 1 when something is, with
2 on wrong usage, and with 3 when nothing was, but the backend does not answer.`,
		Example: `  slofuse check slos/
  slofuse check --config.file slofuse.yaml --web.config.file web.yaml
  slofuse check --prometheus.url http://localhost:9090 slos/checkout.yaml
  slofuse check --fail-on warning --changed-since origin/main slos/
  slofuse check -o github 'slos/**/*.yaml'`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			o.paths, o.comparing = paths, cmd.Flags().Changed("changed-since")
			return c.check(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.configFile, "config.file", "", "configuration `FILE` to check, together with the SLO files it names")
	flags.StringVar((*string)(&o.webFile), "web.config.file", "", "`FILE` with TLS and passwords to check, as serve takes it")
	flags.StringVar(&o.prometheusURL, "prometheus.url", "", "`URL` of a Prometheus on whose data the objectives are tried as well")
	flags.StringVar(&o.changedSince, "changed-since", "", "show only what differs from this git `REF`, such as origin/main")
	flags.StringVar(&o.failOn, "fail-on", "error", "least severe finding that exits with 1: error, warning, info or never")
	o.live.register(flags)
	flags.StringVarP(&o.format, "output", "o", "text", "form of the output: "+strings.Join(report.CheckForms[:len(report.CheckForms)-1], ", ")+" or "+report.CheckForms[len(report.CheckForms)-1])
	return cmd
}

// check runs the verb: it reads, finds, hides, and says what is left.
func (c *cli) check(ctx context.Context, o checkOptions) error {
	r := report.Check{Version: version(), Never: o.failOn == never}
	if err := checkOneOf("--fail-on", o.failOn, append(severities(), never)...); err != nil {
		return err
	}
	if err := checkFormat(o.format, report.CheckForms...); err != nil {
		return err
	}
	if len(o.paths) == 0 && o.configFile == "" && o.webFile == "" {
		return usagef("say what to check: slofuse check slos/, or --config.file slofuse.yaml")
	}
	r.FailOn, _ = rule.ParseSeverity(o.failOn)
	inspected := make(chan error, 1)
	go func() { inspected <- c.inspect(ctx, o, &r) }()
	select {
	case err := <-inspected:
		if err != nil {
			return err
		}
	case <-ctx.Done(): // reading a pipe that nobody writes to heeds nothing
		return undecidedf("stopped before everything was read")
	}
	c.summarize(o.format, func(w io.Writer) error { return report.WriteCheck(w, "markdown", r) })
	if err := report.WriteCheck(c.stdout, o.format, r); err != nil {
		return err
	}
	return verdictOf(r)
}

// verdictOf is the end of a check. What fails it does so whatever else could not
// be looked at.
func verdictOf(r report.Check) error {
	undecided := errors.New(r.Undecided)
	switch {
	case r.Fails() && r.Undecided != "":
		return &exitError{code: exitFindings, err: undecided}
	case r.Fails():
		return exitWith(exitFindings)
	case r.Undecided != "":
		return &exitError{code: exitUndecided, err: undecided}
	}
	return nil
}

// never is the word for no severity at all.
const never = "never"

func severities() []string {
	return []string{rule.Error.String(), rule.Warning.String(), rule.Info.String()}
}
