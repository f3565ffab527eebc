package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/internal/starter"
	"github.com/slofuse/slofuse/internal/starter/survey"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/internal/yamlfmt"
	"github.com/slofuse/slofuse/slo"
)

type initOptions struct {
	prometheusURL, service, owner, file, schema, lookback string
	selectors                                             []string
	force, offline                                        bool
}

func (c *cli) initCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a first SLO file by asking Prometheus which functions it sees",
		Long: `Writes the first SLO file of a service. It asks Prometheus for counters that tell
how calls ended (the known instrumentations, and others by their labels) and for
histograms of durations, and proposes for each function what was measured,
rounded down. The comments say what that was; what is promised is for you to say.

The file goes to stdout, or to -o FILE, which is never overwritten without
--force. With --offline nobody is asked and the file is a template.

Exits with 0 when there is a file, with 2 when the file is there already or there
are several services and none was named, and with 3 when nothing was found or
Prometheus does not answer.`,
		Example: `  slofuse init --prometheus.url http://localhost:9090 --service checkout -f slos/checkout.yaml
  slofuse init --prometheus.url http://localhost:9090 --select job=api
  slofuse init --offline --service checkout`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.init(cmd.Context(), cmd.InOrStdin(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.prometheusURL, "prometheus.url", "", "`URL` of the Prometheus to ask")
	flags.StringVar(&o.service, "service", "", "`NAME` of the service; unless given, the only one there is")
	flags.StringVar(&o.owner, "owner", "", "`NAME` of who is told; unless given, team-SERVICE")
	flags.StringVarP(&o.file, "file", "f", "", "`FILE` to write; unless given, stdout")
	flags.BoolVar(&o.force, "force", false, "overwrite the file")
	flags.StringArrayVar(&o.selectors, "select", nil, "only series with these labels, as `label=value,...`")
	flags.StringVar(&o.lookback, "lookback", "7d", "measure over this `DURATION`; less is taken where there are many series")
	flags.BoolVar(&o.offline, "offline", false, "ask nobody and write a template")
	flags.StringVar(&o.schema, "schema", "", "`URL` or path of the schema, for a line that editors understand")
	return cmd
}

func (c *cli) init(ctx context.Context, in io.Reader, o initOptions) error {
	ask, err := o.check(c.now())
	if err != nil {
		return err
	}
	if o.offline {
		service := cmp.Or(o.service, "my-service")
		return c.initWrite(o, service, starter.Template(service, o.ownerOf(service), o.schema))
	}
	client, err := prom.New(prom.Config{Name: "prometheus", URL: o.prometheusURL})
	if err != nil {
		return usagef("%w", err)
	}
	facts, err := survey.Look(ctx, client, ask)
	if choice, ok := errors.AsType[*survey.Choice](err); ok {
		if ask.Service, err = c.initAsk(in, choice.Services, o.service); err != nil {
			return err
		}
		facts, err = survey.Look(ctx, client, ask)
	}
	if err != nil {
		return undecidedf("%w", err)
	}
	facts.Owner, facts.Schema = o.ownerOf(facts.Service), o.schema
	text, promised := starter.Write(facts)
	if promised == 0 {
		return undecidedf("%s", nothingFound(facts))
	}
	return c.initWrite(o, facts.Service, text)
}

func (o initOptions) ownerOf(service string) string { return cmp.Or(o.owner, "team-"+service) }

// check reads the flags.
func (o initOptions) check(now time.Time) (survey.Options, error) {
	ask := survey.Options{Service: o.service, At: now}
	if o.offline == (o.prometheusURL != "") {
		return ask, usagef("say whom to ask, --prometheus.url URL, or write a template with --offline")
	}
	lookback, err := model.ParseDuration(o.lookback)
	if err != nil || time.Duration(lookback) < 10*time.Minute || time.Duration(lookback) > 30*24*time.Hour {
		return ask, usagef("--lookback %q is not a duration between 10m and 30d", o.lookback)
	}
	ask.Lookback = time.Duration(lookback)
	for text := range strings.SplitSeq(strings.Join(o.selectors, ","), ",") {
		if text == "" {
			continue
		}
		label, value, ok := strings.Cut(text, "=")
		if !ok || strings.HasPrefix(value, "~") || !model.LegacyValidation.IsValidLabelName(label) {
			return ask, usagef("--select %q is not label=value", text)
		}
		ask.Select = append(ask.Select, slo.Matcher{Label: label, Op: slo.MatchEqual, Value: strings.Trim(value, `"`)})
	}
	if _, err := os.Lstat(o.file); o.file != "" && !o.force && !errors.Is(err, fs.ErrNotExist) {
		return ask, usagef("%s is there already: choose another name, or overwrite it with --force", o.file)
	}
	return ask, nil
}

// mostListed is how many services an error names.
const mostListed = 20

// initAsk asks which service is meant, if there is somebody to answer.
func (c *cli) initAsk(in io.Reader, services []string, wanted string) (string, error) {
	shown := strings.Join(services[:min(len(services), mostListed)], ", ")
	if len(services) > mostListed {
		shown += ", …"
	}
	if wanted != "" {
		return "", usagef("there is no service %q: %s", wanted, strictyaml.Suggest(wanted, services[:min(len(services), mostListed)]))
	}
	if file, ok := in.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
		return "", usagef("there are several services, say which with --service: %s", report.Plain(shown))
	}
	for i, name := range services {
		fmt.Fprintf(c.stderr, "%3d  %s\n", i+1, report.Plain(name))
	}
	fmt.Fprint(c.stderr, "Which service? ")
	line, _ := bufio.NewReader(in).ReadString('\n')
	answer := strings.TrimSpace(line)
	if n, err := strconv.Atoi(answer); err == nil && n > 0 && n <= len(services) {
		return services[n-1], nil
	}
	if slices.Contains(services, answer) {
		return answer, nil
	}
	return "", usagef("there is no service %q: %s", answer, strictyaml.Suggest(answer, services))
}

// initWrite writes the file and says what to do next.
func (c *cli) initWrite(o initOptions, service, text string) error {
	if o.file == "" {
		_, err := io.WriteString(c.stdout, text)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.file), 0o755); err != nil { //nolint:gosec // SLO files are for everybody
		return usagef("--file: %w", err)
	}
	if err := yamlfmt.Replace(o.file, []byte(text)); err != nil {
		return usagef("--file: %w", err)
	}
	fmt.Fprintf(c.stderr, "%s: SLOs of service %s. Read them, change what callers need, then:\n", report.Plain(o.file), report.Plain(service))
	if o.offline {
		fmt.Fprintf(c.stderr, "  slofuse check %s\n", report.Plain(o.file))
		return nil
	}
	for _, next := range []string{"check", "status", "serve"} {
		path := o.file
		if next == "serve" {
			path = "--slo.path " + path
		}
		fmt.Fprintf(c.stderr, "  slofuse %s --prometheus.url %s %s\n", next, shownURL(o.prometheusURL), report.Plain(path))
	}
	return nil
}

// nothingFound says what was looked for, and what to do.
func nothingFound(facts starter.Facts) string {
	if len(facts.Found) > 0 {
		return "nothing found: functions are there, but with too few calls to propose anything; --offline writes a template"
	}
	return "nothing found: no counter has a label for the function (function, route, handler, …) and one for how a call ended (code, status, result, …); " +
		"--select narrows where to look, --offline writes a template"
}
