package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/rules"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/web/listing"
)

func (c *cli) generateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write rules for Prometheus and dashboards for Grafana",
		Long: `Writes what other programs need to work with the same SLO files: recording and
alerting rules for a Prometheus, and dashboards for Grafana.`,
		Example: `  slofuse generate rules slos/ > slofuse.rules.yaml
  slofuse generate dashboards --dir dashboards/`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownVerb(cmd, args[0])
		},
	}
	cmd.AddCommand(c.generateRulesCommand(), c.generateDashboardsCommand())
	return cmd
}

type rulesOptions struct {
	target
	configFile string
	interval   string
	form       string

	every time.Duration
}

func (c *cli) generateRulesCommand() *cobra.Command {
	var o rulesOptions
	cmd := &cobra.Command{
		Use:   "rules [PATH...]",
		Short: "Write recording and alerting rules",
		Long: `Writes SLOs as recording and alerting rules, for those who want the path of an
alert inside Prometheus, or in the ruler of Mimir or Thanos: the same tiers, the
same guard, the labels service, function, slo, owner, severity and burn_tier.

Rules count with increase(), which estimates; they know no incidents, no
acknowledgements and no calendar. What is left out of an SLO is said on stderr.

match and split_by stand for functions that only Prometheus knows: with
--prometheus.url those that are there now get rules as well.

Exits with 0 when all SLOs have rules, with 1 when some have none, with 2 on a
file with a mistake, and with 3 when nothing was selected or nobody answers.`,
		Example: `  slofuse generate rules slos/ > slofuse.rules.yaml
  slofuse generate rules --config.file slofuse.yaml --select owner=team-checkout
  slofuse generate rules -o operator slos/ | kubectl apply -f -
  slofuse generate rules -o mimir slos/ > rules.yaml && mimirtool rules load rules.yaml`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := o.check(paths); err != nil {
				return err
			}
			return c.generateRules(cmd.Context(), &o)
		},
	}
	cmd.Flags().StringVar(&o.configFile, "config.file", "", "configuration `FILE` with policies, and the SLO files unless PATH names them")
	cmd.Flags().StringVar(&o.prometheusURL, "prometheus.url", "", "`URL` of a Prometheus that knows the functions of match and split_by")
	cmd.Flags().StringArrayVar(&o.selectors, "select", nil, "only SLOs with these `key=value,...`: service, function, slo, owner or a label")
	cmd.Flags().StringVar(&o.interval, "interval", slo.FormatDuration(evaluator.DefaultStep), "how often the rules are evaluated")
	cmd.Flags().StringVarP(&o.form, "output", "o", string(rules.Prometheus), "form of the output: prometheus (Thanos reads it too), operator or mimir")
	return cmd
}

func (o *rulesOptions) check(paths []string) error {
	o.paths = paths
	if len(paths) == 0 && o.configFile == "" {
		return usagef("say which SLO files: slofuse generate rules slos/, or --config.file slofuse.yaml")
	}
	if err := checkFormat(o.form, string(rules.Prometheus), string(rules.Operator), string(rules.Mimir)); err != nil {
		return err
	}
	every, err := model.ParseDuration(o.interval)
	if o.every = time.Duration(every); err != nil || o.every < time.Second || o.every > 5*time.Minute {
		return usagef("--interval %q is not a duration from 1s to 5m", o.interval)
	}
	if o.choice, err = listing.ParseSelector(strings.Join(o.selectors, ",")); err != nil {
		return usagef("--select: %w", err)
	}
	return nil
}

func (c *cli) generateRules(ctx context.Context, o *rulesOptions) error {
	slos, missing, err := c.written(ctx, &o.target, o.configFile)
	if err != nil {
		return err
	}
	for _, s := range slos {
		if err := rules.Expressible(s); err != nil {
			missing++
			fmt.Fprintln(c.stderr, report.Lines(report.Plain(fmt.Sprintf("%s: no rules for %v", s.Source, err))))
			continue
		}
		for _, sentence := range rules.Omitted(s) {
			fmt.Fprintln(c.stderr, report.Lines(report.Plain(fmt.Sprintf("%s: warning: %s", s.Source, sentence))))
		}
	}
	file := rules.Compile(slos, rules.Options{Interval: o.every, LinksOf: lastingLinks})
	fmt.Fprintln(c.stdout, "# Written by slofuse from SLO files: change those, and write this again.")
	if err := file.Write(c.stdout, rules.Form(o.form)); err != nil {
		return err
	}
	if missing > 0 {
		return exitWith(exitFindings)
	}
	return nil
}

// lastingLinks are the links of an SLO that lead to the web and stay the same
// whenever they are followed.
func lastingLinks(s slo.SLO) map[string]string {
	out, later := alerting.RenderLinks(s, time.Unix(0, 0), time.Unix(0, 0)), alerting.RenderLinks(s, time.Unix(1, 0), time.Unix(1, 0))
	maps.DeleteFunc(out, func(name, link string) bool {
		_, web := notify.WebLink(link)
		return !web || later[name] != link
	})
	return out
}

// wanted counts the families that may have members which are selected.
func wanted(families []slo.Family, choice listing.Selector) (n int) {
	for _, f := range families {
		other := func(c listing.Condition) bool { return c.Key == "service" && c.Value != f.Service }
		if !slices.ContainsFunc(choice, other) {
			n++
		}
	}
	return n
}

// written are the SLOs of the files at the paths, or of a configuration, that are
// selected; missing counts the families whose members nobody was asked for.
func (c *cli) written(ctx context.Context, t *target, configFile string) (slos []slo.SLO, missing int, err error) {
	settings := new(config.Config)
	*settings = config.Default()
	if configFile != "" {
		var problems config.Problems
		if settings, problems, err = config.Load(configFile); err == nil {
			err = problems.Err()
		}
		if err != nil {
			return nil, 0, usagef("%w", err)
		}
	}
	if len(t.paths) > 0 {
		settings.SLOFiles = t.paths
	}
	log, err := c.logger()
	if err != nil {
		return nil, 0, err
	}
	read, err := readSettings(settings, log)
	if err != nil {
		return nil, 0, err
	}
	if t.prometheusURL != "" {
		var lacking []rule.Finding
		slos, lacking, err = c.find(ctx, t, read.set)
		c.warn(lacking)
	} else {
		slos, missing = read.set.SLOs, wanted(read.set.Families, t.choice)
	}
	if missing > 0 {
		fmt.Fprintf(c.stderr, "slofuse: %s for more: Prometheus knows which, so add --prometheus.url URL\n", plural(missing, "match or split_by stands", "match or split_by stand"))
	}
	chosen := t.choice.Select(slos)
	if err == nil && len(chosen) == 0 {
		err = t.nothing("in "+strings.Join(settings.SLOFiles, " "), slos)
	}
	return chosen, missing, err
}
