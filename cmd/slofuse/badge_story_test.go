package main

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/internal/testbin"
)

const (
	readerToken = "reader-0123456789abcdef01234567"
	anotherSite = "http://wiki.example.org"
)

// guardedBadges is a configuration in which reading takes a token, and badges none.
var guardedBadges = configuration{
	extra: "tokens: [{name: reader, role: viewer, token_file: secrets/reader}]\nweb: {require_token: true, public_badges: true}\n",

	secrets: map[string]string{"reader": readerToken},
}

// TestE2EAPipelineShowsItsBadge is the story of a badge: somebody signs in, copies its
// line from the page of an SLO into a page of another site, and a pipeline asks the gate
// and keeps the badge. Both follow the state, and who shows no token learns no more.
func TestE2EAPipelineShowsItsBadge(t *testing.T) {
	t.Parallel()
	s := newStory(t, guardedBadges)
	wiki := newWiki(t, s)
	wiki.text.Store(copiedBadge(t, wiki))
	pipeline := func() ran { return runBadgeScript(t, s.url) }

	wiki.shows("create-order availability", "ok", [3]int{0x16, 0x70, 0x3f})
	if got := pipeline(); got.code != exitPass || !strings.Contains(got.stdout, "create-order availability: ok") {
		t.Errorf("while all is well the pipeline ends with %d: %s%s", got.code, got.stdout, got.stderr)
	}
	s.breakIt()
	s.pass(10)
	wiki.shows("create-order availability", "paging", [3]int{0xb8, 0x0f, 0x1e})
	if got := pipeline(); got.code != exitFindings || !strings.Contains(got.stdout, "create-order availability: paging") {
		t.Errorf("while it burns the pipeline ends with %d: %s%s", got.code, got.stdout, got.stderr)
	}
	s.prom.shut(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	wiki.text.Store(strings.ReplaceAll(wiki.text.Load().(string), "/availability", "/nobody-has-this"))
	wiki.shows("create-order nobody-has-this", "unknown SLO", [3]int{0x5b, 0x64, 0x70})

	if status, body := s.get("/slos/checkout/create-order/availability"); status != http.StatusUnauthorized || strings.Contains(body, "team-checkout") {
		t.Errorf("the page behind the badge is shown to everybody: %d %s", status, body)
	}
}

// TestE2EABadgeOfWhatIsNotKnownIsGrey takes the backend away.
func TestE2EABadgeOfWhatIsNotKnownIsGrey(t *testing.T) {
	t.Parallel()
	s := newStory(t, guardedBadges)
	wiki := newWiki(t, s)
	wiki.text.Store("[![charge](http://slo.example.com/badge/checkout/create-order/availability.svg?show=budget)](http://slo.example.com/)")
	s.prom.shut(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	s.pass(4)
	wiki.shows("create-order availability", "unknown: source down", [3]int{0x5b, 0x64, 0x70})
}

// wiki is a page of another site that shows the Markdown it has.
type wiki struct {
	t    *testing.T
	text atomic.Value // string
	// resolves leads the names of both sites to their ports, as DNS would.
	resolves string
}

func newWiki(t *testing.T, s *story) *wiki {
	t.Helper()
	w := &wiki{t: t}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, "<!doctype html><title>wiki</title><body style='margin: 0'>"+rendered(w.text.Load().(string)))
	}))
	t.Cleanup(server.Close)
	w.resolves = fmt.Sprintf("MAP slo.example.com %s, MAP wiki.example.org %s", strings.TrimPrefix(s.url, "http://"), server.Listener.Addr())
	return w
}

var pictureInLink = regexp.MustCompile(`^\[!\[([^\]]*)\]\(([^)\s]+)\)\]\(([^)\s]+)\)$`)

// rendered is a picture that is a link, written in Markdown, as HTML.
func rendered(markdown string) string {
	m := pictureInLink.FindStringSubmatch(markdown)
	if m == nil {
		return "this is no badge: " + html.EscapeString(markdown)
	}
	return fmt.Sprintf(`<a href="%s"><img src="%s" alt="%s"></a>`, html.EscapeString(m[3]), html.EscapeString(m[2]), html.EscapeString(m[1]))
}

// visitor is a browser that has never been here.
func (w *wiki) visitor() *person {
	w.t.Helper()
	allocator, stop := chromedp.NewExecAllocator(w.t.Context(), chromedp.ExecPath(testbin.Chromium(w.t)), chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.Flag("host-resolver-rules", w.resolves))
	w.t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(allocator)
	w.t.Cleanup(leave)
	return &person{Context: ctx, t: w.t}
}

// shows looks at the page as somebody who was never here, and wants a badge that is
// drawn as wide as its words and in a colour at its right end.
func (w *wiki) shows(label, word string, want [3]int) {
	w.t.Helper()
	p := w.visitor()
	p.goTo(anotherSite + "/")
	const letter, pad = 7, 10
	width := letter*(len(label)+len(word)) + 2*pad
	state, err := chromedp.Run(p, chromedp.Evaluate[string](`(() => { const i = document.images[0]; return i ? i.complete + " " + i.naturalWidth : document.body.innerText })()`))
	if err != nil || state != fmt.Sprintf("true %d", width) {
		w.t.Fatalf("the picture is %q, want one of %d pixels for %q: %v", state, width, word, err)
	}
	shot, err := chromedp.Run(p, chromedp.CaptureScreenshot())
	if err != nil {
		w.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		w.t.Fatal(err)
	}
	got := color.NRGBAModel.Convert(picture.At(width-4, 10)).(color.NRGBA)
	if [3]int{int(got.R), int(got.G), int(got.B)} != want {
		w.t.Errorf("%q is drawn in %v, want %v", word, got, want)
	}
}

// copiedBadge signs in and copies the line of the badge from the page of the SLO.
func copiedBadge(t *testing.T, w *wiki) string {
	t.Helper()
	p := w.visitor()
	p.goTo("http://slo.example.com/slos/checkout/create-order/availability")
	p.reads("Sign in")
	p.fill("main form", "token", readerToken)
	p.press("Sign in")
	p.reads("Badge, in Markdown")
	line, err := chromedp.Run(p, chromedp.Evaluate[string](`[...document.querySelectorAll("dt")].find(e => e.textContent === "Badge, in Markdown").nextElementSibling.textContent.trim()`))
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// runBadgeScript runs the script of the guide in a pipeline, which shows its badge at
// the end.
func runBadgeScript(t *testing.T, server string) ran {
	t.Helper()
	_, rest, _ := strings.Cut(readFile(t, filepath.Join("..", "..", "docs", "ci.md")), "## A badge beside the verdict")
	_, rest, _ = strings.Cut(rest, "```sh\n")
	script, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the guide has no script")
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "token"), readerToken)
	writeFile(t, filepath.Join(dir, "header"), "Authorization: Bearer "+readerToken)
	return step{shell: []string{"sh"}, script: "trap 'cat badge.svg' EXIT\n" + script, dir: dir, env: map[string]string{
		"SLOFUSE_SERVER": server, "SLOFUSE_TOKEN_FILE": filepath.Join(dir, "token"), "HEADER_FILE": filepath.Join(dir, "header"),
	}}.run(t)
}
