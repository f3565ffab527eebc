package web_test

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe finds what keeps people from using a page: it is run inside each one.
//
//go:embed testdata/axe/axe.min.js
var axe string

// findings are the violations of the guidelines that would stop somebody, each with
// the elements it is about.
const findings = `axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.map(v => v.id + " (" + v.help + "): " + v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + (n.any[0] ? n.any[0].message : "")).join("; ")))`

// TestNoPageKeepsAnybodyOut has no serious violation on any page, light and dark,
// on a desk and on a phone.
func TestNoPageKeepsAnybodyOut(t *testing.T) {
	b := browse(t, newFleet())
	where := make(map[string][]string) // by violation
	for _, scheme := range []string{"light", "dark"} {
		b.prefer(t, scheme)
		for _, width := range []int64{390, 1280} {
			for _, path := range everyPage {
				b.open(t, path, width)
				for _, violation := range b.violations(t) {
					where[violation] = append(where[violation], fmt.Sprintf("%s at %d, %s", path, width, scheme))
				}
			}
		}
	}
	for violation, places := range where {
		t.Errorf("%s\n\ton %s", violation, strings.Join(places, "; "))
	}
}

func (b *tab) violations(t *testing.T) []string {
	t.Helper()
	evaluate[bool](t, b, axe+"; true")
	found, err := chromedp.Run(b, chromedp.Evaluate[[]string](findings, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestAxeFindsWhatIsWrong holds the check itself to a page that nobody could read.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos", 1280)
	evaluate[bool](t, b, `(document.querySelector("h1").style.cssText = "color:#999;background:#aaa", document.querySelector("input[type=search]").closest("label").outerHTML = "<input>", true)`)
	if got := strings.Join(b.violations(t), "\n"); !strings.Contains(got, "color-contrast") || !strings.Contains(got, "label") {
		t.Errorf("found %s", got)
	}
}

// prefer sets the scheme that the reader's system asks for.
func (b *tab) prefer(t *testing.T, scheme string) {
	t.Helper()
	err := chromedp.Do(b, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
}
