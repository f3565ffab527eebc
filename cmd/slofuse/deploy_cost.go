package main

import (
	"fmt"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
)

func (c *cli) deployCostCommand() *cobra.Command {
	var o announcing
	cmd := &cobra.Command{
		Use:   "cost ID",
		Short: "Show what a deploy has cost error budgets",
		Long: `Shows what a deploy has cost the error budgets of the functions that it deployed:
the share of each that went to bad events beyond what was expected, from its start
until the next deploy of the function, for a day, or until now. Expected is the
error ratio of as long a time before.

Exits with 0, and with 3 when the server does not answer or knows nothing of the
deploy.`,
		Example: `  slofuse deploy cost run-8123 --server https://slo.example.com
  slofuse deploy cost run-8123 -o json`,
		Args: oneDeploy,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			var costs api.DeployCosts
			if err := o.fetch(cmd.Context(), "/api/v1/deploys/"+url.PathEscape(args[0])+"/costs", nil, &costs); err != nil {
				return err
			}
			if o.format == "json" {
				return writeJSON(c.stdout, costs)
			}
			return c.writeCosts(costs)
		},
	}
	o.register(cmd.Flags())
	return cmd
}

func (c *cli) writeCosts(costs api.DeployCosts) error {
	if len(costs.Costs) == 0 {
		_, err := fmt.Fprintf(c.stdout, "No SLO is about what %s deployed: look at the spelling of the service and its functions.\n", costs.Deploy.ID)
		return err
	}
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SLO\tCOST\tSPENT SINCE\tBAD SINCE\tEXPECTED\tUNTIL\tWHY")
	for _, x := range costs.Costs {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", report.Plain(x.ID), shareOf(x.CostRatio), shareOf(x.SpentRatio),
			badSince(x), eventsOf(x.ExpectedBad), c.moment(x.To), report.Plain(x.Reason))
	}
	return table.Flush()
}

// badSince is not 0 where no time has passed that anything is known of.
func badSince(c api.Cost) string {
	if !c.To.After(c.From) {
		return "unknown"
	}
	return format.Events(c.Bad)
}

func shareOf(ratio *float64) string {
	if ratio == nil {
		return "unknown"
	}
	return format.Part(*ratio)
}

func eventsOf(n *float64) string {
	if n == nil {
		return "unknown"
	}
	return format.Events(*n)
}
