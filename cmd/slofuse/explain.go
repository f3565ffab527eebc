package main

import (
	"context"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

func (c *cli) explainCommand() *cobra.Command {
	var t target
	var format string
	cmd := &cobra.Command{
		Use:   "explain ID [PATH...]",
		Short: "Explain the numbers of one SLO and why it does or does not alert",
		Long: `Explains one SLO for whoever does not believe it: what is promised and counted,
the sums of every window, the arithmetic written out, every condition of every
tier with its numbers, and the queries, to be pasted into Prometheus.

ID is service/function/slo as status prints it. A part of it will do, such as
charge-card/availability or charge-card, and * stands for any text, as long as
only one SLO matches; otherwise the matches are listed.

A server knows what its alert remembers: since when a tier fires, whether it
recovers. Alone, and with --at, there is no memory, and it says so.

Exits with 0 when it explained, with 2 when several SLOs match, and with 3 when
none does or nobody answers.`,
		Example: `  slofuse explain checkout/charge-card/availability --server http://localhost:8480
  slofuse explain charge-card/availability --server http://localhost:8480 --at 2026-11-20T14:05:00Z
  slofuse explain 'checkout/*/latency' --prometheus.url http://localhost:9090 slos/
  slofuse explain login -o json --server http://localhost:8480`,
		Args: sloArgs(math.MaxInt), // the others are paths
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format, "table", "json"); err != nil {
				return err
			}
			if err := t.check(args[1:], c.now()); err != nil {
				return err
			}
			return c.explain(cmd.Context(), &t, args[0], format)
		},
	}
	t.register(cmd.Flags())
	cmd.Flags().StringVarP(&format, "output", "o", "table", "form of the output: table or json")
	return cmd
}

func (c *cli) explain(ctx context.Context, t *target, asked, format string) error {
	ask := c.explainAlone
	if t.server != "" {
		ask = c.explainRemote
	}
	explanation, err := ask(ctx, t, asked)
	if err != nil {
		return err
	}
	if format == "json" {
		return writeJSON(c.stdout, explanation)
	}
	style := c.style()
	style.ASCII = !c.symbols()
	return report.WriteExplanation(c.stdout, explanation, style)
}

// explainRemote asks a server, which is first asked what it has.
func (c *cli) explainRemote(ctx context.Context, t *target, asked string) (api.Explanation, error) {
	var out api.Explanation
	list, err := fetchSLOs(ctx, t)
	if err != nil {
		return out, err
	}
	id, err := pick(idsOf(list), asked)
	if err != nil {
		return out, err
	}
	query := url.Values{}
	if !t.time.IsZero() {
		query.Set("at", t.time.UTC().Format(time.RFC3339))
	}
	return out, t.fetch(ctx, "/api/v1/slos/"+id.String()+"/explain", query, &out)
}

// explainAlone asks Prometheus about the one SLO that is picked.
func (c *cli) explainAlone(ctx context.Context, t *target, asked string) (api.Explanation, error) {
	slos, err := c.load(ctx, t)
	if err != nil {
		return api.Explanation{}, err
	}
	byID := make(map[slo.ID]slo.SLO, len(slos))
	ids := make([]slo.ID, len(slos))
	for i, s := range slos {
		ids[i], byID[s.ID] = s.ID, s
	}
	id, err := pick(ids, asked)
	if err != nil {
		return api.Explanation{}, err
	}
	s := byID[id]
	e, at, err := c.read(ctx, t, []slo.SLO{s}, 0)
	if err != nil {
		return api.Explanation{}, err
	}
	a := e.Assess(s, at)
	return api.Explain(alerting.Explain(s, a, nil), e.Basis(s, a)), nil
}

// symbols reports whether signs beyond ASCII can be shown: on a terminal whose
// locale is UTF-8.
func (c *cli) symbols() bool {
	if !isTerminal(c.stdout) {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // the first that is set holds
		if locale := strings.ToUpper(c.getenv(name)); locale != "" {
			return strings.Contains(locale, "UTF-8") || strings.Contains(locale, "UTF8")
		}
	}
	return false
}
