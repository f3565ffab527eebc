package main

import (
	"cmp"
	"context"
	"maps"
	"math"
	"net/url"
	"slices"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/revision"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// accounts is where what was counted can be looked up.
type accounts interface {
	// ids are those of all SLOs there are.
	ids(ctx context.Context) ([]slo.ID, error)
	// ledger returns what is kept of an SLO and the slots of a span, or the first
	// of them and where to go on.
	ledger(ctx context.Context, id slo.ID, from, to time.Time) (api.Ledger, error)
	verify(ctx context.Context, id slo.ID, from, to time.Time, done func(time.Time)) (api.Verification, error)
}

// remoteAccounts asks a server.
type remoteAccounts struct{ remote }

func spanQuery(from, to time.Time) url.Values {
	return url.Values{"from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}}
}

func (r *remoteAccounts) ids(ctx context.Context) ([]slo.ID, error) {
	list, err := fetchSLOs(ctx, &target{remote: r.remote})
	return idsOf(list), err
}

func (r *remoteAccounts) ledger(ctx context.Context, id slo.ID, from, to time.Time) (l api.Ledger, err error) {
	err = r.fetch(ctx, "/api/v1/slos/"+id.String()+"/ledger", spanQuery(from, to), &l)
	return l, err
}

func (r *remoteAccounts) verify(ctx context.Context, id slo.ID, from, to time.Time, done func(time.Time)) (api.Verification, error) {
	var all api.Verification
	for at := from; at.Before(to); at = at.Add(api.MaxVerification) {
		end := at.Add(api.MaxVerification)
		if end.After(to) {
			end = to
		}
		var part api.Verification
		if err := r.fetch(ctx, "/api/v1/slos/"+id.String()+"/ledger/verification", spanQuery(at, end), &part); err != nil {
			return all, err
		}
		all = all.Add(part)
		done(end)
	}
	return all, nil
}

// localAccounts is a ledger that was opened here.
type localAccounts struct {
	evaluator *evaluator.Evaluator
	slos      map[slo.ID]slo.SLO
	where     string
	asks      bool // there is a backend to ask
	guesses   bool // what the server calls its backends, by which accounts are told apart
	db        *sqldb.DB
}

func (l *localAccounts) close() {
	if l.db != nil {
		_ = l.db.Close() // nothing was written
	}
}

func (c *cli) openAccounts(ctx context.Context, o *ledgerOptions) (*localAccounts, error) {
	if o.alone() {
		return c.readAccounts(ctx, o)
	}
	cfg, err := c.ledgerConfig(o)
	if err != nil {
		return nil, err
	}
	l := &localAccounts{where: cfg.Storage.Path, asks: o.configFile != "" || o.prometheusURL != "", guesses: o.configFile == "", slos: map[slo.ID]slo.SLO{}}
	if l.db, err = sqldb.OpenReadOnly(ctx, cfg.Storage.Path, nil); err != nil {
		return nil, usagef("%w", err)
	}
	if err := l.open(ctx, cfg, c.now); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// flagBackend is what a backend is called that no configuration names.
const flagBackend = "main"

// ledgerConfig is the configuration of the server whose file is read, or what
// the flags say of it.
func (c *cli) ledgerConfig(o *ledgerOptions) (*config.Config, error) {
	cfg := new(config.Config)
	*cfg = config.Default()
	cfg.Backends = []config.Backend{{Name: flagBackend, URL: cmp.Or(o.prometheusURL, "http://localhost:9090"), HTTP: config.HTTPClient{Config: promconfig.DefaultHTTPClientConfig}}}
	if o.configFile != "" {
		var problems config.Problems
		var err error
		if cfg, problems, err = config.Load(o.configFile); err == nil {
			err = problems.Err()
		}
		if err != nil {
			return nil, usagef("%w", err)
		}
	}
	cfg.Storage.Path = cmp.Or(o.storagePath, cfg.Storage.Path)
	return cfg, nil
}

// open reads the books. The SLOs are those the book of revisions knows, so that
// also what is found in Prometheus can be named.
func (l *localAccounts) open(ctx context.Context, cfg *config.Config, now func() time.Time) error {
	book, err := ledger.Open(ctx, l.db)
	if err != nil {
		return usagef("%w", err)
	}
	revisions, err := revision.Open(ctx, l.db)
	if err != nil {
		return usagef("%w", err)
	}
	for id, history := range revisions.Histories() {
		l.slos[id] = slo.SLO{ID: id, History: history}.At(history[len(history)-1].From)
	}
	backends, err := buildBackends(cfg, prometheus.NewRegistry())
	if err != nil {
		return err
	}
	l.evaluator, err = evaluator.New(evaluator.Config{
		Backends: backends, Ledger: book, Step: cfg.Evaluation.Step, Delay: cfg.Evaluation.Delay, Now: now,
	})
	return err
}

// readAccounts reads what the named SLOs count from Prometheus.
func (c *cli) readAccounts(ctx context.Context, o *ledgerOptions) (*localAccounts, error) {
	t := &target{prometheusURL: o.prometheusURL, paths: o.sloPaths}
	slos, err := c.load(ctx, t)
	if err != nil {
		return nil, err
	}
	l := &localAccounts{where: shownURL(o.prometheusURL), slos: map[slo.ID]slo.SLO{}}
	for _, s := range slos {
		l.slos[s.ID] = s
	}
	asked, err := o.pick(ctx, l)
	if err != nil {
		return nil, err
	}
	slos = slices.DeleteFunc(slos, func(s slo.SLO) bool { return !slices.Contains(asked, s.ID) })
	e, err := c.alone(ctx, t, 0)
	if err != nil {
		return nil, err
	}
	l.evaluator = e
	e.SetSLOs(slo.Set{SLOs: slos})
	if err := e.CatchUp(ctx, c.now(), c.progress()); err != nil {
		return nil, undecidedf("cannot decide: %w", err)
	}
	return l, nil
}

func (l *localAccounts) ids(context.Context) ([]slo.ID, error) {
	return slices.SortedFunc(maps.Keys(l.slos), slo.ID.Compare), nil
}

func (l *localAccounts) find(id slo.ID) (slo.SLO, error) {
	s := l.slos[id]
	if l.guesses && l.evaluator.Account(s).ReadTo.IsZero() {
		return s, undecidedf("cannot decide: %s has no account of %s on a backend named %q: say what that server calls its backends, with --config.file FILE", l.where, id, cmp.Or(s.Backend, flagBackend))
	}
	return s, nil
}

func (l *localAccounts) ledger(_ context.Context, id slo.ID, from, to time.Time) (api.Ledger, error) {
	s, err := l.find(id)
	if err != nil {
		return api.Ledger{}, err
	}
	out := api.FromAccount(s, l.evaluator.Account(s))
	out.From, out.To = from, to
	out.Slots = api.FromIncrements(s, l.evaluator.Increments(s, from, to, math.MaxInt))
	out.Annotations = api.FromAnnotations(l.evaluator.Annotations(s, from, to))
	return out, nil
}

func (l *localAccounts) verify(ctx context.Context, id slo.ID, from, to time.Time, done func(time.Time)) (api.Verification, error) {
	s, err := l.find(id)
	if err != nil {
		return api.Verification{}, err
	}
	if !l.asks {
		return api.Verification{}, usagef("say what to verify %s against: --prometheus.url URL, or --config.file FILE", l.where)
	}
	c, err := l.evaluator.Verify(ctx, s, from, to, done)
	if err != nil {
		return api.Verification{}, undecidedf("cannot decide: %w", err)
	}
	return api.FromComparison(s, c), nil
}
