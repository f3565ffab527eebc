package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/internal/testbin"
	"github.com/slofuse/slofuse/web/api"
)

// person is somebody at a browser.
type person struct {
	context.Context
	t   *testing.T
	url string
}

func newPerson(t *testing.T, url string) *person {
	t.Helper()
	allocator, stop := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(testbin.Chromium(t)), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(leave)
	return &person{Context: ctx, t: t, url: url}
}

func (p *person) goTo(path string) {
	p.t.Helper()
	if err := chromedp.Do(p, chromedp.EmulateViewport(390, 900), chromedp.Navigate(p.url+path)); err != nil {
		p.t.Fatalf("%s: %v", path, err)
	}
}

// do runs a script in the page.
func (p *person) do(script string) {
	p.t.Helper()
	if _, err := chromedp.Run(p, chromedp.Evaluate[bool]("("+script+", true)")); err != nil {
		p.t.Fatalf("%s: %v", script, err)
	}
}

// press presses the first thing in sight that says a text.
func (p *person) press(text string) {
	p.t.Helper()
	p.do(`[...document.querySelectorAll("main a, main button, main summary")].find(e => e.textContent.includes(` + "`" + text + "`" + `)).click()`)
}

// fill writes into a field of the form that is open.
func (p *person) fill(form, name, value string) {
	p.t.Helper()
	p.do(`document.querySelector("` + form + ` [name=` + name + `]").value = "` + value + `"`)
}

// reads waits until the page says something.
func (p *person) reads(text string) {
	p.t.Helper()
	script := `new Promise(done => { const look = n => document.body && document.body.innerText.includes(` + "`" + text + "`" + `) ? done("") : n ? setTimeout(look, 20, n - 1) : done(document.body.innerText); look(100); })`
	said := ""
	for range 10 {
		var err error
		if said, err = chromedp.Run(p, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise)); err == nil && said == "" {
			return
		}
	}
	p.t.Fatalf("the page never says %q: %s", text, said)
}

// TestE2ESomebodySilencesWhatBurns goes on a phone from the incident of a function to
// a silence of it: it shows first what it would hide, holds back then, is extended,
// and is ended.
func TestE2ESomebodySilencesWhatBurns(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	p := newPerson(t, s.url)
	s.fires()
	s.pass(1)
	id := *s.alert().Incident

	p.goTo("/incidents/" + id)
	p.do(`document.querySelector("a[href^='/silences?']").click()`)
	p.reads("What it would do now")
	p.reads("it would hold back 1 page")
	p.reads("It hides a page that nobody has acknowledged")
	p.fill("#add", "matchers", "service='checkout',")
	p.press("Show what it matches")
	p.reads("Nothing was kept.")
	p.fill("#add", "matchers", "service=checkout")
	p.fill("#add", "reason", "the gateway is known to be down")
	p.press("Show what it matches") // nobody said who, and need not yet
	p.reads("it would hold back 1 page")
	p.fill("#add", "by", "Mia")
	p.press("Silence until")
	p.reads("the gateway is known to be down")
	p.reads("by Mia")

	s.pass(1)
	if muted := s.alert().Alert.MutedBy; len(muted) != 1 || muted[0].By != "Mia" || muted[0].Reason != "the gateway is known to be down" {
		t.Fatalf("muted by %+v", muted)
	}
	p.goTo("/incidents")
	p.reads("held back")

	before := s.onlySilence(t)
	p.goTo("/silences")
	p.press("Extend or end it")
	p.fill(".change", "by", "Noa")
	p.press("+ 1 h")
	p.reads("2 h left")
	if after := s.onlySilence(t); !after.EndsAt.Equal(before.EndsAt.Add(time.Hour)) {
		t.Errorf("it ends at %s after %s", after.EndsAt, before.EndsAt)
	}
	p.press("Extend or end it")
	p.fill(".change", "by", "Noa")
	p.press("End it now")
	p.reads("Nothing is silenced")
	if after := s.onlySilence(t); after.State != "withdrawn" || after.WithdrawnBy != "Noa" {
		t.Errorf("ended: %+v", after)
	}
	s.pass(1)
	if muted := s.alert().Alert.MutedBy; len(muted) != 0 {
		t.Errorf("still muted by %+v", muted)
	}
}

// onlySilence is the silence there is.
func (s *story) onlySilence(t *testing.T) api.Silence {
	t.Helper()
	list := decoded[api.SilenceList](t, s.running, "/api/v1/silences")
	if len(list.Silences) != 1 {
		t.Fatalf("silences: %+v", list)
	}
	return list.Silences[0]
}

// TestTheServiceSaysHowItDoes asks a service that has told somebody of something.
func TestTheServiceSaysHowItDoes(t *testing.T) {
	t.Parallel()
	s := newStory(t, configuration{})
	s.fires()
	s.pager.next(t)
	st := decoded[api.Status](t, s.running, "/api/v1/status")
	if !st.Ready || len(st.Backends) != 1 || !st.Backends[0].Up || st.Backends[0].Queries == 0 || st.Backends[0].Seconds == nil || st.Backends[0].ReadTo == nil {
		t.Errorf("backends: %+v", st.Backends)
	}
	if st.Evaluation.SLOs == 0 || st.Evaluation.LastSlot == nil || *st.Evaluation.Behind != 0 || st.Evaluation.Step != 30 {
		t.Errorf("evaluation: %+v", st.Evaluation)
	}
	if st.Ledger.Accounts == nil || *st.Ledger.Accounts == 0 || st.Ledger.Bytes == nil || *st.Ledger.Bytes == 0 || st.Ledger.Oldest == nil || *st.Ledger.Coverage <= 0 {
		t.Errorf("ledger: %+v", st.Ledger)
	}
	if len(st.Destinations) != 1 || st.Destinations[0].Receiver != "pager" || st.Destinations[0].Kind != "webhook" {
		t.Errorf("destinations: %+v", st.Destinations)
	}
	if !strings.HasSuffix(st.Configuration.File, "slofuse.yaml") || len(st.Configuration.SLOFiles) == 0 || st.Configuration.LoadedAt == nil || st.Memory == nil || st.StartedAt == nil {
		t.Errorf("configuration: %+v, memory %v, started %v", st.Configuration, st.Memory, st.StartedAt)
	}
	tree := decoded[api.RouteTree](t, s.running, "/api/v1/routes")
	if tree.Route == nil || tree.Route.Receiver != "pager" || len(tree.Route.Destinations) != 1 {
		t.Errorf("routes: %+v", tree.Route)
	}
}

// decoded is what a service answers.
func decoded[T any](t *testing.T, r *running, path string) T {
	t.Helper()
	var out T
	status, body := r.get(path)
	if err := json.Unmarshal([]byte(body), &out); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %v: %s", path, status, err, body)
	}
	return out
}
