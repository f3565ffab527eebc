package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// BenchmarkSummaryOf10000 is a large house summed up: of 40 services and 25 teams, what
// the pages and the report cost beside the ledger, the collector of garbage included.
func BenchmarkSummaryOf10000(b *testing.B) {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}, past: map[slo.ID]slo.Counts{}}
	for i := range 10000 {
		f.describe(member{
			service: fmt.Sprintf("s%02d", i%40), function: fmt.Sprintf("f%05d", i/2), name: []string{"availability", "latency"}[i%2], owner: fmt.Sprintf("team-%02d", i%25),
			objective: "99.9%", total: 1000000, bad: int64(i % 1200),
		})
		f.past[f.slos[i].ID] = slo.Counts{Total: 900000, Bad: int64(i % 1100)}
	}
	server := f.server(b)
	for _, path := range []string{"/executive", "/reports", "/api/v1/report", "/api/v1/report?format=csv"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				f.summed = nil
				w := httptest.NewRecorder()
				if server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
			b.ReportMetric(float64((processorTime(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
}
