package prom

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
)

// Defaults of a [Config].
const (
	DefaultTimeout     = 30 * time.Second
	DefaultConcurrency = 4
	DefaultMaxSamples  = 5_000_000
	DefaultMaxBytes    = 64 << 20
	DefaultAttempts    = 3
)

// Config says how to reach one server.
type Config struct {
	Name        string                   // of the backend, for metrics and errors
	URL         string                   // base URL; /api/v1/… is added
	HTTP        *config.HTTPClientConfig // nil: the defaults of prometheus/common
	Headers     map[string]string        // sent with every query, such as a tenant
	Timeout     time.Duration            // of one query with its retries
	Concurrency int                      // queries at a time
	MaxSamples  int                      // of one answer
	MaxBytes    int64                    // of one decoded answer
	Attempts    int                      // tries of one query while the server fails
	Registerer  prometheus.Registerer    // nil: no metrics
}

func (c Config) withDefaults() Config {
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Concurrency == 0 {
		c.Concurrency = DefaultConcurrency
	}
	if c.MaxSamples == 0 {
		c.MaxSamples = DefaultMaxSamples
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.Attempts == 0 {
		c.Attempts = DefaultAttempts
	}
	return c
}

// Client queries one server. It is safe for concurrent use.
type Client struct {
	cfg     Config
	api     v1.API
	slots   chan struct{}
	metrics *metrics
	secrets secrets
}

// New makes a client; it does not talk to the server yet.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	if u, err := url.Parse(cfg.URL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		// Not quoted: it may hold a password, and in a place where nothing can tell.
		return nil, fmt.Errorf("backend %s: the url is not an http or https URL with a host, such as http://localhost:9090", cfg.Name)
	}
	transport, err := newTransport(cfg)
	if err != nil {
		return nil, fmt.Errorf("backend %s: %w", cfg.Name, err)
	}
	client, err := api.NewClient(api.Config{Address: cfg.URL, Client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}})
	if err != nil {
		return nil, fmt.Errorf("backend %s: %w", cfg.Name, err)
	}
	return &Client{
		cfg: cfg, api: v1.NewAPI(client), metrics: newMetrics(cfg), secrets: secretsOf(cfg),
		slots: make(chan struct{}, cfg.Concurrency),
	}, nil
}

// Range is the steps of a range query: Start, Start+Step … End.
type Range struct {
	Start, End time.Time
	Step       time.Duration
}

// QueryRange evaluates an expression at every step of a range. An answer about
// other instants, or one that has a series or an instant twice, is refused: what
// adds it up would count too much.
//
// A backend knows instants to the millisecond: the range is asked about in whole
// ones, rounded down.
func (c *Client) QueryRange(ctx context.Context, query string, r Range) (model.Matrix, error) {
	r.Start, r.End = r.Start.Truncate(time.Millisecond), r.End.Truncate(time.Millisecond)
	return typed[model.Matrix](ctx, c, func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error) {
		value, warnings, infos, err := c.api.QueryRange(ctx, query, v1.Range{Start: r.Start, End: r.End, Step: r.Step})
		if matrix, ok := value.(model.Matrix); ok && err == nil {
			err = r.check(matrix)
		}
		return value, warnings, infos, err
	})
}

// Query evaluates an expression at one instant; it must return a vector.
func (c *Client) Query(ctx context.Context, query string, at time.Time) (model.Vector, error) {
	return typed[model.Vector](ctx, c, func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error) {
		return c.api.Query(ctx, query, at)
	})
}

// typed refuses an answer of another type than was asked for.
func typed[T model.Value](ctx context.Context, c *Client, ask call) (answer T, err error) {
	_, err = c.do(ctx, func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error) {
		value, warnings, infos, err := ask(ctx)
		var ok bool
		if answer, ok = value.(T); !ok && err == nil {
			err = fmt.Errorf("%w: %T instead of %T", errWrongType, value, answer)
		}
		return value, warnings, infos, err
	})
	if err != nil {
		var none T
		return none, err
	}
	return answer, nil
}

type call func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error)

// do waits for a free place, then tries until the answer is good, the failure
// is one that a retry cannot mend, or the deadline is over.
func (c *Client) do(ctx context.Context, ask call) (model.Value, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, &Error{Kind: Unavailable, Backend: c.cfg.Name, Err: ctx.Err()}
	}
	var last error
	value, err := backoff.Retry(ctx, func() (model.Value, error) {
		var value model.Value
		if value, last = c.once(ctx, ask); last != nil && KindOf(last) != Unavailable {
			return nil, backoff.Permanent(last)
		}
		return value, last
	}, backoff.WithMaxTries(uint(c.cfg.Attempts)), backoff.WithBackOff(retryDelays()))
	if err != nil {
		return nil, last // and not that the deadline ended the waiting
	}
	return value, nil
}

func retryDelays() backoff.BackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = 200 * time.Millisecond
	b.MaxInterval = 2 * time.Second
	return b
}

func (c *Client) once(ctx context.Context, ask call) (model.Value, error) {
	ctx, status := withStatus(ctx)
	done := c.metrics.start()
	value, warnings, infos, err := ask(ctx)
	if err == nil {
		err = judgeNotes(warnings, infos)
	}
	if err == nil && samplesOf(value) > c.cfg.MaxSamples {
		err = errTooManySamples
	}
	if err != nil {
		err = classify(c.cfg.Name, *status, err, c.secrets)
	}
	done(err)
	return value, err
}

// samplesOf counts what was answered.
func samplesOf(value model.Value) int {
	switch v := value.(type) {
	case model.Vector:
		return len(v)
	case model.Matrix:
		n := 0
		for _, series := range v {
			n += len(series.Values) + len(series.Histograms)
		}
		return n
	}
	return 1
}
