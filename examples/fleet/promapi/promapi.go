// Package promapi serves the query part of the Prometheus HTTP API over any
// [storage.Queryable], with the PromQL engine of Prometheus itself.
//
// It exists so that series which live nowhere on disk, such as those of a
// simulated fleet, are one more URL to everything that reads Prometheus: the
// answers, error bodies, statuses and limits are those of the real server.
// Series are not scraped, stored or changed here.
package promapi

import (
	"log/slog"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
)

// Config is what [New] serves and within which limits. The zero value serves
// no series with the limits of an unconfigured Prometheus.
type Config struct {
	Queryable     storage.Queryable         // nil holds no series
	Exemplars     storage.ExemplarQueryable // nil keeps none
	Now           func() time.Time          // the newest instant anybody may read; nil is the wall clock
	LookbackDelta time.Duration             // 0 is 5 minutes
	MaxSamples    int                       // samples in memory per query; 0 is 50 million
	Timeout       time.Duration             // per query; 0 is 2 minutes
	MaxBodyBytes  int64                     // per request; 0 is 1 MiB
	Logger        *slog.Logger              // nil drops what it is told
}

func (c *Config) defaults() {
	if c.Queryable == nil {
		c.Queryable = storage.QueryableFunc(emptyStorage)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.LookbackDelta == 0 {
		c.LookbackDelta = 5 * time.Minute
	}
	if c.MaxSamples == 0 {
		c.MaxSamples = 50_000_000
	}
	if c.Timeout == 0 {
		c.Timeout = 2 * time.Minute
	}
	if c.MaxBodyBytes == 0 {
		c.MaxBodyBytes = 1 << 20
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

func emptyStorage(_, _ int64) (storage.Querier, error) { return storage.NoopQuerier(), nil }

// New returns the API below /api/v1/, plus the health endpoints of Prometheus.
// The handler is safe for concurrent use and starts nothing in the background.
func New(config Config) http.Handler {
	config.defaults()
	a := &api{
		Config: config,
		parser: parser.NewParser(parser.Options{}),
		engine: promql.NewEngine(promql.EngineOpts{
			Logger:               config.Logger,
			MaxSamples:           config.MaxSamples,
			Timeout:              config.Timeout,
			LookbackDelta:        config.LookbackDelta,
			EnableAtModifier:     true,
			EnableNegativeOffset: true,
			EnablePerStepStats:   true,
			NoStepSubqueryIntervalFn: func(int64) int64 {
				return defaultSubqueryStep.Milliseconds()
			},
		}),
	}
	mux := http.NewServeMux()
	a.routes(mux)
	return mux
}

// defaultSubqueryStep is the resolution of `[1h:]`: the global evaluation
// interval of an unconfigured Prometheus.
const defaultSubqueryStep = time.Minute

// maxResolution is how many points of one series a range query may ask for.
const maxResolution = 11_000

// The bounds of time that a sample can have; the default of `start` and `end`
// where these are optional.
var (
	minTime = time.Unix(math.MinInt64/1000+62135596801, 0).UTC()
	maxTime = time.Unix(math.MaxInt64/1000-62135596801, 999999999).UTC()
)

type api struct {
	Config
	parser parser.Parser
	engine *promql.Engine
	zips   sync.Pool // of *gzip.Writer
}

func (a *api) routes(mux *http.ServeMux) {
	both := func(path string, h answer) {
		mux.Handle("GET "+path, a.serve(h))
		mux.Handle("POST "+path, a.serve(h))
	}
	both("/api/v1/query", a.query)
	both("/api/v1/query_range", a.queryRange)
	both("/api/v1/query_exemplars", a.queryExemplars)
	both("/api/v1/series", a.series)
	both("/api/v1/labels", a.labelNames)
	mux.Handle("GET /api/v1/label/{name}/values", a.serve(a.labelValues))
	mux.Handle("GET /api/v1/metadata", a.serve(a.metadata))
	mux.Handle("GET /api/v1/status/buildinfo", a.serve(a.buildInfo))
	mux.HandleFunc("GET /{$}", welcome)
	for _, path := range []string{"GET /-/healthy", "GET /-/ready"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("OK\n")) // a client that hung up needs no answer
		})
	}
}

// welcome tells whoever opens the address in a browser what it is good for.
func welcome(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(`<!doctype html><title>Prometheus API</title><p>This is a Prometheus HTTP API and has no pages. Ask it:
<a href="/api/v1/query?query=up">/api/v1/query?query=up</a>, or point Grafana or <code>slofuse status --prometheus.url</code> at it.
`))
}

// visible is the storage up to this instant: a query for the future sees
// nothing newer than now, whatever the storage would make up.
func (a *api) visible() storage.Queryable {
	return clamped{next: a.Queryable, max: a.Now().UnixMilli()}
}
