package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

// announcing is what the verbs have in common that change what was announced on a
// server.
type announcing struct {
	remote
	by     string
	format string
}

func (a *announcing) register(flags *pflag.FlagSet) {
	a.registerRemote(flags)
	flags.StringVarP(&a.format, "output", "o", "table", "form of the output: table or json")
}

func (a *announcing) registerBy(flags *pflag.FlagSet) {
	flags.StringVar(&a.by, "by", "", "who does this (default: the user; with a token its name stands beside it)")
}

func (a *announcing) check(c *cli) error {
	if a.server == "" {
		return usagef("say which server: --server URL, or SLOFUSE_SERVER")
	}
	if a.by == "" {
		a.by = c.getenv("USER")
	}
	return checkFormat(a.format, "table", "json")
}

// named refuses what nobody answers for: without a user's name and a token.
func (a *announcing) named() error {
	if a.by == "" && a.tokenFile == "" {
		return usagef("say who does this: --by NAME")
	}
	return nil
}

// atLeastOne asks for an argument, and says what to write.
func atLeastOne(write string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s", write)
		}
		return nil
	}
}

func (c *cli) silenceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "silence", Short: "Keep everybody from hearing of what is known, for a time",
		Long: `Adds, lists and ends the silences of a slofuse server. What a silence matches is
shown as muted and told to nobody until it ends; what still burns then is told
at once.`,
		Example: `  slofuse silence add service=checkout severity=ticket --for 2h --reason "known, the fix is on its way"
  slofuse silence list
  slofuse silence expire s-5b1c22e90a`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownVerb(cmd, args[0])
		},
	}
	cmd.AddCommand(c.silenceAddCommand(), c.silenceListCommand(), c.silenceExpireCommand())
	return cmd
}

type silenceAddOptions struct {
	announcing
	length, start, reason string
}

func (c *cli) silenceAddCommand() *cobra.Command {
	var o silenceAddOptions
	cmd := &cobra.Command{
		Use:   "add MATCHER...",
		Short: "Add a silence",
		Long: `Adds a silence and prints its id. All matchers have to hold, in Alertmanager's
words: service=checkout, function=~"pay.*", tier!=low; over service, function,
slo, owner, severity and the labels of the SLO.

Takes a token of the role operator where tokens are configured. Exits with 0, with
2 when the server refuses it and says why, and with 3 when it does not answer: then
look with 'slofuse silence list' whether it was added.`,
		Example: `  slofuse silence add service=checkout --for 2h --reason "new disks" --server https://slo.example.com
  slofuse silence add owner=team-checkout severity=ticket --for 3d --reason "known, see the ticket"
  slofuse silence add 'function=~"export-.*"' --starts-at 2026-12-24T20:00:00Z --for 8h --reason "year's end"`,
		Args: atLeastOne("say what to silence: service=checkout severity=ticket"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.silenceAdd(cmd.Context(), o, args) },
	}
	flags := cmd.Flags()
	o.register(flags)
	o.registerBy(flags)
	flags.StringVar(&o.length, "for", "", "how `LONG` it lasts: 2h, 3d")
	flags.StringVar(&o.start, "starts-at", "", "when it begins, as RFC 3339 (default: now)")
	flags.StringVar(&o.reason, "reason", "", "why nobody has to hear of it")
	return cmd
}

func (c *cli) silenceAdd(ctx context.Context, o silenceAddOptions, matchers []string) error {
	if err := o.check(c); err != nil {
		return err
	}
	if err := o.named(); err != nil {
		return err
	}
	length, err := model.ParseDuration(o.length)
	if err != nil || length == 0 {
		return usagef("--for %q is not how long it lasts: write 2h or 3d", o.length)
	}
	start, err := parseMoment("--starts-at", o.start)
	if err != nil {
		return err
	}
	asked := api.SilenceRequest{Matchers: matchers, Author: o.by, Reason: o.reason}
	if start.IsZero() {
		start = c.now()
	} else {
		asked.StartsAt = &start
	}
	asked.EndsAt = new(start.Add(time.Duration(length)).UTC().Truncate(time.Second))
	var s api.Silence
	if err := o.ask(ctx, http.MethodPost, "/api/v1/silences", asked, &s); err != nil {
		return err
	}
	if s.SLOs != nil {
		fmt.Fprintf(c.stderr, "Silences %s until %s.\n", slos(*s.SLOs, "check the matchers"), c.moment(*s.EndsAt))
	}
	if o.format == "json" {
		return writeJSON(c.stdout, s)
	}
	_, err = fmt.Fprintln(c.stdout, report.Plain(s.ID))
	return err
}

