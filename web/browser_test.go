package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/testbin"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/live"
)

// tab is one tab of a real browser and everything it complained about.
type tab struct {
	context.Context

	base    string
	handler atomic.Pointer[web.Server]
	live    *live.Hub // tells the pages what has changed
	mu      sync.Mutex
	said    []string                   // guarded by mu
	took    map[string][]time.Duration // how long the server worked on each path; guarded by mu
}

// browse opens a browser on a server over the fleet.
func browse(t testing.TB, f *fleet) *tab {
	t.Helper()
	b := &tab{live: live.New(live.Options{First: 1, Keep: 100, Readers: 10}), took: make(map[string][]time.Duration)}
	f.live = b.live
	b.handler.Store(f.server(t))
	server := httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(server.Close)
	t.Cleanup(b.live.Close)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(testbin.Chromium(t)), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(leave)
	b.Context, b.base = ctx, server.URL
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) serve(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	b.handler.Load().ServeHTTP(w, r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.took[r.URL.Path] = append(b.took[r.URL.Path], time.Since(began))
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.said = append(b.said, e.Entry.Text+" "+e.Entry.URL)
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, "an exception: "+e.ExceptionDetails.Text)
	case *page.EventJavascriptDialogOpening:
		b.said = append(b.said, "a dialog: "+e.Message)
	}
}

// complaints are what the browser said since it was asked last. A policy that
// stopped something is one, a refused status is none.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, text := range b.said {
		if !strings.Contains(text, "the server responded with a status of 40") {
			out = append(out, text)
		}
	}
	b.said = nil
	return out
}

