package main

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser is one tab.
type browser struct{ context.Context }

// open starts a browser, which quit ends.
func open(ctx context.Context, chromium string) (b browser, quit func()) {
	allocator, stop := chromedp.NewExecAllocator(ctx, chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU)
	tab, leave := chromedp.NewContext(allocator)
	return browser{tab}, func() { leave(); stop() }
}

// settles is true of a page whose charts are drawn.
const settles = `document.querySelectorAll(".chart").length === document.querySelectorAll(".chart canvas, .chart svg").length`

// longest is how long a page may take to draw.
const longest = 10 * time.Second

func (b browser) take(url string, s shot) ([]byte, error) {
	if err := chromedp.Do(b, chromedp.EmulateViewport(s.width, max(s.height, 900)), scheme(s.dark), chromedp.Navigate(url+s.path)); err != nil {
		return nil, err
	}
	// A chart without data stays empty: it is taken as it is.
	_, _ = chromedp.Run(b, chromedp.Poll[bool](settles, chromedp.WithPollingTimeout(longest)))
	if s.height == 0 {
		return chromedp.Run(b, chromedp.FullScreenshot(100))
	}
	return chromedp.Run(b, chromedp.CaptureScreenshot())
}

// scheme asks pages for dark or light colours.
func scheme(dark bool) chromedp.Action[chromedp.Void] {
	value := "light"
	if dark {
		value = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
		})
		return err
	})
}
