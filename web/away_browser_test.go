package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/live"
)

// before runs a script in every page before its own.
func (b *tab) before(t *testing.T, script string) {
	t.Helper()
	err := chromedp.Do(b, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// watchedTab counts what a page fetches and hears, lets a test turn away from it and its
// clock go on, and keeps what it does every minute.
const watchedTab = `window.fetched = []; window.heard = []; window.minutely = []; window.away = false; window.skew = 0;
	(() => { const fetch = window.fetch, now = Date.now, every = window.setInterval;
		window.fetch = (url, o) => { fetched.push(String(url)); return fetch(url, o); };
		Date.now = () => now() + skew;
		window.setInterval = (f, ms) => { if (ms === 60000) minutely.push(f); return every(f, ms); };
		Object.defineProperty(document, "hidden", {get: () => away});
		new BroadcastChannel("slofuse").onmessage = e => heard.push(e.data.kind); })();`

// turn hides the page, or shows it.
func (b *tab) turn(t *testing.T, away bool) {
	t.Helper()
	evaluate[bool](t, b, map[bool]string{true: `(away = true)`, false: `(away = false, true)`}[away])
	evaluate[bool](t, b, `document.dispatchEvent(new Event("visibilitychange"))`)
}

func TestAHiddenTabFetchesNothing(t *testing.T) {
	f := newFleet()
	b := browse(t, f)
	b.before(t, watchedTab)
	b.open(t, "/incidents/inc-1", 1280)
	listens(t, b)
	b.turn(t, true)
	f.incidents[0].State, f.incidents[0].AckedBy = alerting.IncidentAcked, "grace"
	b.live.Publish(live.Incident, "inc-1")
	until(t, b, `heard.includes("incident")`)
	evaluate[int](t, b, `(skew += 3600000, window.looks = 0)`)
	until(t, b, `++looks > 75`) // three of the looks that a page takes in half a second each
	if got := evaluate[string](t, b, `fetched.join()`); got != "" {
		t.Errorf("nobody looks, and the page fetched %s", got)
	}
	b.turn(t, false)
	until(t, b, `document.querySelector("#live").textContent.includes("Acknowledged by grace")`)
}

func TestHiddenChartsFetchNothing(t *testing.T) {
	b := browse(t, newFleet())
	b.before(t, watchedTab)
	b.open(t, "/slos/checkout/charge-card/availability", 1280)
	until(t, b, `document.querySelector("#burndown canvas") !== null`)
	charts := func() int { return evaluate[int](t, b, `fetched.filter(u => u.includes("/charts")).length`) }
	first := charts()
	b.turn(t, true)
	evaluate[int](t, b, `(minutely.forEach(f => f()), 0)`)
	if got := charts(); first == 0 || got != first {
		t.Errorf("charts were fetched %d times, and %d times when nobody looked", first, got-first)
	}
	b.turn(t, false)
	until(t, b, `fetched.filter(u => u.includes("/charts")).length > 1`)
}

// TestAPageThatIsNotToldAsks has a server with no room for another reader.
func TestAPageThatIsNotToldAsks(t *testing.T) {
	f := newFleet()
	b := browse(t, f)
	f.live = live.New(live.Options{})
	b.handler.Store(f.server(t))
	b.before(t, watchedTab)
	b.open(t, "/incidents/inc-1", 390)
	until(t, b, `document.getElementById("age-text").textContent.endsWith(", refreshed every 30 s") && document.getElementById("age").title !== ""`)
	if over := evaluate[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("saying so makes the page %d pixels too wide", over)
	}
	f.incidents[0].State, f.incidents[0].AckedBy = alerting.IncidentAcked, "grace"
	evaluate[int](t, b, `(skew += 31000)`)
	until(t, b, `document.querySelector("#live").textContent.includes("Acknowledged by grace")`)
	if !evaluate[bool](t, b, `document.getElementById("outdated").hidden`) {
		t.Error("a page that asks and gets answers says that it is stale")
	}
}

// TestChartsFollowTheZone looks at one point of a chart in two zones, 5 h 45 m apart.
func TestChartsFollowTheZone(t *testing.T) {
	b := browse(t, newFleet())
	b.before(t, `localStorage.setItem("slofuse.zone", "UTC")`)
	b.open(t, "/slos/checkout/charge-card/availability", 1280)
	until(t, b, `document.querySelector("#burndown canvas") !== null`)
	evaluate[bool](t, b, `(document.querySelector("[data-choice=zone]").add(new Option("Asia/Kathmandu")), true)`)
	at := func() string {
		t.Helper()
		const point = `document.querySelector("#burndown .u-over")`
		evaluate[bool](t, b, `(r => `+point+`.dispatchEvent(new MouseEvent("mousemove", {clientX: r.left + r.width / 2, clientY: r.top + 20, bubbles: true})))(`+point+`.getBoundingClientRect())`)
		const said = `document.querySelector("#burndown .u-legend .u-value").textContent`
		until(t, b, `/\d\d:\d\d/.test(`+said+`)`)
		return evaluate[string](t, b, said)
	}
	utc := at()
	evaluate[bool](t, b, `(s => { s.value = "Asia/Kathmandu"; return s.dispatchEvent(new Event("change", {bubbles: true})); })(document.querySelector("[data-choice=zone]"))`)
	kathmandu := at()
	minutes := `(a => a.map(x => { const m = /(\d\d):(\d\d)/.exec(x); return m[1] * 60 + Number(m[2]); }))(` + "[`" + strings.Join([]string{utc, kathmandu}, "`, `") + "`])"
	if got := evaluate[int](t, b, `(m => (m[1] - m[0] + 1440) % 1440)(`+minutes+`)`); got != 5*60+45 {
		t.Errorf("the same point is at %q and %q, %d minutes apart", utc, kathmandu, got)
	}
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
}
