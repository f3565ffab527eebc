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
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	for i := range 10000 {
		f.describe(member{service: fmt.Sprintf("s%02d", i%40), function: fmt.Sprintf("f%05d", i), name: "up", owner: "t", objective: "99.9%", total: 1000000, bad: int64(i % 900)})
	}
	server := f.server(b)
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
