package web_test

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// BenchmarkDetail is the page of one SLO of 30 days, and what it fetches for its charts,
// on the server. What was counted is made up, so this is all but
// the sums of the ledger.
func BenchmarkDetail(b *testing.B) {
	server := newFleet().server(b)
	for _, path := range []string{availabilityPage, chartsPath} {
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

// paintedWithin is what the charts of a month may take, from when their numbers have
// arrived to when they are all drawn: 100 ms on a machine of its own, and more where
// others work on it at the same time.
const paintedWithin = 500 * time.Millisecond

// TestE2EChartsOfAMonthArePaintedAtOnce loads the page 20 times with a warm cache and
// prints the medians.
func TestE2EChartsOfAMonthArePaintedAtOnce(t *testing.T) {
	b := browse(t, newFleet())
	var drawn, loaded []float64
	for range 21 {
		b.open(t, availabilityPage, 1280)
		until(t, b, `performance.getEntriesByName("charts drawn").length === 1`)
		drawn = append(drawn, evaluate[float64](t, b, `performance.getEntriesByName("charts drawn")[0].duration`))
		loaded = append(loaded, evaluate[float64](t, b, `performance.getEntriesByName("charts drawn")[0].startTime + performance.getEntriesByName("charts drawn")[0].duration`))
	}
	drawn, loaded = drawn[1:], loaded[1:]
	slices.Sort(drawn)
	slices.Sort(loaded)
	t.Logf("the median of %d loads: charts drawn in %.0f ms, %.0f ms after the page was asked for", len(drawn), drawn[10], loaded[10])
	if median := time.Duration(drawn[10] * float64(time.Millisecond)); median > paintedWithin {
		t.Errorf("the charts are drawn in %s, more than %s", median, paintedWithin)
	}
}
