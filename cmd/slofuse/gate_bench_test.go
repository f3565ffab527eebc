package main

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/internal/promload"
	"github.com/slofuse/slofuse/internal/testbin"
)

// BenchmarkGateAlone is what a pipeline waits for that asks Prometheus itself, over
// an hour, and what that costs Prometheus.
func BenchmarkGateAlone(b *testing.B) {
	fleet := usualFleet(functionsOf("SLOFUSE_GATE_FUNCTIONS", 100))
	server := startLoad(b, promload.Options{Binary: testbin.Prometheus(b), Dir: b.TempDir()})
	b.Cleanup(func() { must(b, server.Stop()) })
	must(b, fleet.Write(b.Context(), server, loadNow.Add(-4*time.Hour), loadHour))
	dir := b.TempDir()
	for i, text := range objectivesOf(fleet, availability) {
		must(b, os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".yaml"), []byte(text), 0o600))
	}
	before, err := server.Usage(b.Context())
	must(b, err)
	runs := 0.0
	for b.Loop() {
		askGate(b, "--prometheus.url", server.URL, dir)
		runs++
	}
	after, err := server.Usage(b.Context())
	must(b, err)
	spent := after.Sub(before)
	b.ReportMetric(1000*spent.CPU.Seconds()/runs, "prom-cpu-ms")
	b.ReportMetric(spent.Queries/runs, "queries")
	b.ReportMetric(spent.Samples/runs, "samples")
	b.ReportMetric(spent.Bytes/runs/1000, "kB")
}

// BenchmarkGateServer is what a pipeline waits for that asks a server about all it
// has.
func BenchmarkGateServer(b *testing.B) {
	for _, functions := range []int{1000, 10_000} {
		b.Run("functions="+strconv.Itoa(functions), func(b *testing.B) {
			r := newLoad(b, usualFleet(functions), loadNow.Add(-90*time.Minute), loadHour, availability)
			must(b, r.service.evaluator.CatchUp(b.Context(), loadNow, func(evaluator.Progress) {}))
			r.tick(loadNow)
			server := httptest.NewServer(r.service.web)
			b.Cleanup(server.Close)
			var printed int
			for b.Loop() {
				printed = askGate(b, "--server", server.URL)
			}
			b.ReportMetric(float64(printed)/1000, "kB-printed")
		})
	}
}

// askGate runs the gate as a pipeline does, and is how much it printed.
func askGate(b *testing.B, args ...string) int {
	b.Helper()
	var out, errs bytes.Buffer
	c := &cli{stdout: &out, stderr: &errs, now: func() time.Time { return loadNow }, wait: sleep, getenv: func(string) string { return "" }}
	if code := c.run(b.Context(), append([]string{"gate", "-o", "json"}, args...)); code != exitPass {
		must(b, errors.New(errs.String()+out.String()[:min(out.Len(), 2000)]))
	}
	return out.Len()
}
