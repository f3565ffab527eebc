package main

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/pflag"

	"github.com/slofuse/slofuse/slo"
)

// ledgerOptions are the flags of the verbs of `ledger`.
type ledgerOptions struct {
	remote
	prometheusURL           string
	configFile, storagePath string
	sloPaths                []string
	fromText, toText        string
	output                  string

	asked    []string  // whole ids, or parts of them
	from, to time.Time // zero: not said
}

func (o *ledgerOptions) register(flags *pflag.FlagSet, output string) {
	o.registerRemote(flags)
	flags.StringVar(&o.storagePath, "storage.path", "", "database `FILE` of a slofuse server, read in place")
	flags.StringVar(&o.configFile, "config.file", "", "configuration `FILE` of that server, which names its database and its backends")
	flags.StringVar(&o.prometheusURL, "prometheus.url", "", "`URL` of a Prometheus: to verify a file against, or to read all from with --slo.path")
	flags.StringSliceVar(&o.sloPaths, "slo.path", nil, "SLO files, folders or patterns; may be repeated")
	flags.StringVar(&o.fromText, "from", "", "begin of the span, as RFC 3339: 2026-11-20T00:00:00Z")
	flags.StringVar(&o.toText, "to", "", "end of the span")
	flags.StringVarP(&o.output, "output", "o", output, "form of the output: "+output+" or json")
}

// alone reports whether all is read from Prometheus now.
func (o *ledgerOptions) alone() bool {
	return o.server == "" && o.storagePath == "" && o.configFile == ""
}

func (o *ledgerOptions) check(now time.Time, ids []string, formats ...string) error {
	o.asked = ids
	if err := checkFormat(o.output, formats...); err != nil {
		return err
	}
	if err := o.checkSource(); err != nil {
		return err
	}
	return o.parseSpan(now)
}

func (o *ledgerOptions) checkSource() error {
	local := o.storagePath != "" || o.configFile != ""
	switch {
	case o.server != "" && (local || o.prometheusURL != "" || len(o.sloPaths) > 0):
		return usagef("--server answers by itself: leave out --storage.path, --config.file, --prometheus.url and --slo.path")
	case local && len(o.sloPaths) > 0:
		return usagef("a database file knows its own SLOs: leave out --slo.path")
	case o.configFile != "" && o.prometheusURL != "":
		return usagef("--config.file names the backends: leave out --prometheus.url")
	case o.alone() && (o.prometheusURL == "" || len(o.sloPaths) == 0):
		return usagef("say where the ledger is: --server URL, --storage.path FILE, or --prometheus.url URL with --slo.path DIR")
	}
	for _, raw := range []string{o.server, o.prometheusURL} {
		if u, err := url.Parse(raw); raw != "" && (err != nil || u.Host == "") {
			return usagef("%q is not a URL such as http://localhost:9090", shownURL(raw))
		}
	}
	return nil
}

func (o *ledgerOptions) parseSpan(now time.Time) error {
	var err error
	if o.from, err = parseMoment("--from", o.fromText); err != nil {
		return err
	}
	if o.to, err = parseMoment("--to", o.toText); err != nil {
		return err
	}
	if from, to := o.span(now, time.Hour); !from.Before(to) {
		return usagef("--from %s is not before the end of the span, %s", o.fromText, to.Format(time.RFC3339))
	}
	return nil
}

// span is what was asked about, or else the last part of it.
func (o *ledgerOptions) span(last time.Time, length time.Duration) (from, to time.Time) {
	from, to = o.from, o.to
	if to.IsZero() {
		to = last.Truncate(time.Second)
	}
	if from.IsZero() {
		from = to.Add(-length)
	}
	return from.UTC(), to.UTC()
}

// withAccounts opens the ledger for the time of a function, which is told the SLOs
// that are meant.
func (c *cli) withAccounts(ctx context.Context, o *ledgerOptions, use func(a accounts, ids []slo.ID) error) error {
	var a accounts = &remoteAccounts{o.remote}
	if o.server == "" {
		local, err := c.openAccounts(ctx, o)
		if err != nil {
			return err
		}
		defer local.close()
		a = local
	}
	ids, err := o.pick(ctx, a)
	if err != nil {
		return err
	}
	return use(a, ids)
}

// pick finds the SLOs that are meant, each once.
func (o *ledgerOptions) pick(ctx context.Context, a accounts) ([]slo.ID, error) {
	all, err := a.ids(ctx)
	if err != nil {
		return nil, err
	}
	var out []slo.ID
	for _, asked := range o.asked {
		id, err := pick(all, asked)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, nil
}

// verifying draws a bar on stderr when a person watches.
func (c *cli) verifying(id slo.ID, from, to time.Time) func(time.Time) {
	if !isTerminal(c.stderr) {
		return func(time.Time) {}
	}
	bar := progressbar.NewOptions64(int64(to.Sub(from)/time.Second), progressbar.OptionSetWriter(c.stderr),
		progressbar.OptionSetDescription("verifying "+id.String()), progressbar.OptionClearOnFinish())
	return func(done time.Time) { _ = bar.Set64(int64(done.Sub(from) / time.Second)) } // a bar that cannot be drawn stops nothing
}
