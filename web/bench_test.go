package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

// BenchmarkListOf10000 is the first page of a large house: filtered, counted,
// sorted and rendered on the server.
func BenchmarkListOf10000(b *testing.B) {
	_, server := lastingServer(b, largeFleet())
	for _, path := range []string{"/slos", "/api/v1/slos", "/api/v1/gate"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := get(b, server, path); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}

// largeFleet is 10,000 SLOs of 40 services, ordered as an evaluator has them.
func largeFleet() *fleet {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}, status: newFleet().status}
	for i := range 10000 {
		f.describe(member{service: fmt.Sprintf("s%02d", i/250), function: fmt.Sprintf("f%05d", i), name: "up", owner: "t", objective: "99.9%", total: 1000000, bad: int64(i % 900)})
	}
	return f
}
