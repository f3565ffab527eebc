package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/internal/testbin"
	"github.com/slofuse/slofuse/web/api"
)

// phone is a browser with the window of a phone.
type phone struct{ context.Context }

func newPhone(t *testing.T) phone {
	t.Helper()
	allocator, stop := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(testbin.Chromium(t)), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(leave)
	return phone{ctx}
}

func (p phone) open(t *testing.T, url string) {
	t.Helper()
	if err := chromedp.Do(p, chromedp.EmulateViewport(390, 844), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

// until waits for a condition of the page, which may be another one in between.
func (p phone) until(t *testing.T, condition string) {
	t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	deadline := time.Now().Add(patience)
	for {
		if met, err := chromedp.Run(p, chromedp.Evaluate[bool](condition)); err == nil && met {
			return
		}
		if time.Now().After(deadline) {
			seen, _ := chromedp.Run(p, chromedp.Evaluate[string](`document.body.innerText`))
			t.Fatalf("the page never met %s:\n%s", condition, seen)
		}
		<-again.C
	}
}

// press does something on the page.
func (p phone) press(t *testing.T, script string) {
	t.Helper()
	if _, err := chromedp.Run(p, chromedp.Evaluate[bool](`(() => { `+script+`; return true; })()`)); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

// TestE2EPagedAtNight is the story of whoever is woken by the demo's page: a message
// says what burns, they open the start page on a phone, read what fails and why, take it
// with one press, see that it is theirs, and follow the runbook to what is to be done.
// The next time their name stands there already.
func TestE2EPagedAtNight(t *testing.T) {
	me := newPhone(t)
	demo := run(t, "slofuse", nil, "demo", "--web.listen-address", "127.0.0.1:0")
	demo.log.await(t, "press Ctrl-C to stop")
	base := demoPage(demo, pageDashboard)

	me.open(t, demoPage(demo, pageSink)+"/")
	for _, said := range []string{"PAGE · checkout/charge-card", base + "/incidents/"} {
		me.until(t, `document.body.innerHTML.includes(`+quoted(t, said)+`) || (location.reload(), false)`)
	}

	const card = `document.querySelector("article.page")`
	me.open(t, base+"/")
	me.until(t, card+` !== null && `+card+`.textContent.includes("Sent")`) // the page follows by itself
	me.until(t, `document.querySelector("h1").innerText.includes("charge-card needs somebody")`)
	for _, said := range []string{"charge-card", "team-checkout", "30d budget", "code=503", "acme-pay", "runbook"} {
		me.until(t, card+`.innerText.includes(`+quoted(t, said)+`)`)
	}
	me.until(t, `document.documentElement.scrollWidth <= innerWidth`)

	me.press(t, `const f = `+card+`.querySelector("form"); f.by.value = "ada"; f.querySelector("button").click()`)
	me.until(t, `location.pathname === "/" && `+card+` !== null && `+card+`.innerText.includes("by ada until")`)
	me.until(t, card+`.querySelector("form") === null && !document.querySelector("h1").innerText.includes("charge-card")`)
	taken := 0
	_, body := get(t, base+"/api/v1/incidents")
	var list api.IncidentList
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	for _, i := range list.Incidents {
		if i.Function == "charge-card" && i.AckedBy == "ada" && i.State == "acked" {
			taken++
		}
	}
	if taken != 1 {
		t.Errorf("ada has %d incidents: %s", taken, body)
	}
	me.until(t, `[...document.querySelectorAll("article form")].every(f => f.by.value === "ada")`)

	me.press(t, `[...`+card+`.querySelectorAll("a.button")].find(a => a.innerText.toLowerCase() === "runbook").click()`)
	me.followsTheRunbook(t)
}

// followsTheRunbook expects the runbook of charge-card to be the first thing on the
// screen: what the errors on the card say is a heading of it, and it says what to do.
func (p phone) followsTheRunbook(t *testing.T) {
	t.Helper()
	const runbook = `document.querySelector("#runbook")`
	p.until(t, `location.pathname.startsWith("/incidents/") && `+runbook+` !== null`)
	for _, said := range []string{"runbooks/charge-card.md", "One gateway answers 503", "globex-only"} {
		p.until(t, runbook+`.innerText.includes(`+quoted(t, said)+`)`)
	}
	p.until(t, `(at => at >= -1 && at < innerHeight / 4)(`+runbook+`.getBoundingClientRect().top)`)
	p.until(t, `document.documentElement.scrollWidth <= innerWidth`)
	p.until(t, `document.querySelector(".head").textContent.includes("Acknowledged by ada")`)
}

// demoPage is where a page of a demo is.
func demoPage(demo *process, page string) string {
	for line := range strings.Lines(demo.log.String()) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), page); ok && strings.Contains(rest, "http") {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func quoted(t *testing.T, text string) string {
	t.Helper()
	out, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
