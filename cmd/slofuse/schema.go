package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/schema"
	"github.com/slofuse/slofuse/internal/strictyaml"
)

func (c *cli) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [slo|config]",
		Short: "Print the JSON Schema of SLO files, for editors",
		Long: `Prints the JSON Schema (draft 7) of SLO files, or of the configuration: by it an
editor completes keys, shows what they mean and marks mistakes while you type.

A server has them as well, under /schema/slo.json and /schema/config.json. Name
one of them in the first line of a file:

  # yaml-language-server: $schema=https://slo.example.com/schema/slo.json`,
		Example: `  slofuse schema > slo.schema.json
  slofuse schema config > slofuse.schema.json`,
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: schema.Names(),
		RunE: func(_ *cobra.Command, args []string) error {
			name := "slo"
			if len(args) > 0 {
				name = args[0]
			}
			return c.printSchema(name)
		},
	}
}

func (c *cli) printSchema(name string) error {
	document, ok := schema.Document(name)
	if !ok {
		return usagef("there is no schema %q: %s", name, strictyaml.Suggest(name, schema.Names()))
	}
	_, err := fmt.Fprintf(c.stdout, "%s", document)
	return err
}
