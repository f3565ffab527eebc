package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

func (c *cli) statusCommand() *cobra.Command {
	var t target
	var format string
	cmd := &cobra.Command{
		Use:   "status [PATH...]",
		Short: "Show SLOs, error budgets and burn rates",
		Long: `Shows every SLO with its error budget and burn rates, now or at a moment in the
past: as a server knows them, or worked out alone from Prometheus and SLO files.

What is not known is printed as unknown, with the reason; it is never 100 %.
A server lists the most urgent first and knows about alerts; alone the list is
in the order of names, and says what the numbers would ask for.

Exits with 0 whatever it shows, and with 3 when nobody answers or nothing is
selected.`,
		Example: `  slofuse status --server http://localhost:8480
  slofuse status --prometheus.url http://localhost:9090 slos/
  slofuse status --server http://localhost:8480 --select service=checkout,tier=critical
  slofuse status --prometheus.url http://localhost:9090 --at 2026-11-20T14:05:00Z -o json slos/`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(format, "table", "json"); err != nil {
				return err
			}
			if err := t.check(paths, c.now()); err != nil {
				return err
			}
			return c.status(cmd.Context(), &t, format)
		},
	}
	t.register(cmd.Flags())
	cmd.Flags().StringVarP(&format, "output", "o", "table", "form of the output: table or json")
	return cmd
}

func (c *cli) status(ctx context.Context, t *target, format string) error {
	slos, err := c.statuses(ctx, t)
	if err != nil {
		return err
	}
	if len(slos) == 0 {
		return t.nothingRemote(ctx)
	}
	if format == "json" {
		return writeJSON(c.stdout, api.SLOList{SLOs: slos})
	}
	report.WriteStatus(c.stdout, slos, c.style())
	return nil
}

func (c *cli) statuses(ctx context.Context, t *target) ([]api.SLO, error) {
	if t.server != "" {
		return fetchSLOs(ctx, t)
	}
	slos, err := c.load(ctx, t)
	if err != nil {
		return nil, err
	}
	assessments, err := c.assess(ctx, t, slos, 0)
	if err != nil {
		return nil, err
	}
	out := make([]api.SLO, len(slos))
	for i, s := range slos {
		out[i] = api.FromSLO(s, assessments[i], asked(s, assessments[i]), "")
	}
	return out, nil
}

// asked is an alert that nobody decides, with what the numbers ask for: alone nothing is
// remembered and nobody is told, but what burns is not called ok.
func asked(s slo.SLO, a slo.Assessment) alerting.Alert {
	alert, _ := alerting.Decide(alerting.Input{SLO: s, Assessment: a})
	if !alert.Active() && alert.Phase != alerting.PhasePending {
		return alerting.Alert{}
	}
	out := alerting.Alert{Tier: alert.Tier, Reason: alert.Reason}
	if alert.Active() {
		out.Severity = alert.Severity
	}
	return out
}

// style is how to write for whoever reads.
func (c *cli) style() report.Style {
	return report.Style{Colour: c.colour(), Location: c.now().Location(), Width: terminalWidth(c.stdout)}
}

// terminalWidth is how many columns a terminal has; 0 for what is none.
func terminalWidth(w any) int {
	if f, ok := w.(*os.File); ok {
		width, _, _ := term.GetSize(int(f.Fd())) // 0 where it has none
		return width
	}
	return 0
}

// colour is for terminals, and not for people who asked for none.
func (c *cli) colour() bool { return c.getenv("NO_COLOR") == "" && isTerminal(c.stdout) }

func checkFormat(format string, known ...string) error {
	return checkOneOf("--output", format, known...)
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
