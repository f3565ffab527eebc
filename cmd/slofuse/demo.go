package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/examples"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/control"
	"github.com/slofuse/slofuse/examples/fleet/look"
	"github.com/slofuse/slofuse/examples/fleet/promapi"
	"github.com/slofuse/slofuse/examples/fleet/sink"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web"
)

type demoOptions struct {
	listen      string
	storagePath string
	seed        uint64
}

func (c *cli) demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole product on this machine, with nothing else installed",
		Long: `Runs slofuse against a simulated fleet of functions that answers as a Prometheus
would, with a month of history and a payment gateway that has just begun to
fail. Beside the dashboard it serves a page to break and mend functions, and a
page that shows every Slack message and webhook as it was sent, with buttons that
work.

It runs until it is interrupted. All of it listens on this machine only unless
--web.listen-address says otherwise, and is gone when it stops; --storage.path
keeps the database.`,
		Example: `  slofuse demo
  slofuse demo --web.listen-address 127.0.0.1:9000
  slofuse demo --storage.path demo.db --seed 7`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.demo(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.listen, "web.listen-address", defaultListen, "address of the dashboard; the other pages take the ports after it, or any that is free")
	cmd.Flags().StringVar(&o.storagePath, "storage.path", "", "database `FILE` (default: in a temporary folder)")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "which fleet to simulate")
	return cmd
}

// burningFor is how long the gateway has been failing when the demo starts.
const burningFor = 12 * time.Minute

// demo is everything around the service: the fleet it watches and the places it
// tells.
type demo struct {
	*cli
	log       *slog.Logger
	dir       string
	listeners map[string]net.Listener
	fleet     *fleet.Fleet
}

func (c *cli) demo(ctx context.Context, o demoOptions) error {
	if c.logLevel == "info" { // the demo says itself what matters
		c.logLevel = "warn"
	}
	log, err := c.logger()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "slofuse-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder; the system cleans up what is left
	d := &demo{cli: c, log: log, dir: dir}
	if err := d.listen(o.listen); err != nil {
		return err
	}
	if d.fleet, err = fleet.New(fleet.Options{Seed: o.seed, Now: c.now, Burning: burningFor, SkipUnread: true}); err != nil {
		return err
	}
	if err := d.writeFiles(o.storagePath); err != nil {
		return err
	}
	return d.run(ctx)
}

// The pages of the demo, in the order of their ports.
const (
	pageDashboard  = "dashboard"
	pageControl    = "break and mend"
	pageSink       = "what was sent"
	pagePrometheus = "Prometheus API"
)

// listen takes the dashboard's port and, for the other pages, the ports after
// it or, where one is taken, any.
func (d *demo) listen(address string) error {
	host, portText, err := net.SplitHostPort(address)
	port, portErr := strconv.Atoi(portText)
	if err != nil || portErr != nil {
		return usagef("--web.listen-address %q is not host:port", address)
	}
	d.listeners = map[string]net.Listener{}
	for i, page := range []string{pageDashboard, pageControl, pageSink, pagePrometheus} {
		wanted := 0
		if port != 0 {
			wanted = port + i
		}
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(wanted)))
		if err != nil && i > 0 {
			l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
		}
		if err != nil {
			return usagef("--web.listen-address: %w; choose another one", err)
		}
		d.listeners[page] = l
	}
	return nil
}

func (d *demo) url(page string) string { return "http://" + d.listeners[page].Addr().String() }

// What the sink signs presses with, what slofuse signs webhooks with, and how long a key of PagerDuty is.
const (
	demoSigningSecret = "demo-signing-secret"
	demoWebhookSecret = "demo-secret"
	pagerDutyKey      = 32 // characters of a routing key
)

