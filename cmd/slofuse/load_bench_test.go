package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/internal/promload"
	"github.com/slofuse/slofuse/internal/testbin"
)

// The slots that are measured come before a full hour, after which late samples
// are looked for: that is measured apart.
var (
	loadNow  = time.Date(2026, 3, 4, 11, 49, 0, 0, time.UTC)
	loadHour = time.Date(2026, 3, 4, 12, 0, 30, 0, time.UTC)
)

const (
	loadStep    = 30 * time.Second
	slotsAnHour = 120
)

// usualFleet is a fleet whose functions have two processes each and three codes.
func usualFleet(functions int) promload.Fleet {
	return promload.Fleet{Functions: functions, Instances: 2, Codes: promload.UsualCodes, Scrape: 15 * time.Second}
}

// BenchmarkReading is what a slot costs a real Prometheus and slofuse, one
// availability objective a function, from asking to deciding and the commit of
// both. The hourly reading of two hours is spread over the slots of an hour.
func BenchmarkReading(b *testing.B) {
	for _, functions := range []int{100, 1000, 10_000} {
		b.Run("functions="+strconv.Itoa(functions), func(b *testing.B) { benchmarkReading(b, usualFleet(functions), availability) })
	}
}

// BenchmarkReadingLatency is the same with a latency objective on a histogram of
// 12 buckets beside each.
func BenchmarkReadingLatency(b *testing.B) {
	fleet := usualFleet(1000)
	fleet.Buckets = promload.UsualBuckets
	benchmarkReading(b, fleet, availability+latency)
}

// BenchmarkReadingCodes shows how the cost grows with the classes of errors.
func BenchmarkReadingCodes(b *testing.B) {
	for _, codes := range []int{2, 8, 32} {
		b.Run("codes="+strconv.Itoa(codes), func(b *testing.B) {
			fleet := usualFleet(250)
			fleet.Codes = []string{"200"}
			for i := 1; i < codes; i++ {
				fleet.Codes = append(fleet.Codes, strconv.Itoa(500+i))
			}
			benchmarkReading(b, fleet, availability)
		})
	}
}

// BenchmarkReadingWindows shows that it does not grow with the windows: they are
// sums over what was read.
func BenchmarkReadingWindows(b *testing.B) {
	for _, window := range []string{"7d", "30d", "90d"} {
		b.Run("window="+window, func(b *testing.B) {
			benchmarkReading(b, usualFleet(250), strings.ReplaceAll(availability, "30d", window))
		})
	}
}

// Objectives of every function.
const (
	availability = `
      - {name: availability, objective: 99.9%, window: 30d, sli: {ratio: {total: 'function_calls_total{function="$function"}', bad: 'function_calls_total{function="$function",code=~"5.."}', fingerprint: [code]}}}`
	latency = `
      - {name: latency, objective: 99%, window: 30d, sli: {latency: {histogram: 'function_call_duration_seconds{function="$function"}', threshold: 250ms}}}`
)

func benchmarkReading(b *testing.B, fleet promload.Fleet, objectives string) {
	r := newLoad(b, fleet, loadNow.Add(-4*time.Hour), loadHour, objectives)
	r.tick(loadNow.Add(-loadStep)) // opens the accounts
	now := loadNow
	before, own := r.usage(), ownCPU(b)
	var slots float64
	var longest time.Duration
	for b.Loop() {
		began := time.Now()
		r.tick(now)
		longest = max(longest, time.Since(began))
		now = now.Add(loadStep)
		slots++
	}
	plain, ownPlain := r.usage().Sub(before), ownCPU(b)-own
	before, own = r.usage(), ownCPU(b)
	if r.tick(loadHour); now.After(loadHour) {
		b.Fatal("more slots than there are before the hour: run it with -benchtime 20x or less")
	}
	hourly, ownHourly := r.usage().Sub(before), ownCPU(b)-own
	spread := func(plain, hourly float64) float64 { return (plain/slots*(slotsAnHour-1) + hourly) / slotsAnHour }
	b.ReportMetric(1000*spread(plain.CPU.Seconds(), hourly.CPU.Seconds()), "prom-cpu-ms/slot")
	b.ReportMetric(spread(plain.Samples, hourly.Samples), "samples/slot")
	b.ReportMetric(spread(plain.Queries, hourly.Queries), "queries/slot")
	b.ReportMetric(spread(plain.Bytes, hourly.Bytes)/1000, "kB/slot")
	b.ReportMetric(1000*spread(ownPlain.Seconds(), ownHourly.Seconds()), "own-cpu-ms/slot")
	b.ReportMetric(longest.Seconds(), "longest-s")
	b.ReportMetric(residentMB(b), "resident-MB")
}

