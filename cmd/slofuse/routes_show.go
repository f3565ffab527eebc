package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/report"
)

func (c *cli) routesShowCommand() *cobra.Command {
	var file, format string
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print the tree of routes",
		Long: `Prints the tree of routes, a route on each line, with its receiver, the destinations
of that and what the route itself says; with -o json, also what each route has from
its parents.

Exits with 0, and with 1 when there is no route.`,
		Example: `  slofuse routes show --config.file slofuse.yaml
  slofuse routes show --config.file slofuse.yaml -o json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := checkFormat(format, "table", "json"); err != nil {
				return err
			}
			r, err := c.routes(file)
			if err != nil {
				return err
			}
			root := r.node(*r.config.Route, r.tree.Root())
			if format == "json" {
				return writeJSON(c.stdout, root)
			}
			report.WriteRoutes(c.stdout, root, c.style())
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "config.file", "", "configuration `FILE`")
	cmd.Flags().StringVarP(&format, "output", "o", "table", "form of the output: table or json")
	return cmd
}

// node is a route as it is written and as it is in force.
func (r routed) node(written, inForce route.Node) report.RouteNode {
	n := report.RouteNode{
		Matchers: inForce.Matchers.String(), Receiver: inForce.Receiver, Destinations: r.names(inForce.Receiver),
		Continue: inForce.Continue, GroupBy: inForce.GroupBy, GroupInterval: set(inForce.GroupInterval),
		RepeatInterval: set(inForce.RepeatInterval), Mute: intervalNames(inForce.Mute), Active: intervalNames(inForce.Active),
		Routes: []report.RouteNode{}, Says: says(written),
	}
	if inForce.GroupWait != nil {
		n.GroupWait = new(short(*inForce.GroupWait))
	}
	if len(inForce.Escalation.Steps) > 0 {
		n.Escalation = inForce.Escalation.Name
	}
	for i := range inForce.Routes {
		n.Routes = append(n.Routes, r.node(written.Routes[i], inForce.Routes[i]))
	}
	return n
}

// set is a time that is not the default.
func set(d time.Duration) *string {
	if d == 0 {
		return nil
	}
	return new(short(d))
}

func intervalNames(intervals []route.Interval) []string {
	names := make([]string, len(intervals))
	for i, interval := range intervals {
		names[i] = interval.Name
	}
	return names
}

// says is what a route says itself, in the words of the configuration.
func says(n route.Node) []string {
	var out []string
	say := func(key, value string) { out = append(out, key+": "+value) }
	if n.Continue {
		say("continue", "true")
	}
	if n.GroupBy != nil {
		say("group_by", "["+strings.Join(n.GroupBy, ", ")+"]")
	}
	if n.GroupWait != nil {
		say("group_wait", short(*n.GroupWait))
	}
	if n.GroupInterval > 0 {
		say("group_interval", short(n.GroupInterval))
	}
	if n.RepeatInterval > 0 {
		say("repeat_interval", short(n.RepeatInterval))
	}
	if len(n.Mute) > 0 {
		say("mute_time_intervals", "["+strings.Join(intervalNames(n.Mute), ", ")+"]")
	}
	if len(n.Active) > 0 {
		say("active_time_intervals", "["+strings.Join(intervalNames(n.Active), ", ")+"]")
	}
	switch {
	case n.Escalation == nil:
	case len(n.Escalation.Steps) == 0:
		say("escalation", "none")
	default:
		say("escalation", n.Escalation.Name)
	}
	return out
}
