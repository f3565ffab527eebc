package journal

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// BenchmarkStorm is 10,000 functions that begin to burn in one slot: decided,
// committed, and the first pages handed out.
func BenchmarkStorm(b *testing.B) {
	const functions = 10_000
	slos, calm, storm := make([]slo.SLO, functions), make([]slo.Assessment, functions), make([]slo.Assessment, functions)
	one := burning()[:1]
	for n := range functions {
		slos[n] = one[0]
		slos[n].ID.Function = fmt.Sprintf("f%05d", n)
		calm[n], storm[n] = assessSlot(one, 79)[0], assessSlot(one, 83)[0]
		calm[n].ID, storm[n].ID = slos[n].ID, slos[n].ID
	}
	route := func(map[string]string, time.Time) []alerting.Route {
		return []alerting.Route{{Destinations: []alerting.Destination{slack}}}
	}
	for b.Loop() {
		b.StopTimer()
		db, err := sqldb.Open(b.Context(), filepath.Join(b.TempDir(), "slofuse.db"), nil)
		if err != nil {
			b.Fatal(err)
		}
		j, err := Open(b.Context(), db)
		if err != nil {
			b.Fatal(err)
		}
		engine, err := alerting.NewEngine(b.Context(), alerting.Config{Store: j, Now: time.Now, Settings: alerting.Settings{Route: route}})
		if err != nil {
			b.Fatal(err)
		}
		begin := time.Now()
		if err := engine.Observe(b.Context(), noon, slos, calm); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(begin).Milliseconds()), "ms/calm-slot")
		b.StartTimer()
		if err := engine.Observe(b.Context(), noon, slos, storm); err != nil {
			b.Fatal(err)
		}
		begin = time.Now()
		due, err := j.Due(b.Context(), later, 256)
		if err != nil || len(due) != 256 {
			b.Fatalf("%d due: %v", len(due), err)
		}
		b.ReportMetric(float64(time.Since(begin).Milliseconds()), "ms/first-due")
		b.StopTimer()
		rest, err := j.Due(b.Context(), later, functions)
		if err != nil || len(rest) != functions-256 {
			b.Fatalf("%d due: %v", len(rest), err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
