package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/internal/report"
)

// cli is what every verb needs of the world around it.
type cli struct {
	stdout, stderr io.Writer
	now            func() time.Time
	wait           func(context.Context, time.Duration) error
	getenv         func(string) string

	logLevel, logFormat string
}

const rootHelp = `slofuse watches service level objectives of functions: handlers, RPC methods,
workers, workflow steps, whatever has a caller who cares. It reads objectives
from YAML, asks Prometheus what happened, keeps an exact error budget for each,
and pages, files tickets or closes a deploy gate when one burns too fast.

Exit codes, the same for every verb:
  0  pass
  1  findings, or the gate is closed
  2  wrong usage or configuration
  3  cannot decide: backend down, no data, coverage too low, nothing selected

Every flag can be set in the environment: --web.listen-address is
SLOFUSE_WEB_LISTEN_ADDRESS.`

// run executes one command line and returns its exit code.
func (c *cli) run(ctx context.Context, args []string) int {
	root := c.root()
	root.SetArgs(args)
	verb, err := root.ExecuteContextC(ctx)
	if err = helped(verb, err); err == nil {
		return exitPass
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(c.stderr, "slofuse:", report.Lines(text))
	}
	return codeOf(err)
}

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use: "slofuse", Short: "SLO and error-budget monitoring for functions", Long: rootHelp,
		Example:      "  slofuse demo\n  slofuse serve --prometheus.url http://localhost:9090 --slo.path slos/",
		Version:      version(),
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return c.fromEnvironment(cmd.Flags()) },
	}
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), "FlagUsages ", "FlagUsagesWrapped 80 "))
	root.SetOut(c.stdout)
	root.SetErr(c.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 { // its flags are those of a verb
			return unknownVerb(cmd, cmd.Flags().Arg(0))
		}
		return usagef("%w\nsee '%s --help'", err, cmd.CommandPath())
	})
	root.PersistentFlags().StringVar(&c.logLevel, "log.level", "info", "least severe message to log: debug, info, warn or error")
	root.PersistentFlags().StringVar(&c.logFormat, "log.format", "text", "form of the log: text or json")
	root.AddCommand(c.serveCommand(), c.demoCommand(), c.checkCommand(), c.statusCommand(), c.explainCommand(), c.gateCommand(), c.ledgerCommand(), c.auditCommand(), c.receiversCommand(), c.routesCommand(), c.silenceCommand(), c.deployCommand(), c.generateCommand())
	root.AddCommand(c.schemaCommand(), c.fmtCommand(), c.convertCommand(), c.initCommand())
	completions(root)
	c.complete(root)
	return root
}

// fromEnvironment sets every flag that was not given from its variable.
func (c *cli) fromEnvironment(flags *pflag.FlagSet) error {
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "SLOFUSE_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(f.Name))
		if value := c.getenv(name); value != "" && !f.Changed && failed == nil {
			if err := flags.Set(f.Name, value); err != nil {
				failed = usagef("%s: %w", name, err)
			}
		}
	})
	return failed
}

// logger writes to stderr, so that stdout holds data only.
func (c *cli) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.logLevel)); err != nil {
		return nil, usagef("--log.level %q is not debug, info, warn or error", c.logLevel)
	}
	options := &slog.HandlerOptions{Level: level}
	switch c.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(c.stderr, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(c.stderr, options)), nil
	}
	return nil, usagef("--log.format %q is not text or json", c.logFormat)
}
