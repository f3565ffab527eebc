package web_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// cut names what does not fit where it is: text that a box hides a part of, and text
// that sticks out of its box.
const cut = `[...document.querySelectorAll("body *")].filter(e => {
	if (!e.checkVisibility() || e.closest("svg, .hidden, .skip, .sprite, .uplot, select, dialog") || e.matches("input, details")) return false;
	const s = getComputedStyle(e), hides = v => v === "hidden" || v === "clip";
	if (hides(s.overflowX) && e.scrollWidth > e.clientWidth + 1 || hides(s.overflowY) && e.scrollHeight > e.clientHeight + 1) return true;
	const box = e.parentElement.closest("td, th, li, dd, section, article, button, .button, .badge, .chip, .tile");
	return !e.firstElementChild && e.textContent.trim() && box && e.getBoundingClientRect().right > box.getBoundingClientRect().right + 1;
	}).slice(0, 5).map(e => e.tagName + "." + e.getAttribute("class") + " " + e.textContent.trim().slice(0, 40)).join("; ")`

// TestEveryPageCanBeMadeLarger looks at each page at 200 %, by the zoom of the browser
// and by its size of text.
func TestEveryPageCanBeMadeLarger(t *testing.T) {
	b := browse(t, newFleet())
	for what, see := range map[string][]chromedp.Action[chromedp.Void]{
		"zoomed":     {chromedp.EmulateViewport(640, 450, chromedp.EmulateScale(2)), textSize(16)},
		"large text": {chromedp.EmulateViewport(1280, 900), textSize(32)},
	} {
		if err := chromedp.Do(b, see...); err != nil {
			t.Fatal(err)
		}
		for _, path := range everyPage {
			if err := chromedp.Do(b, chromedp.Navigate(b.base+path)); err != nil {
				t.Fatal(err)
			}
			if over := evaluate[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s, %s: %d pixels too wide, by %s", path, what, over, evaluate[string](t, b, widest))
			}
			if names := evaluate[string](t, b, cut); names != "" {
				t.Errorf("%s, %s: cut: %s", path, what, names)
			}
		}
		if size := evaluate[string](t, b, `getComputedStyle(document.body).fontSize`); what == "large text" && size != "30px" {
			t.Errorf("text of twice the size has %s", size)
		}
	}
}

// textSize is that of the browser's settings, in pixels; 16 unless chosen.
func textSize(pixels int64) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: pixels, Fixed: pixels}})
		return err
	})
}
