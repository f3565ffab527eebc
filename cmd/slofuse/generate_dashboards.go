package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/evaluator/rules"
	"github.com/slofuse/slofuse/internal/grafana"
	"github.com/slofuse/slofuse/internal/strictyaml"
)

// sources are those of the series that dashboards read.
var sources = map[string]grafana.Source{"rules": {Prefix: rules.Prefix}, "slofuse": {Prefix: "slofuse_slo_", States: true}}

type dashboardsOptions struct {
	source string
	dir    string
	names  []string
}

func (c *cli) generateDashboardsCommand() *cobra.Command {
	var o dashboardsOptions
	cmd := &cobra.Command{
		Use:   "dashboards [NAME]",
		Short: "Write dashboards for Grafana",
		Long: `Writes dashboards for Grafana: "overview" lists all SLOs, "slo" shows one. They
read the series that generated rules record, or with --source slofuse those that
slofuse has at /metrics/slos, for a Prometheus that scrapes it.

One NAME goes to stdout; all of them are written into --dir, for provisioning or
for Import in Grafana.`,
		Example: `  slofuse generate dashboards --dir dashboards/
  slofuse generate dashboards overview --source slofuse > overview.json`,
		RunE: func(_ *cobra.Command, names []string) error {
			o.names = names
			if err := o.check(); err != nil {
				return err
			}
			return c.generateDashboards(o)
		},
		ValidArgs: grafana.Names(),
	}
	cmd.Flags().StringVar(&o.source, "source", "rules", "whose series are shown: rules or slofuse")
	cmd.Flags().StringVar(&o.dir, "dir", "", "`DIR` to write NAME.json into, for each dashboard")
	return cmd
}

func (o *dashboardsOptions) check() error {
	if err := checkOneOf("--source", o.source, "rules", "slofuse"); err != nil {
		return err
	}
	for _, name := range o.names {
		if _, ok := grafana.Build(name, grafana.Source{}); !ok {
			return usagef("there is no dashboard %q: %s", name, strictyaml.Suggest(name, grafana.Names()))
		}
	}
	if o.dir == "" && len(o.names) != 1 {
		return usagef("say which dashboard to write: %s; or where to write all of them: --dir dashboards/", strings.Join(grafana.Names(), " or "))
	}
	if len(o.names) == 0 {
		o.names = grafana.Names()
	}
	return nil
}

func (c *cli) generateDashboards(o dashboardsOptions) error {
	if o.dir == "" {
		return writeDashboard(c.stdout, o.names[0], o.source)
	}
	if err := os.MkdirAll(o.dir, 0o750); err != nil {
		return usagef("--dir: %w", err)
	}
	for _, name := range o.names {
		path := filepath.Join(o.dir, name+".json")
		if err := dashboardFile(path, name, o.source); err != nil {
			return usagef("--dir: %w", err)
		}
		fmt.Fprintln(c.stderr, "wrote", path)
	}
	return nil
}

func dashboardFile(path, name, source string) error {
	f, err := os.Create(path) //nolint:gosec // the user says where to write
	if err != nil {
		return err
	}
	if err := writeDashboard(f, name, source); err != nil {
		_ = f.Close() // the first error says more
		return err
	}
	return f.Close()
}

func writeDashboard(w io.Writer, name, source string) error {
	d, _ := grafana.Build(name, sources[source])
	return d.Write(w)
}
