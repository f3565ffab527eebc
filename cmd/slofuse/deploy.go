package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

func (c *cli) deployCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "deploy", Short: "Announce deploys from a pipeline, and say what became of them",
		Long: `Tells a slofuse server that something is deployed. Until the deploy is ended, for
half an hour unless it says otherwise, pages and tickets of the deployed functions
are held back; an outage is told all the same. An incident names the last deploy
of its function.`,
		Example: `  slofuse deploy start --service checkout --version v42 --id run-8123
  slofuse deploy end run-8123 --status succeeded
  slofuse deploy list`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownVerb(cmd, args[0])
		},
	}
	cmd.AddCommand(c.deployStartCommand(), c.deployEndCommand(), c.deployListCommand(), c.deployCostCommand())
	return cmd
}

// patient is a verb that goes on trying: a pipeline comes by once.
type patient struct {
	announcing
	retry time.Duration
}

func (p *patient) register(flags *pflag.FlagSet) {
	p.announcing.register(flags)
	p.registerBy(flags)
	flags.DurationVar(&p.retry, "retry", 30*time.Second, "how long to go on trying when the server does not answer; 0s not at all")
}

const deployExits = `Takes a token of the role deploy where tokens are configured. Exits with 0, with 2
when the server refuses it and says why, and with 3 when the server does not
answer or knows nothing of it. A deploy need not fail because slofuse is away:
write || true behind it.`

func (c *cli) deployStartCommand() *cobra.Command {
	var o patient
	var asked api.DeployRequest
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Announce a deploy and print its id",
		Long: `Announces a deploy and prints its id, which ends it. With --id of one's own it is
safe to run again: the same deploy is announced once, and another one under its id
is refused.

` + deployExits,
		Example: `  slofuse deploy start --service checkout --version "$GITHUB_SHA" --id "$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT"
  slofuse deploy start --service checkout --function charge-card --function refund --hold 45m
  id=$(slofuse deploy start --service checkout --server https://slo.example.com --token-file token)`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.deployStart(cmd.Context(), &o, asked) },
	}
	flags := cmd.Flags()
	o.register(flags)
	flags.StringVar(&asked.ID, "id", "", "an `ID` that no other deploy has, such as that of the run (default: a new one)")
	flags.StringVar(&asked.Service, "service", "", "the `SERVICE` that is deployed")
	flags.StringSliceVar(&asked.Functions, "function", nil, "a `FUNCTION` that is deployed; may be repeated (default: all of the service)")
	flags.StringVar(&asked.Version, "version", "", "the `VERSION` that is deployed, for people")
	flags.StringVar(&asked.URL, "url", "", "`URL` of the run or of the change, for people")
	flags.StringVar(&asked.Hold, "hold", "", "how `LONG` messages are held back if nobody ends it, at most 2h (default: alerting.deploy_hold of the server)")
	return cmd
}

func (c *cli) deployStart(ctx context.Context, o *patient, asked api.DeployRequest) error {
	if err := o.check(c); err != nil {
		return err
	}
	if asked.Service == "" {
		return usagef("say which service is deployed: --service NAME")
	}
	asked.ID, asked.By = cmp.Or(asked.ID, newID("d")), o.by // with an id it can be sent again
	var d api.Deploy
	err := c.insist(ctx, o.retry, func() error { return o.ask(ctx, http.MethodPost, "/api/v1/deploys", asked, &d) })
	if err != nil {
		return err
	}
	if d.ID == "" {
		return undecidedf("cannot decide: the answer of %s tells of no deploy: does a slofuse server listen there?", shownURL(o.server))
	}
	if d.SLOs != nil {
		fmt.Fprintf(c.stderr, "Holds back messages of %s until %s.\n", slos(*d.SLOs, "check --service and --function"), c.moment(d.EndsAt))
	}
	if o.format == "json" {
		return writeJSON(c.stdout, d)
	}
	_, err = fmt.Fprintln(c.stdout, report.Plain(d.ID))
	return err
}

func (c *cli) deployEndCommand() *cobra.Command {
	var o patient
	var asked api.DeployEnd
	cmd := &cobra.Command{
		Use:   "end ID",
		Short: "Say what became of a deploy",
		Long: `Says what became of a deploy. From then on nothing is held back, and what burns is
told at once. The same again changes nothing; another status is refused, but that it
was rolled back after all.

` + deployExits,
		Example: `  slofuse deploy end run-8123 --status succeeded
  slofuse deploy end "$id" --status rolled_back --server https://slo.example.com --token-file token`,
		Args: oneDeploy,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.deployEnd(cmd.Context(), &o, args[0], asked)
		},
	}
	o.register(cmd.Flags())
	cmd.Flags().StringVar(&asked.Status, "status", "", "what became of it: "+strings.Join(suppress.DeployStatuses(), ", "))
	return cmd
}

// oneDeploy takes the id of a deploy.
func oneDeploy(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("say which deploy, by its id: %s ID; slofuse deploy list lists them", cmd.CommandPath())
	}
	return nil
}

func (c *cli) deployEnd(ctx context.Context, o *patient, id string, asked api.DeployEnd) error {
	if err := o.check(c); err != nil {
		return err
	}
	if err := suppress.CheckStatus(asked.Status); err != nil {
		return usagef("--%w", err)
	}
	asked.By = o.by
	var d api.Deploy
	err := c.insist(ctx, o.retry, func() error {
		return o.ask(ctx, http.MethodPost, "/api/v1/deploys/"+url.PathEscape(id)+"/end", asked, &d)
	})
	if err != nil {
		return err
	}
	if o.format == "json" {
		return writeJSON(c.stdout, d)
	}
	return c.writeDeploys([]api.Deploy{d})
}

func (c *cli) deployListCommand() *cobra.Command {
	var o announcing
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the latest deploys",
		Example: `  slofuse deploy list --server https://slo.example.com
  slofuse deploy list --limit 5 -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			var list api.DeployList
			if err := o.fetch(cmd.Context(), "/api/v1/deploys", url.Values{"limit": {fmt.Sprint(limit)}}, &list); err != nil {
				return err
			}
			if o.format == "json" {
				return writeJSON(c.stdout, list)
			}
			return c.writeDeploys(list.Deploys)
		},
	}
	o.register(cmd.Flags())
	cmd.Flags().IntVar(&limit, "limit", 20, "how many to list")
	return cmd
}

func (c *cli) writeDeploys(list []api.Deploy) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(c.stdout, "No deploy was announced.")
		return err
	}
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSTATE\tSTATUS\tSERVICE\tFUNCTIONS\tSLOS\tVERSION\tFROM\tUNTIL\tBY")
	for _, d := range list {
		status, functions := "-", "all"
		if d.Status != nil {
			status = *d.Status
		}
		if len(d.Functions) > 0 {
			functions = strings.Join(d.Functions, ",")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.ID, d.State, status, report.Plain(d.Service), report.Plain(functions), matched(d.SLOs),
			report.Plain(cmp.Or(d.Version, "-")), c.moment(d.StartsAt), c.moment(d.EndsAt), report.Plain(cmp.Or(d.By, "-")))
	}
	return table.Flush()
}