// BenchmarkRules is what the rules of a generator cost the same Prometheus for
// the same objectives: loaded, on three days of history, evaluated every 30 s
// while it scrapes. What scraping alone costs is measured first and taken off.
func BenchmarkRules(b *testing.B) {
	functions := functionsOf("SLOFUSE_RULE_FUNCTIONS", 250)
	fleet := usualFleet(functions)
	exporter := httptest.NewServer(fleet.Exporter(time.Now))
	defer exporter.Close()
	dir := b.TempDir()
	options := promload.Options{Binary: testbin.Prometheus(b), Dir: dir, Target: exporter.Listener.Addr().String()}
	server := startLoad(b, promload.Options{Binary: options.Binary, Dir: dir})
	must(b, fleet.Write(b.Context(), server, time.Now().Add(-72*time.Hour), time.Now()))
	must(b, server.Stop())
	scraping := measured(b, options)
	options.Rules = fleet.RuleFile()
	for b.Loop() {
		spent := measured(b, options)
		b.ReportMetric(1000*(spent.CPU-scraping.CPU).Seconds()/ruleSlots, "prom-cpu-ms/slot")
		b.ReportMetric((spent.Samples-scraping.Samples)/ruleSlots, "samples/slot")
		b.ReportMetric(float64(functions), "functions")
	}
}

// ruleSlots is for how many evaluations the rules are measured.
const ruleSlots = 6

// measured is what a server spends in ruleSlots evaluations, after a first one.
func measured(b *testing.B, o promload.Options) promload.Usage {
	b.Helper()
	server := startLoad(b, o)
	pause(b, 2*loadStep)
	before, err := server.Usage(b.Context())
	must(b, err)
	pause(b, ruleSlots*loadStep)
	after, err := server.Usage(b.Context())
	must(b, err)
	must(b, server.Stop())
	return after.Sub(before)
}

// pause lets real time pass: a server evaluates rules by its own clock.
func pause(b *testing.B, d time.Duration) {
	b.Helper()
	select {
	case <-b.Context().Done():
		b.Fatal(b.Context().Err())
	case <-time.After(d):
	}
}

// functionsOf is how many functions the environment asks for.
func functionsOf(variable string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return usual
}

// BenchmarkCatchUp is what 30 days of history cost when slofuse meets functions
// for the first time.
func BenchmarkCatchUp(b *testing.B) {
	fleet := usualFleet(functionsOf("SLOFUSE_CATCHUP_FUNCTIONS", 100))
	fleet.Scrape = 30 * time.Second
	for b.Loop() {
		r := newLoad(b, fleet, loadNow.Add(-30*24*time.Hour-2*time.Hour), loadNow, availability)
		before, own := r.usage(), ownCPU(b)
		must(b, r.service.evaluator.CatchUp(b.Context(), loadNow, func(evaluator.Progress) {}))
		spent := r.usage().Sub(before)
		b.ReportMetric(spent.CPU.Seconds(), "prom-cpu-s")
		b.ReportMetric(spent.Samples, "samples")
		b.ReportMetric(spent.Queries, "queries")
		b.ReportMetric(spent.Bytes/1e6, "MB")
		b.ReportMetric((ownCPU(b) - own).Seconds(), "own-cpu-s")
	}
}

// load is a service on a real Prometheus with the history of a fleet.
type load struct {
	b       *testing.B
	server  promload.Server
	service *service
}

func newLoad(b *testing.B, fleet promload.Fleet, from, to time.Time, objectives string) *load {
	b.Helper()
	server := startLoad(b, promload.Options{Binary: testbin.Prometheus(b), Dir: b.TempDir()})
	b.Cleanup(func() { must(b, server.Stop()) })
	must(b, fleet.Write(b.Context(), server, from, to))
	dir := b.TempDir()
	for i, text := range objectivesOf(fleet, objectives) {
		must(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("slos-%d.yaml", i)), []byte(text), 0o600))
	}
	file := filepath.Join(dir, "slofuse.yaml")
	must(b, os.WriteFile(file, fmt.Appendf(nil, "backends: [{name: main, url: %s}]\nslo_files: [%s]\nstorage: {path: %s}\n",
		server.URL, filepath.Join(dir, "slos-*.yaml"), filepath.Join(dir, "slofuse.db")), 0o600))
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	must(b, err)
	log := slog.New(slog.DiscardHandler)
	s, err := newService(b.Context(), serviceOptions{
		settings: func() (*settings, error) { return settingsFrom(file, log) }, listener: listener, log: log, now: func() time.Time { return loadNow },
	})
	must(b, err)
	b.Cleanup(func() { must(b, errors.Join(s.db.Close(), listener.Close())) })
	return &load{b: b, server: server, service: s}
}

// objectivesOf writes SLO files of a size people write.
func objectivesOf(fleet promload.Fleet, objectives string) []string {
	const perFile = 500
	var files []string
	for n := range fleet.Functions {
		if n%perFile == 0 {
			files = append(files, "version: 1\nservice: fleet\nowner: team\nfunctions:\n")
		}
		files[len(files)-1] += "  - name: " + fleet.Name(n) + "\n    slos:" + objectives + "\n"
	}
	return files
}

func startLoad(b *testing.B, o promload.Options) promload.Server {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	server, err := promload.Start(ctx, o)
	must(b, err)
	return server
}

func (r *load) tick(now time.Time) {
	r.b.Helper()
	must(r.b, evaluate(r.b.Context(), r.service.evaluator, now))
	for _, h := range r.service.evaluator.Health() {
		must(r.b, h.Err)
	}
}

func (r *load) usage() promload.Usage {
	r.b.Helper()
	u, err := r.server.Usage(r.b.Context())
	must(r.b, err)
	return u
}

// ownCPU is the processor time of this process.
func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// residentMB is the memory of this process that the machine holds, or 0 where the
// system does not tell.
func residentMB(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, err := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	must(b, err)
	return pages * float64(os.Getpagesize()) / (1 << 20)
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
