package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

const routesHelp = `Shows the routes of a configuration, and where an alert would go.

Neither asks a server, sends anything or reads a secret: both read the
configuration file, as serve would.`

func (c *cli) routesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "routes", Short: "Show the routes, and where an alert would go", Long: routesHelp,
		Example: `  slofuse routes show --config.file slofuse.yaml
  slofuse routes test --config.file slofuse.yaml severity=page owner=team-checkout`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownVerb(cmd, args[0])
		},
	}
	cmd.AddCommand(c.routesTestCommand(), c.routesShowCommand())
	return cmd
}

// routed is a configuration with its tree.
type routed struct {
	config *config.Config
	tree   *route.Tree
	to     addresses
}

// routes reads a configuration file that has routes.
func (c *cli) routes(file string) (routed, error) {
	if file == "" {
		return routed{}, usagef("say which configuration: --config.file slofuse.yaml")
	}
	cfg, problems, err := config.Load(file)
	if err != nil {
		return routed{}, usagef("%w", err)
	}
	for _, warning := range problems.Warnings() {
		fmt.Fprintln(c.stderr, warning)
	}
	if err := problems.Err(); err != nil {
		return routed{}, usagef("%w", err)
	}
	if cfg.Route == nil {
		return routed{}, &exitError{code: exitFindings, err: fmt.Errorf("%s has no route: nobody is told of anything", file)}
	}
	tree, err := route.New(*cfg.Route)
	if err != nil {
		return routed{}, usagef("%w", err)
	}
	targets, err := buildTargets(cfg.Receivers, targetTools{now: c.now, limits: notify.NewLimits(c.now), unworded: func(string, string, error) {}})
	if err != nil {
		return routed{}, err
	}
	return routed{config: cfg, tree: tree, to: byReceiver(targets)}, nil
}

type routesTestOptions struct {
	file, at, slo, format string
	receivers             []string
}

func (c *cli) routesTestCommand() *cobra.Command {
	var o routesTestOptions
	cmd := &cobra.Command{
		Use:   "test [KEY=VALUE...]",
		Short: "Show where an alert would go, and why",
		Long: `Shows where an alert with these labels would go: every route it comes to, with the
first matcher that does not hold, and of each receiver that is told its
destinations, its group, how long it waits, when it is said again, whether it is
silent now and until when, and who is next when nobody acknowledges.

Labels are service, function, owner, severity (page unless it is given) and those
of the SLO. --slo takes them from the SLO files of the configuration; what is given
beside it is put above them.

Exits with 0, and with 1 when nobody is told or --verify.receivers names others.`,
		Example: `  slofuse routes test --config.file slofuse.yaml severity=page owner=team-checkout
  slofuse routes test --config.file slofuse.yaml --slo checkout/charge-card/availability
  slofuse routes test --config.file slofuse.yaml --at 2026-12-24T22:00:00Z severity=ticket owner=team-reports
  slofuse routes test --config.file slofuse.yaml --verify.receivers pager severity=page`,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkFormat(o.format, "table", "json"); err != nil {
				return err
			}
			return c.routesTest(o, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.file, "config.file", "", "configuration `FILE`")
	flags.StringVar(&o.at, "at", "", "look at this moment, past or future, as RFC 3339: 2026-11-20T14:05:00Z")
	flags.StringVar(&o.slo, "slo", "", "take the labels of this SLO: `service/function/name`, or a part of it")
	flags.StringSliceVar(&o.receivers, "verify.receivers", nil, "exit with 1 unless these `NAMES` are told, in any order, and nobody else")
	flags.StringVarP(&o.format, "output", "o", "table", "form of the output: table or json")
	return cmd
}

func (c *cli) routesTest(o routesTestOptions, args []string) error {
	at, err := parseMoment("--at", o.at)
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = c.now()
	}
	r, err := c.routes(o.file)
	if err != nil {
		return err
	}
	set, err := c.alertLabels(r, o.slo, args)
	if err != nil {
		return err
	}
	routing := api.FromTree(r.tree, set, at, r.to.names)
	if o.format == "json" {
		err = writeJSON(c.stdout, routing)
	} else {
		style := c.style()
		style.ASCII = !c.symbols()
		err = report.WriteRouting(c.stdout, routing, style)
	}
	if err != nil {
		return err
	}
	return judgeRouting(routing, o.receivers)
}

// judgeRouting is a finding when nobody is told, or others than were wanted.
func judgeRouting(r api.Routing, wanted []string) error {
	var told []string
	reached := false
	for _, hit := range r.Told {
		told = append(told, hit.Receiver)
		reached = reached || len(hit.Destinations) > 0
	}
	if !reached {
		return &exitError{code: exitFindings, err: fmt.Errorf("nobody is told: %s has no destination", strings.Join(told, ", "))}
	}
	slices.Sort(told)
	wanted = slices.Compact(slices.Sorted(slices.Values(wanted)))
	if len(wanted) > 0 && !slices.Equal(told, wanted) {
		return &exitError{code: exitFindings, err: fmt.Errorf("told are %s, and not %s", strings.Join(told, ", "), strings.Join(wanted, ", "))}
	}
	return nil
}
