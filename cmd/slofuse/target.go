package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/listing"
)

// target says whom a verb asks: a slofuse server, or Prometheus and the SLO
// files themselves.
type target struct {
	remote
	prometheusURL string
	at            string
	selectors     []string

	paths  []string
	time   time.Time // of --at; zero is now
	choice listing.Selector
}

func (t *target) register(flags *pflag.FlagSet) {
	t.registerRemote(flags)
	flags.StringVar(&t.prometheusURL, "prometheus.url", "", "`URL` of a Prometheus to ask instead, about the SLO files at PATH")
	flags.StringVar(&t.at, "at", "", "look at this moment in the past, as RFC 3339: 2026-11-20T14:05:00Z")
	flags.StringArrayVar(&t.selectors, "select", nil, "only SLOs with these `key=value,...`: service, function, slo, owner or a label")
}

// check reads the flags together with the paths of the command line.
func (t *target) check(paths []string, now time.Time) error {
	t.paths = paths
	switch {
	case t.server == "" && t.prometheusURL == "":
		return usagef("say whom to ask: --server URL, or --prometheus.url URL and the SLO files")
	case t.server != "" && t.prometheusURL != "":
		return usagef("--server and --prometheus.url exclude each other")
	case t.prometheusURL != "" && len(paths) == 0:
		return usagef("--prometheus.url needs the SLO files: slofuse … --prometheus.url %s slos/", shownURL(t.prometheusURL))
	case t.server != "" && len(paths) > 0:
		return usagef("a server knows its own SLO files: leave out %s, or use --select", strings.Join(paths, " "))
	}
	for _, raw := range []string{t.server, t.prometheusURL} {
		if u, err := url.Parse(raw); raw != "" && (err != nil || u.Host == "") {
			return usagef("%q is not a URL such as http://localhost:9090", shownURL(raw))
		}
	}
	return t.parse(now)
}

func (t *target) parse(now time.Time) error {
	var err error
	if t.choice, err = listing.ParseSelector(strings.Join(t.selectors, ",")); err != nil {
		return usagef("--select: %w", err)
	}
	if t.time, err = parseMoment("--at", t.at); err != nil {
		return err
	}
	if t.time.After(now) {
		return usagef("--at %s lies in the future", t.at)
	}
	return nil
}

// parseMoment reads a flag that is a point in time; the empty text is the zero one.
func parseMoment(flag, text string) (time.Time, error) {
	at, ok := listing.ParseInstant(text)
	if !ok {
		return at, usagef("%s %q is not RFC 3339, such as 2026-11-20T14:05:00Z", flag, text)
	}
	return at, nil
}

// moment is when the slot asked about is read: now, or for a moment of the past
// when its late samples have come, since history is settled.
func (t *target) moment(now time.Time) time.Time {
	if settled := t.time.Add(evaluator.DefaultDelay); !t.time.IsZero() && settled.Before(now) {
		return settled
	}
	return now
}

// errNothing says that there is nothing to say anything about.
var errNothing = errors.New("nothing selected")

// nothing says that none of all SLOs was selected, and by what.
func (t *target) nothing(where string, all []slo.SLO) error {
	if len(t.selectors) == 0 {
		return undecidedf("%w: there is no SLO %s", errNothing, where)
	}
	hint := cmp.Or(t.choice.Hint(all), "`slofuse status` without --select lists them, -o json with their labels")
	return undecidedf("%w: no SLO %s has %s; %s", errNothing, where, strings.Join(t.selectors, ","), hint)
}

// load reads the SLO files, finds the members of their families and picks the
// selected SLOs. For every verb but check, a file with a mistake is wrong
// configuration.
func (c *cli) load(ctx context.Context, t *target) ([]slo.SLO, error) {
	set, problems, err := spec.Load(t.paths, spec.Options{})
	if err != nil {
		return nil, usagef("%w", err)
	}
	for _, warning := range problems.Warnings() {
		fmt.Fprintln(c.stderr, report.Lines(report.Plain(warning.String())))
	}
	if err := problems.Err(); err != nil {
		return nil, usagef("%w", err)
	}
	slos, warnings, err := c.find(ctx, t, set)
	if err != nil {
		return nil, err
	}
	c.warn(warnings)
	chosen := t.choice.Select(slos)
	if len(chosen) == 0 {
		return nil, t.nothing("in "+strings.Join(t.paths, " "), slos)
	}
	return chosen, nil
}

// assess asks Prometheus itself, with a ledger in memory, about the moment.
// It reads back to a horizon, 0 for as far as the SLOs look. Windows are burn
// windows wanted beside those of the SLOs.
func (c *cli) assess(ctx context.Context, t *target, slos []slo.SLO, horizon time.Duration, windows ...time.Duration) ([]slo.Assessment, error) {
	e, at, err := c.read(ctx, t, slos, horizon)
	if err != nil {
		return nil, err
	}
	out := make([]slo.Assessment, len(slos))
	for i, s := range slos {
		out[i] = e.Assess(s, at, windows...)
	}
	return out, nil
}

// read is an evaluator that has read what it takes to assess SLOs at the moment,
// and the end of the slot that this is.
func (c *cli) read(ctx context.Context, t *target, slos []slo.SLO, horizon time.Duration) (*evaluator.Evaluator, time.Time, error) {
	e, err := c.alone(ctx, t, horizon)
	if err != nil {
		return nil, time.Time{}, err
	}
	e.SetSLOs(slo.Set{SLOs: slos})
	moment := t.moment(c.now())
	if err := e.CatchUp(ctx, moment, c.progress()); err != nil {
		return nil, time.Time{}, undecidedf("cannot decide: %w", err)
	}
	return e, e.LastSlot(moment), nil
}

// alone is an evaluator without a service around it.
func (c *cli) alone(ctx context.Context, t *target, horizon time.Duration) (*evaluator.Evaluator, error) {
	client, err := prom.New(prom.Config{Name: "prometheus", URL: t.prometheusURL})
	if err != nil {
		return nil, usagef("%w", err)
	}
	book, err := ledger.Open(ctx, nil)
	if err != nil {
		return nil, err
	}
	return evaluator.New(evaluator.Config{
		Backends: []evaluator.Backend{{Name: "prometheus", Querier: client}}, Ledger: book, Now: c.now, Horizon: horizon,
	})
}

// progress draws a bar on stderr when a person watches.
func (c *cli) progress() func(evaluator.Progress) {
	if !isTerminal(c.stderr) {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(p evaluator.Progress) {
		if bar == nil || p.Done == 0 {
			bar = progressbar.NewOptions(p.Total, progressbar.OptionSetWriter(c.stderr),
				progressbar.OptionSetDescription("reading history"), progressbar.OptionClearOnFinish())
		}
		_ = bar.Set(p.Done) // a bar that cannot be drawn stops nothing
	}
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// undecided reports whether an error means that nothing could be known.
func undecided(err error) bool {
	var e *exitError
	return errors.As(err, &e) && e.code == exitUndecided
}
