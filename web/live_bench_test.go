package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/live"
)

const (
	openPages       = 200
	roundsPerMinute = 2
)

// BenchmarkOpenPages keeps 200 pages of different kinds open for a minute, with a
// round every 30 seconds that changes every SLO: each hears of it over a stream of
// its own and fetches its parts. What is reported is the processor time of a minute,
// that of the readers included, as a share of one core.
func BenchmarkOpenPages(b *testing.B) {
	for _, size := range []int{100, 10000} {
		b.Run(fmt.Sprintf("of%d", size), func(b *testing.B) {
			hub := live.New(live.Options{First: 1, Keep: 100, Readers: openPages})
			f := &fleet{assessments: map[slo.ID]slo.Assessment{}, live: hub}
			for i := range size {
				f.describe(member{service: fmt.Sprintf("s%02d", i%40), function: fmt.Sprintf("f%05d", i), name: "up", owner: "t", objective: "99.9%", total: 1000000, bad: int64(i % 900)})
			}
			f.incidents = newFleet().incidents
			server := httptest.NewServer(f.server(b))
			defer server.Close()
			defer hub.Close()
			var fetched sync.WaitGroup
			for i := range openPages {
				openPage(b, server.URL, pageOf(i), &fetched)
			}
			before := processorTime(b)
			for b.Loop() {
				for range roundsPerMinute {
					fetched.Add(openPages)
					hub.Publish(live.SLO, live.All)
					fetched.Wait()
				}
			}
			perMinute := (processorTime(b) - before) / time.Duration(b.N)
			b.ReportMetric(float64(perMinute.Milliseconds()), "cpu-ms/min")
			b.ReportMetric(100*perMinute.Seconds()/60, "%core")
		})
	}
}

// pageOf is what somebody looks at: nearly half of all at the same list, others at
// a service, an SLO, the incidents or one of them.
func pageOf(i int) string {
	switch n := i / 10 % 10; {
	case n < 4:
		return "/slos"
	case n < 5:
		return fmt.Sprintf("/slos?service=s%02d", i%40)
	case n < 8:
		return fmt.Sprintf("/slos/s%02d/f%05d/up", i%40, i%40)
	case n < 9:
		return "/incidents"
	}
	return "/incidents/inc-1"
}

// openPage follows the stream of events and fetches its fragment on each.
func openPage(b *testing.B, base, path string, fetched *sync.WaitGroup) {
	b.Helper()
	stream, err := http.Get(base + "/api/v1/events")
	if err != nil || stream.StatusCode != http.StatusOK {
		b.Fatal(err, stream.StatusCode)
	}
	b.Cleanup(func() { stream.Body.Close() })
	scanner := bufio.NewScanner(stream.Body)
	for scanner.Scan() && scanner.Text() != "data: {}" { //revive:disable-line:empty-block // the first beat
	}
	go func() {
		for scanner.Scan() {
			if strings.HasPrefix(scanner.Text(), "data: ") {
				fetchFragment(b, base+path)
				fetched.Done()
			}
		}
	}()
}

func fetchFragment(b *testing.B, url string) {
	r, _ := http.NewRequest(http.MethodGet, url, nil)
	r.Header.Set("Fragment", "true")
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	defer response.Body.Close()
	if n, err := io.Copy(io.Discard, response.Body); err != nil || n == 0 || response.StatusCode != http.StatusOK {
		b.Errorf("%s: status %d, %d bytes, %v", url, response.StatusCode, n, err)
	}
}

// processorTime is what this process has used of the processors.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
