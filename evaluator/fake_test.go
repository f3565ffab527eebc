package evaluator_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/slo"
)

// hour0 is a whole hour; the tests live around it.
var hour0 = time.Unix(1_700_002_800, 0).UTC()

// rate is how many calls a second ended with a code; not ok when there is no
// series.
type rate func(function, code string, at time.Time) (perSecond float64, ok bool)

// steadily is ten calls a second of which one fails, for every function.
func steadily(_, code string, _ time.Time) (float64, bool) {
	return map[string]float64{"200": 9, "500": 1}[code], true
}

// script is a backend that answers by a formula. Its fields may change between
// rounds.
type script struct {
	functions []string
	rate      rate
	silent    func(at time.Time) bool  // the backend has no data at all
	fail      func(query string) error // of a query, nil to answer it

	takes func(query string) time.Duration // how long an answer takes; nil: no time

	mu    sync.Mutex
	asked []ask
}

// ask is one query that reached the backend.
type ask struct {
	query string
	prom.Range
}

func newScript(functions ...string) *script {
	return &script{
		functions: functions, rate: steadily,
		silent: func(time.Time) bool { return false }, fail: func(string) error { return nil },
	}
}

func (s *script) note(query string, r prom.Range) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, ask{query, r})
	return s.fail(query)
}

// wait takes the time that a query takes, unless nobody waits for it any more.
func (s *script) wait(ctx context.Context, query string) error {
	if s.takes != nil {
		select {
		case <-time.After(s.takes(query)):
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// take returns what was asked since it was called last.
func (s *script) take() []ask {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// QueryRange answers growth by the formula, presence, and that no counter was
// reset or born.
func (s *script) QueryRange(ctx context.Context, query string, r prom.Range) (model.Matrix, error) {
	failure := s.note(query, r)
	if err := cmp.Or(s.wait(ctx, query), failure); err != nil {
		return nil, err
	}
	switch {
	case strings.Contains(query, "(up["):
		return s.series(r, model.Metric{}, func(at time.Time) (float64, bool) { return 3, !s.silent(at) }), nil
	case !strings.Contains(query, ">= 0 or"):
		return nil, nil
	}
	var out model.Matrix
	for _, function := range s.functions {
		if !strings.Contains(query, function) {
			continue
		}
		if strings.Contains(query, "_bucket") { // of ten calls, one is slow and one very slow
			for le, share := range map[string]float64{"0.1": 8, "0.5": 9, "+Inf": 10} {
				metric := model.Metric{"function": model.LabelValue(function), "le": model.LabelValue(le)}
				out = append(out, s.series(r, metric, func(at time.Time) (float64, bool) { return share * r.Step.Seconds(), !s.silent(at) })...)
			}
			continue
		}
		for _, code := range []string{"200", "500"} {
			if code == "200" && strings.Contains(query, `code=~"5.."`) {
				continue
			}
			metric := model.Metric{"function": model.LabelValue(function), "code": model.LabelValue(code)}
			out = append(out, s.series(r, metric, func(at time.Time) (float64, bool) {
				perSecond, ok := s.rate(function, code, at)
				return perSecond * r.Step.Seconds(), ok && !s.silent(at)
			})...)
		}
	}
	return out, nil
}

func (s *script) series(r prom.Range, metric model.Metric, value func(at time.Time) (float64, bool)) model.Matrix {
	var values []model.SamplePair
	for at := r.Start; !at.After(r.End); at = at.Add(r.Step) {
		if v, ok := value(at); ok {
			values = append(values, model.SamplePair{Timestamp: model.TimeFromUnix(at.Unix()), Value: model.SampleValue(v)})
		}
	}
	if len(values) == 0 {
		return nil
	}
	return model.Matrix{{Metric: metric, Values: values}}
}

// Query knows of no past.
func (s *script) Query(ctx context.Context, query string, at time.Time) (model.Vector, error) {
	return nil, errors.Join(ctx.Err(), s.note(query, prom.Range{Start: at, End: at}))
}

// objective is an SLO over a week for a function of the fake.
func objective(function string) slo.SLO {
	calls := slo.Selector{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: function}}}
	bad := calls
	bad.Matchers = append(slices.Clone(calls.Matchers), slo.Matcher{Label: "code", Op: slo.MatchRegexp, Value: "5.."})
	return slo.SLO{
		ID:        slo.ID{Service: "shop", Function: function, Name: "availability"},
		Objective: slo.MustObjective("99.9%"),
		Window:    slo.Window{Name: "7d", Length: 7 * 24 * time.Hour},
		SLI:       slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{calls}, Bad: []slo.Selector{bad}}, Fingerprint: []string{"code"}},
	}
}

func objectives(functions ...string) []slo.SLO {
	out := make([]slo.SLO, len(functions))
	for i, f := range functions {
		out[i] = objective(f)
	}
	return out
}

// start makes an evaluator of a fake with a book in memory.
func start(tb testing.TB, fake *script, change func(*evaluator.Config)) *evaluator.Evaluator {
	tb.Helper()
	e, _ := setUp(tb, fake, slo.Set{SLOs: objectives(fake.functions...)}, change)
	return e
}

// tick does the rounds of all slots that end in (from, to].
func tick(tb testing.TB, e *evaluator.Evaluator, from, to time.Time) {
	tb.Helper()
	for end := from.Add(30 * time.Second); !end.After(to); end = end.Add(30 * time.Second) {
		if err := e.Tick(tb.Context(), end.Add(30*time.Second)); err != nil {
			tb.Fatal(err)
		}
	}
}

func catchUp(tb testing.TB, e *evaluator.Evaluator, now time.Time) {
	tb.Helper()
	if err := e.CatchUp(tb.Context(), now, nil); err != nil {
		tb.Fatal(err)
	}
}

// burnOf is the sum over a burn window, which must be there.
func burnOf(tb testing.TB, a slo.Assessment, length time.Duration) slo.WindowSum {
	tb.Helper()
	sum, ok := a.Burn(length)
	if !ok {
		tb.Fatalf("no burn window of %v", length)
	}
	return sum
}