// slos says how many there are, and what to do where there is none.
func slos(n int, ifNone string) string {
	switch n {
	case 0:
		return "NO SLO (" + ifNone + ")"
	case 1:
		return "1 SLO"
	}
	return fmt.Sprint(n, " SLOs")
}

// matched is how many SLOs something is about now: 0 of what is misspelt, and - of
// what is over.
func matched(n *int) string {
	if n == nil {
		return "-"
	}
	return strconv.Itoa(*n)
}

// moment writes an instant in the zone of the reader, with how far it is from UTC.
func (c *cli) moment(t time.Time) string {
	return t.In(c.now().Location()).Format("2006-01-02 15:04:05Z07:00")
}

func (c *cli) silenceListCommand() *cobra.Command {
	var o announcing
	var all bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the silences that go on or are planned",
		Example: `  slofuse silence list --server https://slo.example.com
  slofuse silence list --all -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			var list api.SilenceList
			if err := o.fetch(cmd.Context(), "/api/v1/silences", url.Values{"limit": {"1000"}}, &list); err != nil {
				return err
			}
			if !all {
				list.Silences = going(list.Silences, func(s api.Silence) string { return s.State })
			}
			if o.format == "json" {
				return writeJSON(c.stdout, list)
			}
			return c.writeSilences(list.Silences)
		},
	}
	o.register(cmd.Flags())
	cmd.Flags().BoolVar(&all, "all", false, "list those that are over as well")
	return cmd
}

// going leaves out what is over.
func going[T any](list []T, state func(T) string) []T {
	out := []T{}
	for _, v := range list {
		if s := state(v); s == "active" || s == "pending" {
			out = append(out, v)
		}
	}
	return out
}

func (c *cli) writeSilences(list []api.Silence) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(c.stdout, "No silence goes on or is planned.")
		return err
	}
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSTATE\tFROM\tUNTIL\tBY\tSLOS\tMATCHERS\tREASON")
	for _, s := range list {
		until := *s.EndsAt
		if s.WithdrawnAt != nil {
			until = *s.WithdrawnAt
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.State, c.moment(*s.StartsAt), c.moment(until),
			report.Plain(s.Author), matched(s.SLOs), report.Plain(strings.Join(s.Matchers, " ")), report.Plain(s.Reason))
	}
	return table.Flush()
}

func (c *cli) silenceExpireCommand() *cobra.Command {
	var o announcing
	cmd := &cobra.Command{
		Use:   "expire ID...",
		Short: "End silences early",
		Long: `Ends silences early: what still burns is told with the next round. One that is
over stays as it is. Exits with 3 when there is none of this id.`,
		Example: `  slofuse silence expire s-5b1c22e90a --server https://slo.example.com`,
		Args:    atLeastOne("say which: the id, as `slofuse silence list` shows it"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			if err := o.named(); err != nil {
				return err
			}
			ended := []api.Silence{}
			for _, id := range args {
				var s api.Silence
				if err := o.ask(cmd.Context(), http.MethodDelete, "/api/v1/silences/"+url.PathEscape(id)+"?"+url.Values{"by": {o.by}}.Encode(), nil, &s); err != nil {
					return err
				}
				ended = append(ended, s)
			}
			if o.format == "json" {
				return writeJSON(c.stdout, api.SilenceList{Silences: ended})
			}
			return c.writeSilences(ended)
		},
	}
	o.register(cmd.Flags())
	o.registerBy(cmd.Flags())
	return cmd
}
