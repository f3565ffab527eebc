package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/internal/strictyaml"
)

const receiversHelp = `Shows what the receivers of a configuration would be sent, and tries whether it
arrives.

Neither asks a server: both read the configuration file, as serve would.`

func (c *cli) receiversCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "receivers", Short: "Try receivers, and show what they would be sent", Long: receiversHelp,
		Example: `  slofuse receivers test on-call --config.file slofuse.yaml
  slofuse receivers preview on-call --config.file slofuse.yaml --kind opened`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownVerb(cmd, args[0])
		},
	}
	cmd.AddCommand(c.receiversTestCommand(), c.receiversPreviewCommand())
	return cmd
}

// receiverTargets are the destinations of a receiver, or of all of them, as a
// configuration file has them.
func (c *cli) receiverTargets(file, name string) ([]notify.Target, error) {
	if file == "" {
		return nil, usagef("say which configuration: --config.file slofuse.yaml")
	}
	cfg, problems, err := config.Load(file)
	if err != nil {
		return nil, usagef("%w", err)
	}
	if err := problems.Err(); err != nil {
		return nil, usagef("%w", err)
	}
	var names []string
	for _, r := range cfg.Receivers {
		names = append(names, r.Name)
	}
	if name != "" && !slices.Contains(names, name) {
		return nil, usagef("there is no receiver %q in %s: %s", name, file, strictyaml.Suggest(name, names))
	}
	list, err := buildTargets(cfg.Receivers, targetTools{now: c.now, limits: notify.NewLimits(c.now), unworded: func(string, string, error) {}}) // the message says so
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(t notify.Target) bool { return name != "" && t.Destination.Receiver != name })
	if len(list) == 0 {
		return nil, undecidedf("there is nothing to send to: %s has no destination", strings.TrimSpace("receiver "+name))
	}
	return list, nil
}

func (c *cli) receiversTestCommand() *cobra.Command {
	var file, severity, format string
	cmd := &cobra.Command{
		Use:   "test NAME",
		Short: "Send a marked test to every destination of a receiver",
		Long: `Sends two notifications to every destination of a receiver, through the real
configuration: one that fires and one that ends it. Both say TEST in their title
and that nothing is wrong. A page rings whom a page rings, --severity ticket does
not.

Says of each what was accepted, or why not and what to do about it. What a
provider accepts it may still not show: look.

Exits with 0 when everything was accepted, with 1 when something was not.`,
		Example: `  slofuse receivers test on-call --config.file slofuse.yaml
  slofuse receivers test on-call --config.file slofuse.yaml --severity ticket -o json`,
		Args: oneReceiver,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format, "table", "json"); err != nil {
				return err
			}
			targets, err := c.receiverTargets(file, args[0])
			if err != nil {
				return err
			}
			return c.receiversTest(cmd.Context(), targets, severity, format)
		},
	}
	cmd.Flags().StringVar(&file, "config.file", "", "configuration `FILE`")
	cmd.Flags().StringVar(&severity, "severity", "page", "of the test: page or ticket")
	cmd.Flags().StringVarP(&format, "output", "o", "table", "form of the output: table or json")
	return cmd
}

func oneReceiver(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("say which receiver, by its name")
	}
	return nil
}

// trialTimeout is for one notification.
const trialTimeout = 15 * time.Second

// trial is what became of one notification of a test.
type trial struct {
	Destination string `json:"destination"`
	Kind        string `json:"kind"`
	Status      string `json:"status"`
	Accepted    bool   `json:"accepted"`
	Error       string `json:"error,omitempty"`
}

func (c *cli) receiversTest(ctx context.Context, targets []notify.Target, severity, format string) error {
	level, err := severityOf(severity)
	if err != nil {
		return err
	}
	var trials []trial
	refused := false
	for _, t := range targets {
		for _, done := range tryTarget(ctx, t, level, c.now()) {
			trials = append(trials, done)
			refused = refused || !done.Accepted
		}
	}
	if format == "json" {
		err = writeJSON(c.stdout, map[string]any{"trials": trials})
	} else {
		for _, t := range trials {
			fmt.Fprintln(c.stdout, report.Plain(t.line()))
		}
	}
	if err == nil && refused {
		err = exitWith(exitFindings)
	}
	return err
}

func (t trial) line() string {
	if t.Accepted {
		return fmt.Sprintf("%s: %s accepted", t.Destination, t.Status)
	}
	return fmt.Sprintf("%s: %s NOT accepted: %s", t.Destination, t.Status, t.Error)
}
