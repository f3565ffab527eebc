package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
)

// BenchmarkPagesOfALedger is what pages cost the server that read 30 days of a
// simulated backend into a real ledger: the list, the page of an SLO, and the numbers
// of its charts. Medians are in milliseconds.
func BenchmarkPagesOfALedger(b *testing.B) {
	clock := newClock(wednesday)
	prom := newBackend(b, fleet.Options{Seed: 1, Now: clock.Now})
	dir := b.TempDir()
	writeFile(b, filepath.Join(dir, "slos", "one.yaml"), monthFile)
	r := start(b, configuration{backend: prom.URL, storage: filepath.Join(dir, "slofuse.db")}.write(b, dir), clock.Now)
	r.round()
	if known, err := r.Assess(b.Context(), r.SLOs(), time.Time{}); err != nil || known[0].Window.Coverage < 1 || known[0].Window.Total == 0 {
		b.Fatalf("of 30 days is known: %+v, %v", known[0].Window, err)
	}
	const detail = "/slos/checkout/create-order/availability"
	for _, path := range []string{"/slos", detail, detail + "?range=1d", "/api/v1" + detail + "/charts"} {
		b.Run(path, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				w := httptest.NewRecorder()
				r.web.ServeHTTP(w, httptest.NewRequest(http.MethodGet, r.url+path, nil))
				if took = append(took, time.Since(began)); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
		})
	}
}

// monthFile has an objective over 30 days.
const monthFile = `version: 1
service: checkout
owner: team-checkout
functions:
  - name: create-order
    slos:
      - name: availability
        objective: 99.9%
        window: 30d
        sli: {ratio: {total: 'function_calls_total{function="create-order"}', bad: 'function_calls_total{function="create-order",code=~"5.."}', fingerprint: [code]}}
`
