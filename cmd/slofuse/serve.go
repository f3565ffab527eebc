package main

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"time"

	promconfig "github.com/prometheus/common/config"
	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web/front"
)

// defaultListen is loopback: whoever wants others to see it says so.
const defaultListen = "127.0.0.1:8480"

type serveOptions struct {
	configFile    string
	prometheusURL string
	sloPaths      []string
	storagePath   string
	listen        string
	externalURL   string
	webFile       front.File
}

func (c *cli) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the service: evaluate, alert, show",
		Long: `Runs the service until it is stopped. It reads the SLO files, asks the backends
about every slot of time, keeps the error budgets in one database file, sends
what has to be told and serves the dashboard and the API.

Without a configuration file it evaluates and shows, and tells nobody. While it
listens on this machine only, everybody on it may acknowledge, resolve and
reload. On any other address that takes a token of the configuration, and
without tokens it is refused; reading is open unless web.require_token is set.
--web.config.file adds TLS and passwords.

SIGHUP, POST /-/reload and changed files make it read its files again; a file
with a mistake leaves everything as it was. Changes of storage, evaluation and
backends need a restart.`,
		Example: `  slofuse serve --prometheus.url http://localhost:9090 --slo.path slos/
  slofuse serve --config.file slofuse.yaml
  slofuse serve --config.file slofuse.yaml --web.listen-address 0.0.0.0:8480 --web.config.file web.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.serve(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.configFile, "config.file", "", "configuration `FILE` of the service")
	flags.StringVar(&o.prometheusURL, "prometheus.url", "", "`URL` of the backend to ask, in place of a configuration file")
	flags.StringSliceVar(&o.sloPaths, "slo.path", nil, "SLO files, folders or patterns, in place of a configuration file; may be repeated")
	flags.StringVar(&o.storagePath, "storage.path", "", "database `FILE` (default: the configuration's, or slofuse.db)")
	flags.StringVar(&o.listen, "web.listen-address", defaultListen, "address of the dashboard and the API")
	flags.StringVar(&o.externalURL, "web.external-url", "", "`URL` people reach slofuse by, for the links in notifications")
	flags.StringVar((*string)(&o.webFile), "web.config.file", "", "`FILE` with TLS and passwords, as Prometheus takes it")
	return cmd
}

func (c *cli) serve(ctx context.Context, o serveOptions) error {
	log, err := c.logger()
	if err != nil {
		return err
	}
	load, err := o.settings(log)
	if err != nil {
		return err
	}
	if err := o.sound(); err != nil { // before a port is taken
		return err
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return usagef("--web.listen-address: %w", err)
	}
	s, err := newService(ctx, serviceOptions{settings: load, listener: listener, webFile: o.webFile, log: log, now: c.now})
	if err != nil {
		return err
	}
	log.Info("slofuse is listening", "url", scheme(o.webFile)+listener.Addr().String(), "objectives", len(s.SLOs()), "storage", s.db.Path())
	return s.run(ctx)
}

// sound says what is wrong with the settings. Whoever uses them logs the warnings.
func (o serveOptions) sound() error {
	load, err := o.settings(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if _, err = load(); err != nil {
		return err
	}
	if err := o.webFile.Check(time.Now()); err != nil {
		return usagef("--web.config.file: %w", err)
	}
	return nil
}

// settings returns what reads the settings, from a file or from the flags.
func (o serveOptions) settings(log *slog.Logger) (func() (*settings, error), error) {
	switch {
	case o.configFile != "" && (o.prometheusURL != "" || len(o.sloPaths) > 0):
		return nil, usagef("--config.file says what --prometheus.url and --slo.path say: use one or the other")
	case o.configFile != "":
		return func() (*settings, error) {
			s, err := settingsFrom(o.configFile, log)
			if err == nil {
				o.override(s.config)
			}
			return s, err
		}, nil
	case o.prometheusURL == "" || len(o.sloPaths) == 0:
		return nil, usagef("say what to watch: --config.file FILE, or --prometheus.url URL with --slo.path DIR")
	}
	if u, err := url.Parse(o.prometheusURL); err != nil || u.Host == "" {
		return nil, usagef("--prometheus.url %q is not a URL such as http://localhost:9090", shownURL(o.prometheusURL))
	}
	return func() (*settings, error) {
		cfg := config.Default()
		cfg.Backends = []config.Backend{{Name: flagBackend, URL: o.prometheusURL, HTTP: config.HTTPClient{Config: promconfig.DefaultHTTPClientConfig}}}
		cfg.SLOFiles = o.sloPaths
		o.override(&cfg)
		return readSettings(&cfg, log)
	}, nil
}

// override puts flags above the configuration.
func (o serveOptions) override(cfg *config.Config) {
	if o.storagePath != "" {
		cfg.Storage.Path = o.storagePath
	}
	if o.externalURL != "" {
		cfg.ExternalURL = o.externalURL
	}
	if cfg.ExternalURL == "" {
		cfg.ExternalURL = scheme(o.webFile) + o.listen
	}
}

// scheme is the beginning of the URLs of a server.
func scheme(file front.File) string {
	if secure, err := file.TLS(); secure && err == nil {
		return "https://"
	}
	return "http://"
}
