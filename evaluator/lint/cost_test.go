package lint_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/evaluator/lint"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/examples/fleet/promapi"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// front serves the fleet and counts what it is asked. Paths in which a word of
// refused stands are not there.
func front(t testing.TB, asked *atomic.Int64, refused ...string) string {
	t.Helper()
	api := fleetAPI(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		for _, word := range refused {
			if strings.Contains(r.URL.Path, word) {
				http.NotFound(w, r)
				return
			}
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func fleetAPI(t testing.TB) http.Handler {
	t.Helper()
	return promapi.New(promapi.Config{Queryable: fleetOf(t), Now: func() time.Time { return now }})
}

// many are objectives of a number of functions, of which the fleet has a few and the
// others are missing, each with availability and latency.
func many(t testing.TB, functions int) []slo.SLO {
	t.Helper()
	known := []string{"login", "charge-card", "create-order", "query", "fan-out", "nightly-export"}
	var b strings.Builder
	for i := range functions {
		name := fmt.Sprintf("missing-%d", i)
		if i < len(known) {
			name = known[i]
		}
		fmt.Fprintf(&b, `  - name: %s
    slos:
      - {name: a, objective: 99.9%%, window: 30d, sli: {ratio: {total: 'function_calls_total{function="$function"}', bad: 'function_calls_total{function="$function",code=~"5.."}'}}}
      - {name: l, objective: 99%%, window: 30d, sli: {latency: {histogram: 'function_call_duration_seconds{function="$function"}', threshold: 1s}}}
`, name)
	}
	return objectives(t, b.String())
}

// TestQuestionsGrowWithMetricsNotWithObjectives: 1,000 objectives over the fleet are
// asked about with as many questions as 20, be they missing or there.
func TestQuestionsGrowWithMetricsNotWithObjectives(t *testing.T) {
	var few, lots atomic.Int64
	check(t, front(t, &few), many(t, 10), lint.DefaultLimits)
	findings, _ := check(t, front(t, &lots), many(t, 500), lint.DefaultLimits)
	t.Logf("20 objectives: %d questions; 1,000: %d", few.Load(), lots.Load())
	if lots.Load() > few.Load() {
		t.Errorf("%d questions about 1,000 objectives, %d about 20", lots.Load(), few.Load())
	}
	missing := 0
	for _, f := range findings {
		if f.Rule == rule.LabelMissing {
			missing++
		}
	}
	if want := 2 * (500 - 6); missing != want {
		t.Errorf("%d are missing, want %d", missing, want)
	}
}

// TestAThousandObjectivesThatAreThere are read by queries that some servers take only
// up to 16 kB, so there are a few more of those.
func TestAThousandObjectivesThatAreThere(t *testing.T) {
	asked := func(functions int) int64 {
		server := promtest.Serve(t, crowd(functions), now)
		findings, _ := check(t, server.URL, crowded(t, functions), lint.DefaultLimits)
		if got := told(findings); strings.Count(got, "\n") > 0 || !strings.Contains(got, "history-short") {
			t.Errorf("%d functions: %s", functions, got)
		}
		return server.Requests()
	}
	few, lots := asked(10), asked(1000)
	t.Logf("10 objectives: %d questions; 1,000: %d", few, lots)
	if lots > few+10 {
		t.Errorf("%d questions about 1,000 objectives, %d about 10", lots, few)
	}
}

// TestRareCallsAreReadInEveryHour although of a crowd only some hours are read.
func TestRareCallsAreReadInEveryHour(t *testing.T) {
	s := crowd(1000)
	ls := labels.FromStrings("__name__", "calls_total", "job", "crowd", "instance", "a", "function", "rare", "code", "200")
	for at := now.Add(-2 * time.Hour); !at.After(now); at = at.Add(time.Minute) {
		s.Append(ls, at, math.Floor(at.Sub(now.Add(-2*time.Hour)).Hours()), at)
	}
	all := crowded(t, 1000)
	slos := append(all, objectives(t, ratio("99%", `calls_total{function="rare"}`, `calls_total{function="rare",code="500"}`))...)
	_, facts := check(t, promtest.Serve(t, s, now).URL, slos, lint.DefaultLimits)
	rare, often := facts.Traffic[slos[1000].SLI.Key("")], facts.Traffic[slos[0].SLI.Key("")]
	if rare.Every != time.Hour || often.Every <= time.Hour {
		t.Errorf("an hour is read every %s of who is called rarely, every %s of the others", rare.Every, often.Every)
	}
}

// crowd are functions that are called once a second, for two hours.
func crowd(functions int) *promtest.Samples {
	s := &promtest.Samples{}
	for i := range functions {
		for _, code := range []string{"200", "500"} {
			ls := labels.FromStrings("__name__", "calls_total", "job", "crowd", "instance", "a", "function", fmt.Sprintf("function-%d", i), "code", code)
			for at := now.Add(-2 * time.Hour); !at.After(now); at = at.Add(time.Minute) {
				s.Append(ls, at, at.Sub(now.Add(-2*time.Hour)).Seconds(), at)
			}
		}
	}
	return s
}

func crowded(t testing.TB, functions int) []slo.SLO {
	t.Helper()
	var b strings.Builder
	for i := range functions {
		fmt.Fprintf(&b, "  - {name: function-%d, slos: [{name: a, objective: 99%%, window: 7d, sli: {ratio: {total: 'calls_total{function=\"$function\"}', bad: 'calls_total{function=\"$function\",code=\"500\"}'}}}]}\n", i)
	}
	return objectives(t, b.String())
}

// TestWhoTellsLessIsAskedLess: a backend without an index of series or the types of
// metrics finds less and says so; what is there is still told from what is not.
func TestWhoTellsLessIsAskedLess(t *testing.T) {
	slos := objectives(t, ratio("99%", `function_calls_total{function="nobody"}`, `function_calls_total{function="nobody",code="500"}`))
	var asked atomic.Int64
	findings, facts := check(t, front(t, &asked, "series", "label", "metadata"), slos, lint.DefaultLimits)
	const want = `label-missing: shop/pay/a: no series of function_calls_total has function="nobody"; there is "charge-card", "close-invoice", "create-order", "evaluate", "fan-out" and 10 more`
	if got := told(findings); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	said := strings.Join(facts.Untold, "\n")
	for _, want := range []string{"does not list the series it had", "does not tell the types of metrics"} {
		if !strings.Contains(said, want) {
			t.Errorf("not said: %s; only\n%s", want, said)
		}
	}
}

// TestABackendThatIsDownDecidesNothing: neither when it is down from the start nor
// when it goes away in between.
func TestABackendThatIsDownDecidesNothing(t *testing.T) {
	slos := many(t, 10)
	for after := range int64(12) {
		var asked atomic.Int64
		api := fleetAPI(t)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) > after {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			api.ServeHTTP(w, r)
		}))
		r := &lint.Reader{Backend: client(t, server.URL), Step: 30 * time.Second, Limits: lint.DefaultLimits}
		if _, err := r.Gather(t.Context(), slos, now); prom.KindOf(err) != prom.Unavailable || err == nil {
			t.Errorf("down after %d questions: error %v", after, err)
		}
		server.Close()
	}
}

// TestAnExpensiveSelectorIsNamedWithItsFigures: a limit below and at what it reads.
func TestAnExpensiveSelectorIsNamedWithItsFigures(t *testing.T) {
	slos := objectives(t, ratio("99%", `function_calls_total`, `function_calls_total{code=~"5.."}`))
	var asked atomic.Int64
	server := front(t, &asked)
	_, facts := check(t, server, slos, lint.DefaultLimits)
	series := 0
	for _, row := range facts.Metrics["function_calls_total"].Now.Rows {
		series += row.Series
	}
	for limit, want := range map[int]bool{series: false, series - 1: true} {
		findings, _ := check(t, server, slos, lint.Limits{ThinShare: 0.2, MaxSeries: limit})
		got := told(findings)
		if strings.Contains(got, "query-expensive") != want {
			t.Errorf("limit %d of %d: %s", limit, series, got)
		}
		if want && !strings.Contains(got, fmt.Sprintf("its selectors read %d series, over the limit of %d", series, limit)) {
			t.Error(got)
		}
	}
}

// client is a client without retries.
func client(t testing.TB, server string) *prom.Client {
	t.Helper()
	c, err := prom.New(prom.Config{Name: "prometheus", URL: server, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
