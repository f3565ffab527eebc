package web_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// BenchmarkListInChromium loads the first 100 rows of 10,000 SLOs with a warm cache:
//
//	go test ./web -run '^$' -bench InChromium -benchtime 20x
//
// Figures are medians in milliseconds: of the server, and in the browser from the
// begin of the navigation to where the page is parsed, to where all its scripts have
// run and keys and links work, and to the first frame that has every row.
func BenchmarkListInChromium(b *testing.B) {
	f := largeFleet()
	t := browse(b, f)
	_, server := lastingServer(b, f)
	t.handler.Store(server)
	t.injects(b, `addEventListener("DOMContentLoaded", `+nextFrame+`("rows painted"))`)
	loads := t.loads(b, "/slos", `performance.getEntriesByName("rows painted").length === 1`, map[string]string{
		"ms-parsed":      `performance.getEntriesByType("navigation")[0].domInteractive`,
		"ms-interactive": `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`,
		"ms-painted":     `performance.getEntriesByName("rows painted")[0].startTime`,
	})
	loads.server("ms-server", "/slos", t)
	loads.report(b)
}

// BenchmarkDetailInChromium loads the page of an SLO over 30 days with a warm cache.
// Figures are medians in milliseconds: of the server for the page and for the numbers
// of its charts, and in the browser from where the numbers have arrived to where all
// charts are drawn and to the first frame that has them, and from the begin of the
// navigation to that frame.
func BenchmarkDetailInChromium(b *testing.B) {
	t := browse(b, newFleet())
	t.injects(b, `new PerformanceObserver(`+nextFrame+`("charts painted")).observe({type: "measure"})`)
	const painted, arrived = `performance.getEntriesByName("charts painted")[0].startTime`, `performance.getEntriesByName("charts arrived")[0].startTime`
	loads := t.loads(b, availabilityPage, `performance.getEntriesByName("charts painted").length === 1`, map[string]string{
		"ms-drawn":        `performance.getEntriesByName("charts drawn")[0].duration`,
		"ms-painted":      painted + " - " + arrived,
		"ms-whole-page":   painted,
		"ms-interactive":  `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`,
		"charts-of-month": `document.querySelectorAll(".chart canvas").length`,
	})
	loads.server("ms-server-page", availabilityPage, t)
	loads.server("ms-server-charts", chartsPath, t)
	loads.report(b)
}

// nextFrame makes a function that marks, by a name, when the next frame was painted:
// what is put off from where a frame begins runs once it is over.
const nextFrame = `(name => () => requestAnimationFrame(() => setTimeout(() => performance.mark(name))))`

// injects runs a script before those of each page that is opened from now on.
func (b *tab) injects(t testing.TB, script string) {
	t.Helper()
	err := chromedp.Do(b, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// samples are what was measured, in milliseconds, by the name of the figure.
type samples map[string][]float64

// loads opens a page once to warm the cache and then as often as the benchmark asks
// for. It waits for a condition each time and notes what scripts measure.
func (b *tab) loads(t *testing.B, path, ready string, figures map[string]string) samples {
	t.Helper()
	out := make(samples)
	b.open(t, path, 1280)
	until(t, b, ready)
	b.mu.Lock()
	clear(b.took)
	b.mu.Unlock()
	for t.Loop() {
		b.open(t, path, 1280)
		until(t, b, ready)
		for name, script := range figures {
			out[name] = append(out[name], evaluate[float64](t, b, script))
		}
	}
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
	return out
}

// server notes how long the server worked on each request for a path.
func (s samples) server(name, path string, b *tab) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, took := range b.took[path] {
		s[name] = append(s[name], float64(took.Microseconds())/1000)
	}
}

// report prints the medians in place of the time of a loop.
func (s samples) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	for name, list := range s {
		slices.Sort(list)
		b.ReportMetric(list[len(list)/2], name)
	}
	b.Log(fmt.Sprint("medians of ", b.N, " loads"))
}
