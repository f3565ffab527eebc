package web_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// pointAt is the middle of the height of a chart, at a share of its width.
func (b *tab) pointAt(t *testing.T, chart string, share float64) (x, y float64) {
	t.Helper()
	at := evaluate[[]float64](t, b, fmt.Sprintf(`(() => { const over = document.querySelector(%q + " .u-over"); over.scrollIntoView({block: "center"});
		const r = over.getBoundingClientRect(); return [r.left + r.width * %v, r.top + r.height / 2]; })()`, chart, share))
	return at[0], at[1]
}

// mouse does one thing after another with the mouse, each at a share of the width of a
// chart.
func (b *tab) mouse(t *testing.T, chart string, share float64, does ...input.DispatchMouseEventType) {
	t.Helper()
	x, y := b.pointAt(t, chart, share)
	for _, event := range does {
		var button []chromedp.MouseOption
		if event != chromedp.MouseMoved {
			button = append(button, chromedp.ButtonLeft, chromedp.ClickCount(1))
		}
		if err := chromedp.Do(b, chromedp.MouseEvent(event, x, y, button...)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAStretchThatIsDraggedOverIsShown drags over the second quarter of a chart of 30
// days: the address then says from when to when, and so does the page.
func TestAStretchThatIsDraggedOverIsShown(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, availabilityPage, 1280)
	until(t, b, `document.querySelector("#sli canvas") !== null`)
	b.mouse(t, "#sli", 0.25, chromedp.MouseMoved, chromedp.MousePressed)
	b.mouse(t, "#sli", 0.4, chromedp.MouseMoved)
	b.mouse(t, "#sli", 0.5, chromedp.MouseMoved, chromedp.MouseReleased)
	until(t, b, `location.search.includes("from=") && document.querySelector("#sli canvas") !== null`)
	query, err := url.ParseQuery(evaluate[string](t, b, `location.search.slice(1)`))
	if err != nil {
		t.Fatal(err)
	}
	for name, share := range map[string]float64{"from": 0.25, "to": 0.5} {
		got, err := time.Parse(time.RFC3339, query.Get(name))
		want := noon.Add(-time.Duration((1 - share) * float64(30*24*time.Hour)))
		if off := got.Sub(want); err != nil || off.Abs() > 4*time.Hour { // two pixels
			t.Errorf("%s is %s, want %s or thereabouts", name, query.Get(name), want.Format(time.RFC3339))
		}
	}
	shown := evaluate[string](t, b, `[...document.querySelectorAll("main .heading ~ .muted time")].map(e => e.dateTime).join(" ")`)
	if want := query.Get("from") + " " + query.Get("to"); shown != want {
		t.Errorf("the page says %q, the address %q", shown, want)
	}
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// TestTheCursorIsInAllCharts points at one chart: all that have the same steps say the
// same time, in the zone of the reader, and the others what it was then.
func TestTheCursorIsInAllCharts(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, availabilityPage, 1280)
	until(t, b, `document.querySelectorAll(".chart canvas").length > 4`)
	const legend = `[...document.querySelectorAll("#burndown, #sli, #calls")].map(e => e.querySelector(".u-legend .u-series .u-value").textContent)`
	middle := evaluate[string](t, b, fmt.Sprintf(`pages.day(new Date(%d))`, noon.Add(-15*24*time.Hour).UnixMilli()))
	b.mouse(t, "#calls", 0.5, chromedp.MouseMoved)
	until(t, b, fmt.Sprintf(`%s.every(text => text.startsWith(%q))`, legend, middle))
	if at := evaluate[[]string](t, b, legend); at[0] != at[1] || at[1] != at[2] {
		t.Errorf("the charts say %q", at)
	}
	if rates := evaluate[int](t, b, `[...document.querySelectorAll(".chart.burn .u-legend .u-series:nth-child(2) .u-value")].filter(e => e.textContent.endsWith("×")).length`); rates == 0 {
		t.Error("the burn rates do not follow")
	}
}
