package prom_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/internal/testbin"
	"github.com/slofuse/slofuse/slo"
)

// traced is a target that has failed once and was slow once, each with a trace.
func traced(t *testing.T) string {
	t.Helper()
	registry := prometheus.NewRegistry()
	calls := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "calls_total", Help: "Calls."}, []string{"function", "code"})
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "call_seconds", Help: "Seconds.", Buckets: []float64{0.5, 1, 5}}, []string{"function"})
	registry.MustRegister(calls, seconds)
	calls.WithLabelValues("charge", "200").(prometheus.ExemplarAdder).AddWithExemplar(1, prometheus.Labels{"trace_id": "good"})
	calls.WithLabelValues("charge", "503").(prometheus.ExemplarAdder).AddWithExemplar(1, prometheus.Labels{"trace_id": "failed"})
	seconds.WithLabelValues("charge").(prometheus.ExemplarObserver).ObserveWithExemplar(2.5, prometheus.Labels{"traceID": "slow"})
	seconds.WithLabelValues("refund").(prometheus.ExemplarObserver).ObserveWithExemplar(2.5, prometheus.Labels{"traceID": "foreign"})
	target := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	t.Cleanup(target.Close)
	return target.URL
}

// TestE2EExemplarsOfAPrometheus: one that keeps exemplars answers with the failed and the
// slow call, and one that does not with nothing.
func TestE2EExemplarsOfAPrometheus(t *testing.T) {
	binary, target := testbin.Prometheus(t), traced(t)
	function := []slo.Matcher{{Label: "function", Op: slo.MatchEqual, Value: "charge"}}
	failed := slo.Selector{Metric: "calls_total", Matchers: append([]slo.Matcher{{Label: "code", Op: slo.MatchRegexp, Value: "5.."}}, function...)}
	availability := slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "calls_total", Matchers: function}}, Bad: []slo.Selector{failed}}}
	latency := slo.SLI{Latency: &slo.Latency{Histogram: slo.Selector{Metric: "call_seconds", Matchers: function}, Threshold: time.Second, Unit: time.Second}}
	selectors := append(availability.ExemplarSelectors(), latency.ExemplarSelectors()...)
	for name, c := range map[string]struct {
		args []string
		want map[string]bool // whether it was bad, by trace
	}{
		"keeps them": {[]string{"--enable-feature=exemplar-storage"}, map[string]bool{"good": false, "failed": true, "slow": true}},
		"keeps none": {nil, map[string]bool{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := client(t, promtest.ScrapePrometheus(t, binary, target, c.args...), nil)
			scraped(t, client)
			list, err := client.Exemplars(t.Context(), selectors, prom.Span{From: time.Now().Add(-time.Minute), To: time.Now().Add(time.Minute)}, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, e := range list {
				_, bad := availability.ExemplarJudge()(e)
				_, slow := latency.ExemplarJudge()(e)
				got[e.Trace()] = bad || slow
			}
			if len(got) != len(c.want) || got["failed"] != c.want["failed"] || got["slow"] != c.want["slow"] || got["good"] {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// scraped waits until the target is there.
func scraped(t *testing.T, c *prom.Client) {
	t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		found, err := c.Query(t.Context(), "call_seconds_count", time.Now())
		if err == nil && len(found) == 2 {
			return
		}
		select {
		case <-again.C:
		case <-t.Context().Done():
			t.Fatal("the target was never scraped", err)
		}
	}
}
