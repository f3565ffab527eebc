package evaluator_test

import (
	"context"
	"runtime/debug"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// TestMain collects garbage less often: the recorded worlds are large, stay, and are
// gone through each time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(300)
	m.Run()
}

// backend is the name of the only backend.
const backend = "main"

// setUp makes an evaluator of one backend, with a book in memory, and returns both.
// Change may be nil.
func setUp(tb testing.TB, asked read.Querier, set slo.Set, change func(*evaluator.Config)) (*evaluator.Evaluator, *ledger.Ledger) {
	tb.Helper()
	book, err := ledger.Open(tb.Context(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	cfg := evaluator.Config{Backends: []evaluator.Backend{{Name: backend, Querier: asked}}, Ledger: book}
	if change != nil {
		change(&cfg)
	}
	e, err := evaluator.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	e.SetSLOs(set)
	return e, cfg.Ledger
}

// clientOf asks a server, each query once.
func clientOf(tb testing.TB, server *promtest.Server) *prom.Client {
	tb.Helper()
	client, err := prom.New(prom.Config{Name: backend, URL: server.URL, Attempts: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// runFor lets an evaluator run for a while.
func runFor(t *testing.T, e *evaluator.Evaluator, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := e.Run(ctx, nil); err != nil {
		t.Error(err)
	}
}