// writeFiles writes the example files as a user would have them, with the
// demo's own addresses in the configuration.
func (d *demo) writeFiles(storage string) error {
	if err := os.CopyFS(d.dir, examples.Demo()); err != nil {
		return fmt.Errorf("demo files: %w", err)
	}
	secrets := map[string]string{"slack-token": "xoxb-demo", "slack-signing-secret": demoSigningSecret, "webhook-secret": demoWebhookSecret, "pagerduty-key": strings.Repeat("d", pagerDutyKey)}
	if err := os.MkdirAll(filepath.Join(d.dir, "secrets"), 0o700); err != nil {
		return err
	}
	for name, secret := range secrets {
		if err := os.WriteFile(filepath.Join(d.dir, "secrets", name), []byte(secret), 0o600); err != nil {
			return err
		}
	}
	if storage == "" {
		storage = filepath.Join(d.dir, "slofuse.db")
	}
	file := filepath.Join(d.dir, "slofuse.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	addressed := strings.NewReplacer(
		"external_url: http://localhost:8480", "external_url: "+d.url(pageDashboard),
		"http://localhost:9090", d.url(pagePrometheus),
		"https://events.eu.pagerduty.com/v2/enqueue", d.url(pageSink)+sink.PagerDutyPath,
		"https://paging.example.com/hooks/slofuse", d.url(pageSink)+sink.WebhookPath+"on-call",
		"path: slofuse.db", "path: "+strconv.Quote(storage),
		"{step: 30s, delay: 30s}", "{step: 15s, delay: 15s}", // nobody wants to wait in a demo
	).Replace(string(text))
	return os.WriteFile(file, []byte(addressed), 0o600)
}

func (d *demo) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	links := []look.Link{
		{Text: "Dashboard", URL: d.url(pageDashboard)}, {Text: "Break and mend", URL: d.url(pageControl)}, {Text: "What was sent", URL: d.url(pageSink)},
	}
	for page, handler := range map[string]http.Handler{
		pagePrometheus: promapi.New(promapi.Config{Queryable: d.fleet, Exemplars: d.fleet, Now: d.now}),
		pageSink: sink.New(sink.Config{
			Now: d.now, Title: "What was sent", Links: links, URL: d.url(pageSink),
			Interactions: d.url(pageDashboard) + "/api/v1/slack/interactions", SigningSecret: demoSigningSecret,
			WebhookSecret: demoWebhookSecret,
		}),
		pageControl: control.New(control.Config{
			Fleet: d.fleet, Now: d.now, Links: links, Dashboard: d.url(pageDashboard),
			Stories: control.Stories(), Announcer: demoDeploys{remote{server: d.url(pageDashboard)}},
		}),
	} {
		d.serve(ctx, group, page, handler)
	}
	file := filepath.Join(d.dir, "slofuse.yaml")
	s, err := newService(ctx, serviceOptions{
		settings: func() (*settings, error) { return settingsFrom(file, d.log) },
		listener: d.listeners[pageDashboard], slackAPI: d.url(pageSink) + sink.SlackAPIPath,
		log: d.log, now: d.now, report: d.follow(d.now()), hasty: true, // nobody else asks this backend
	})
	if err != nil {
		return err
	}
	d.welcome(s.applied.config)
	group.Go(func() error { return s.run(ctx) })
	return group.Wait()
}

// serve serves one page until the context ends.
func (d *demo) serve(ctx context.Context, group *errgroup.Group, page string, h http.Handler) {
	server := web.HTTPServer(h, d.log)
	group.Go(func() error { return ignoreClosed(server.Serve(d.listeners[page])) })
	group.Go(func() error {
		<-ctx.Done()
		return server.Close()
	})
}

func (d *demo) welcome(cfg *config.Config) {
	fmt.Fprintf(d.stdout, "A fleet of %d functions and a month of history. A payment gateway is failing.\n\n", len(d.fleet.Functions()))
	for _, page := range []string{pageDashboard, pageControl, pageSink, pagePrometheus} {
		fmt.Fprintf(d.stdout, "  %-16s%s\n", page, d.url(page))
	}
	fmt.Fprintf(d.stdout, "\nA slot is %s; press Ctrl-C to stop.\n", cfg.Evaluation.Step)
}

// follow says when the history is there.
func (d *demo) follow(start time.Time) func(evaluator.Progress) {
	bar := d.progress()
	return func(p evaluator.Progress) {
		if bar != nil {
			bar(p)
		}
		if p.Done == p.Total && p.Total > 0 {
			what := "The whole month is"
			if p.Recent {
				what = "The last hours are"
			}
			fmt.Fprintf(d.stdout, "%s read, %s after the start.\n", what, d.now().Sub(start).Round(100*time.Millisecond))
		}
	}
}
