package evaluator_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/internal/testbin"
)

// Free queries count the same on every kind of server, in slots of 30 s, 5 m and
// an hour, as far as the servers agree on what a query says: to VictoriaMetrics
// NaN is a missing sample, in whose place it takes the one before.
func TestE2EFreeQueriesOnEveryServer(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(*testing.T) string{
		"Prometheus 3": func(t *testing.T) string { return promtest.RunPrometheus(t, testbin.Prometheus(t), kindsSamples()) },
		"Prometheus 2": func(t *testing.T) string {
			return promtest.RunPrometheus(t, testbin.PrometheusDebian(t), kindsSamples())
		},
		"VictoriaMetrics": func(t *testing.T) string {
			return promtest.RunVictoriaMetrics(t, testbin.VictoriaMetrics(t), kindsSamples())
		},
	} {
		t.Run(name, func(t *testing.T) { countedAlike(t, name, run(t)) })
	}
}

func countedAlike(t *testing.T, server, url string) {
	t.Helper()
	e, book := kindsOn(t, promtest.Front(t, url, kindsNow))
	catchUp(t, e, kindsNow)
	end := e.LastSlot(kindsNow)
	for span, from := range map[string]time.Time{
		"six hours": end.Add(-6 * time.Hour), "two days": kindsNow.Add(-48 * time.Hour), "all": kindsStart.Add(2 * time.Hour),
	} {
		for _, k := range kinds() {
			if server == "VictoriaMetrics" && k.name == "no number is no value" {
				continue
			}
			got := book.Sum(k.sli.Key(backend), "", from, end)
			if want := k.between(got.From, got.To); got.Counts != want || want.Total == 0 {
				t.Errorf("%s, %s: %+v, want %+v", k.name, span, got.Counts, want)
			}
		}
	}
}
