package evaluator_test

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// asked is a query with its steps, as it was sent.
type asked struct {
	promQL string
	steps  prom.Range
}

// listener notes what is asked of a backend.
type listener struct {
	read.Querier
	mu   sync.Mutex
	sent []asked
}

// QueryRange notes the query and asks it.
func (l *listener) QueryRange(ctx context.Context, query string, r prom.Range) (model.Matrix, error) {
	l.mu.Lock()
	l.sent = append(l.sent, asked{promQL: query, steps: r})
	l.mu.Unlock()
	return l.Querier.QueryRange(ctx, query, r)
}

// alone is an evaluator of one function of a world, and what it asks.
func alone(t *testing.T, server *promtest.Server, c promtest.Case) (*evaluator.Evaluator, *listener, slo.SLO) {
	t.Helper()
	ear := &listener{Querier: clientOf(t, server)}
	s := slo.SLO{
		ID: slo.ID{Service: "shop", Function: c.Name, Name: "exact"}, Objective: slo.MustObjective("99.9%"),
		Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour}, SLI: c.SLI,
	}
	e, _ := setUp(t, ear, slo.Set{SLOs: []slo.SLO{s}}, nil)
	return e, ear, s
}

// TestQueriesOfABasis_are_those_that_were_sent lives through a few restarts, so
// that every kind of query is asked.
func TestQueriesOfABasis_are_those_that_were_sent(t *testing.T) {
	w := forgetting()
	again := map[string]bool{"growth": true, "births": true} // of slots that are read again
	for _, name := range []string{"restarted-meanwhile", "latency"} {
		c := caseNamed(t, w, name)
		server := promtest.Serve(t, w.Samples, w.Start)
		e, ear, s := alone(t, server, c)
		now := w.Live.Add(66 * time.Minute)
		server.Set(now)
		if err := e.CatchUp(t.Context(), now, nil); err != nil {
			t.Fatal(err)
		}
		ear.sent = nil
		if err := e.Tick(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		basis := e.Basis(s, e.Assess(s, now))
		for _, q := range basis.Queries {
			sent := slices.ContainsFunc(ear.sent, func(a asked) bool {
				whole := a.steps.Start.Equal(q.From) && a.steps.End.Equal(q.To)
				return a.promQL == q.PromQL && a.steps.Step == q.Step && (whole || again[q.Name])
			})
			needed := !q.ByHand && q.Name != "native growth" && (!again[q.Name] || name == "restarted-meanwhile")
			if needed && !sent {
				t.Errorf("%s: %s was never sent: %s every %s from %s to %s\nsent was %v", name, q.Name, q.PromQL, q.Step, clock(q.From), clock(q.To), ear.sent)
			}
		}
		if len(basis.Queries) < 5 {
			t.Errorf("%s: the basis is %+v", name, basis)
		}
	}
}

func caseNamed(t *testing.T, w promtest.World, name string) promtest.Case {
	t.Helper()
	i := slices.IndexFunc(w.Cases, func(c promtest.Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("the world %s has no %s", w.Name, name)
	}
	return w.Cases[i]
}

// TestSumsByHand_are_what_the_ledger_holds pastes the queries for hands into a
// Prometheus. Resets within 5 minutes are the difference that is told of.
func TestSumsByHand_are_what_the_ledger_holds(t *testing.T) {
	w := forgetting() // and without gaps: a series that was away for more than an hour is counted in full by hand
	server := promtest.Serve(t, w.Samples, w.Start)
	client := clientOf(t, server)
	tolerance := map[string]float64{"restarted-meanwhile": 0.05}
	now := w.End.Add(17 * time.Second)
	server.Set(now)
	for _, c := range w.Cases {
		e, _, s := alone(t, server, c)
		s.Window = slo.Window{Name: "4h", Length: 4 * time.Hour}
		e.SetSLOs(slo.Set{SLOs: []slo.SLO{s}})
		if err := e.CatchUp(t.Context(), now, nil); err != nil {
			t.Fatal(err)
		}
		checked := 0
		for _, q := range e.Basis(s, e.Assess(s, now)).Queries {
			if !q.ByHand {
				continue
			}
			answer, err := client.Query(t.Context(), q.PromQL, now)
			if err != nil || len(answer) != 1 || q.Expect == nil {
				t.Fatalf("%s: %s: %v, %v", c.Name, q.PromQL, answer, err)
			}
			got, limit := float64(answer[0].Value), tolerance[c.Name]
			if math.Abs(got-*q.Expect) > limit*math.Max(*q.Expect, 1) {
				t.Errorf("%s, %s: by hand %v, the ledger holds %v\n%s", c.Name, q.Name, got, *q.Expect, q.PromQL)
			}
			checked++
		}
		if checked != 2 {
			t.Errorf("%s: %d sums were checked, want 2", c.Name, checked)
		}
	}
}

// TestSlotsByHand_are_what_the_ledger_holds pastes the queries for free queries,
// and looks for those that are sent among what is sent.
func TestSlotsByHand_are_what_the_ledger_holds(t *testing.T) {
	samples := kindsSamples()
	e, _, server := beginKinds(t, samples, kindsNow)
	catchUp(t, e, kindsNow)
	client := clientOf(t, server)
	checked := 0
	for _, s := range e.SLOs() {
		s.Window = slo.Window{Name: "6h", Length: 6 * time.Hour}
		for _, q := range e.Basis(s, e.Assess(s, kindsNow)).Queries {
			if !q.ByHand {
				if _, err := client.QueryRange(t.Context(), q.PromQL, prom.Range{Start: q.From, End: q.To, Step: q.Step}); err != nil {
					t.Errorf("%s: %s cannot be pasted: %v", s.ID.Function, q.PromQL, err)
				}
				continue
			}
			answer, err := client.Query(t.Context(), q.PromQL, kindsNow)
			if err != nil || len(answer) != 1 || q.Expect == nil {
				t.Fatalf("%s: %s: %v, %v", s.ID.Function, q.PromQL, answer, err)
			}
			if got := float64(answer[0].Value); math.Abs(got-*q.Expect) > 1e-6*got {
				t.Errorf("%s, %s: by hand %v, the ledger holds %v\n%s", s.ID.Function, q.Name, got, *q.Expect, q.PromQL)
			}
			checked++
		}
	}
	if checked != 8 {
		t.Errorf("%d sums were checked, want two of each kind but the weighted one", checked)
	}
}