func (b *tab) open(t testing.TB, path string, width int64) {
	t.Helper()
	if err := chromedp.Do(b, chromedp.EmulateViewport(width, 900), chromedp.Navigate(b.base+path)); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func evaluate[T any](t testing.TB, b *tab, script string) T {
	t.Helper()
	value, err := chromedp.Run(b, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return value
}

// until waits for a condition of the page. It asks anew each time, so the page
// may be another one in between.
func until(t testing.TB, b *tab, condition string) {
	t.Helper()
	script := `new Promise(done => { const look = n => (` + condition + `) ? done(true) : n ? setTimeout(look, 20, n - 1) : done(false); look(50); })`
	for range 10 {
		met, err := chromedp.Run(b, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil && met {
			return
		}
	}
	t.Fatalf("the page never met %s", condition)
}

var everyPage = [...]string{
	"/",
	"/slos", "/slos?service=checkout&q=cart&sort=-budget&columns=coverage,budget", "/slos?group=label:tier", "/audit", "/slos/checkout/charge-card/availability", "/slos/checkout/charge-card/availability/explain", "/slos/checkout/GET%20%2Fcart%2F%7Bid%7D/availability",
	"/slos/notify/send-email/availability", "/executive", "/executive?period=last-month&owner=team-checkout", "/reports?period=7d", "/incidents", "/incidents/inc-1", "/incidents/inc-2", "/glossary", "/nowhere",
	"/functions/checkout/charge-card", "/functions/checkout/GET%20%2Fcart%2F%7Bid%7D", "/functions/checkout/charge-card/exemplars?calls=all",
	"/silences?preview=&service=checkout&for=1h", "/deploys?preview=&service=checkout", "/maintenance?preview=&service=checkout&does=both", "/routes?slo=checkout/charge-card/availability", "/status",
}

// TestNoPageScrollsSideways opens every page on the narrowest phone, a tablet and
// a desk, and wants no complaint of the browser.
func TestNoPageScrollsSideways(t *testing.T) {
	f := newFleet()
	f.add(member{
		service: strings.Repeat("long", 20), function: "POST /" + strings.Repeat("segment/", 12) + strings.Repeat("x", 80), name: strings.Repeat("n", 60),
		owner: strings.Repeat("owner", 12), objective: "99.99999%", total: 9999999999999, bad: 99999999, burn: 99999, phase: alerting.PhaseFiring,
		severity: slo.SeverityPage, reason: strings.Repeat("reason", 40), p99: 123.4,
	})
	b := browse(t, f)
	for _, width := range []int64{360, 700, 1000, 1280} {
		for _, path := range append(everyPage[:], "/slos/"+f.slos[len(f.slos)-1].ID.String(), "/slos?sort=-calls") {
			b.open(t, path, width)
			if over := evaluate[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s at %d: %d pixels too wide, by %s", path, width, over, evaluate[string](t, b, widest))
			}
			if said := b.complaints(); len(said) > 0 {
				t.Errorf("%s at %d: %q", path, width, said)
			}
		}
	}
}

// widest names the innermost elements that stick out.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
	.slice(-3).map(e => e.tagName + "." + e.getAttribute("class")).join(" ")`

// TestNothingFromOutsideRuns opens the pages of hostile fleets: nothing may run,
// and nothing may even be tried and stopped by the policy. Several payloads share
// a name, because a browser takes its time; as links each stands alone.
func TestNothingFromOutsideRuns(t *testing.T) {
	b := browse(t, newFleet())
	links := make(map[string]string)
	for i, payload := range payloads {
		links[strconv.Itoa(i)] = payload
	}
	for several := range slices.Chunk(payloads[:len(payloads)-1], 8) {
		payload := strings.Join(several, " ")
		f := hostile(payload)
		config := f.config()
		config.Live = b.live
		config.Links = func(slo.SLO, time.Time, time.Time) map[string]string { return links }
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		b.handler.Store(server)
		for _, path := range hostilePaths(payload)[:5] {
			b.open(t, path, 1280)
			if said := b.complaints(); len(said) > 0 {
				t.Errorf("%q: %s: %q", payload, path, said)
			}
			if f.reloads > 0 {
				t.Errorf("%q: %s: a page reloaded the configuration", payload, path)
			}
		}
	}
}

func TestTheChartIsDrawnAndFollowsTheScheme(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos/checkout/charge-card/availability", 1280)
	until(t, b, `document.querySelector("#burndown canvas") !== null`)
	if got := evaluate[string](t, b, `document.querySelector("#burndown .u-legend").textContent`); !strings.Contains(got, "budget left") || !strings.Contains(got, "bad events") {
		t.Errorf("the legend says %q", got)
	}
	if got := evaluate[string](t, b, `document.querySelector("#burndown .u-legend").textContent`); !regexp.MustCompile(`^until.+\d\d:\d\dbudget left-?[\d.]+%`).MatchString(got) {
		t.Errorf("nobody points at the chart, and its legend says %q", got)
	}
	if n := evaluate[int](t, b, `(() => { const c = document.querySelector("#burndown canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n; })()`); n < 10000 {
		t.Errorf("only %d pixels are drawn", n)
	}
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

func TestTheChartFollowsTheWidthOfThePage(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos/checkout/charge-card/availability", 1280)
	until(t, b, `document.querySelector("#burndown canvas") !== null`)
	if err := chromedp.Do(b, chromedp.EmulateViewport(390, 900)); err != nil {
		t.Fatal(err)
	}
	until(t, b, `document.querySelector("#burndown .uplot").clientWidth === document.querySelector("#burndown").clientWidth && innerWidth === 390`)
}

func sloPageOf(o slo.SLO) string { return "/slos/" + o.ID.String() }

func TestTheChartMarksWhereThereIsAnAnnotation(t *testing.T) {
	f := newFleet()
	f.annotations = []slo.Annotation{
		{End: noon.Add(-240 * time.Hour).Unix(), Width: 36 * 3600, Kind: slo.Bridged, Text: "300 events are spread evenly"},
		{End: noon.Add(-9999 * time.Hour).Unix(), Kind: slo.Estimated, Text: "before the chart"},
	}
	i := slices.IndexFunc(f.slos, func(o slo.SLO) bool { return sloPageOf(o) == availabilityPage })
	f.slos[i].History = []slo.Revision{{Number: 1, From: noon.Add(-9999 * time.Hour)}, {Number: 2, From: noon.Add(-120 * time.Hour), Change: "objective 99% → 99.9%"}}
	b := browse(t, f)
	b.open(t, "/slos/checkout/charge-card/availability", 1280)
	until(t, b, `document.querySelector("#burndown .mark") !== null`)
	got := evaluate[string](t, b, `(() => { const all = document.querySelector("#burndown .u-over").getBoundingClientRect();
		return [...document.querySelectorAll("#burndown .mark")].map(e => { const r = e.getBoundingClientRect();
			return e.title + " at " + ((r.left - all.left) / all.width * 30).toFixed(0) + " for " + (r.width / all.width * 30).toFixed(1); }).join("; "); })()`)
	if want := "300 events are spread evenly at 18 for 1.5; objective changed: objective 99% → 99.9% (charge-card availability of checkout) at 25 for 0.1; Alert: page for 12 m, burn rate 20.1 over 1h and 31.0 over 5m, both at or over 14.4 at 30 for 0.1"; got != want {
		t.Errorf("marks in days: %q, want %q", got, want)
	}
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

func TestTimesAreInTheZoneOfTheReader(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/incidents/inc-1", 1280)
	until(t, b, `document.querySelector("time[title]") !== null`)
	want := evaluate[string](t, b, `new Intl.DateTimeFormat(undefined, {day: "numeric", month: "short", year: "numeric"}).format(new Date("2026-03-01T11:48:00Z"))`)
	got := evaluate[string](t, b, `document.querySelector("#live .head time").textContent + "|" + document.querySelector("#live .head time").title`)
	if !strings.HasPrefix(want, strings.SplitN(got, ",", 2)[0]) || !strings.HasSuffix(got, "|2026-03-01 11:48:00 UTC") {
		t.Errorf("got %q, want a time of %q", got, want)
	}
}

func TestAcknowledgingInABrowser(t *testing.T) {
	f := newFleet()
	b := browse(t, f)
	b.open(t, "/incidents/inc-1", 390)
	submit := `(() => { const f = document.querySelector("form[action$='/ack']"); f.by.value = "ada"; f.comment.value = "on it"; f.requestSubmit(); return true; })()`
	evaluate[bool](t, b, submit)
	until(t, b, `document.body.textContent.includes("Acknowledged by ada")`)
	if f.incidents[0].AckComment != "on it" {
		t.Errorf("acknowledged with %q", f.incidents[0].AckComment)
	}
	until(t, b, `document.querySelector("form[action$='/resolve']").by.value === "ada"`)
}
