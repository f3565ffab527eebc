package main

import (
	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
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
			root := api.FromRoute(*r.config.Route, r.tree.Root(), r.to.names)
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
