package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/slofuse/slofuse/alerting/suppress"
)

// keyboard presses keys of a real keyboard.
func (b *tab) keyboard(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if err := chromedp.Do(b, chromedp.KeyEvent(key)); err != nil {
			t.Fatal(err)
		}
	}
}

// focusable lets a page believe that it has the focus of the machine.
func (b *tab) focusable(t *testing.T) {
	t.Helper()
	err := chromedp.Do(b, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// walked says what is wrong with where the focus is: it has to be seen, in sight, and
// somewhere else than before. At the end it says "end".
const walked = `(() => { const e = document.activeElement; window.seen ??= new Set();
	if (e === document.body || e === [...seen][0]) return "end";
	if (seen.has(e)) return "a trap";
	seen.add(e);
	const s = getComputedStyle(e), r = e.getClientRects()[0], wrong = [];
	if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) wrong.push("no outline");
	if (!r || r.width < 2 || r.height < 2 || r.top < 0 || r.bottom > innerHeight + 1) return "out of sight";
	const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
	if (top && !e.contains(top) && !top.contains(e)) wrong.push("behind " + top.tagName + "." + top.className);
	return wrong.join(", "); })()`

// unreached are what could be used and was never come to.
const unreached = `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, textarea, [tabindex='0']")]
	.filter(e => e.checkVisibility() && !e.disabled && !seen.has(e)).map(e => e.outerHTML.slice(0, 90)).join("\n")`

// TestTabAloneReachesEverything walks through pages with nothing but the Tab key.
func TestTabAloneReachesEverything(t *testing.T) {
	b := browse(t, newFleet())
	b.focusable(t)
	for _, width := range []int64{390, 1280} {
		for _, path := range []string{"/", "/slos"} {
			b.open(t, path, width)
			until(t, b, `document.getElementById("show-keys").hidden === false`)
			for steps := 0; ; steps++ {
				b.keyboard(t, kb.Tab)
				wrong := evaluate[string](t, b, walked)
				if wrong == "end" || wrong == "a trap" || steps > 300 {
					if wrong != "end" || steps < 20 {
						t.Errorf("%s at %d: after %d steps %q", path, width, steps, wrong)
					}
					break
				}
				if wrong != "" {
					t.Errorf("%s at %d: %s: %s", path, width, evaluate[string](t, b, `document.activeElement.outerHTML.slice(0, 90)`), wrong)
				}
			}
			if left := evaluate[string](t, b, unreached); left != "" {
				t.Errorf("%s at %d: never reached:\n%s", path, width, left)
			}
		}
	}
}

func TestTheMenuIsUsedByKeyboard(t *testing.T) {
	b := browse(t, newFleet())
	b.focusable(t)
	b.open(t, "/slos", 1280)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	const menu = `document.querySelector("details.menu")`
	const at = `document.activeElement.textContent.trim()`
	evaluate[bool](t, b, `(document.querySelector(".menu summary").focus(), true)`)
	b.keyboard(t, kb.Enter, kb.Tab)
	if got := evaluate[string](t, b, at); got != "Silences" || !evaluate[bool](t, b, menu+`.open`) {
		t.Errorf("the menu is opened, and then the focus is on %q", got)
	}
	b.keyboard(t, kb.Escape)
	if got := evaluate[string](t, b, at); !strings.HasPrefix(got, "More") || evaluate[bool](t, b, menu+`.open`) {
		t.Errorf("after Escape the focus is on %q", got)
	}
	b.keyboard(t, kb.Enter)
	for range 20 {
		b.keyboard(t, kb.Tab)
		if !evaluate[bool](t, b, menu+`.contains(document.activeElement)`) {
			break
		}
	}
	if evaluate[bool](t, b, menu+`.open`) {
		t.Error("the menu stays open when the focus has left it")
	}
}

// TestKeysMoveThroughEveryList wants the same keys on every page of rows.
func TestKeysMoveThroughEveryList(t *testing.T) {
	f := newFleet()
	f.deploys = []suppress.Deploy{deployedBefore("1", time.Hour)}
	f.silences = []suppress.Silence{{ID: "s-1", Reason: "known", Author: "ada", StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour)}}
	f.planned = []suppress.Maintenance{{ID: "m-1", Reason: "a move", Author: "ada", StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour)}}
	b := browse(t, f)
	const at = `[...document.querySelectorAll("main [data-row]")].filter(r => r.offsetParent).findIndex(r => r.hasAttribute("data-cursor"))`
	for path, opens := range map[string]string{"/": "", "/incidents": "", "/executive": "", "/reports?period=30d": "", "/deploys": "", "/silences": "details[open]", "/maintenance": "details[open]"} {
		b.open(t, path, 1280)
		until(t, b, `document.getElementById("show-keys").hidden === false`)
		press(t, b, "j", "k")
		if got := evaluate[int](t, b, at); got != 0 {
			t.Errorf("%s: the cursor is on row %d, want the first", path, got)
			continue
		}
		row := evaluate[string](t, b, `document.querySelector("[data-cursor]").dataset.row`)
		press(t, b, "Enter")
		if opens != "" {
			until(t, b, `document.querySelector("[data-cursor] `+opens+`").contains(document.activeElement)`)
			continue
		}
		until(t, b, `location.pathname + location.search === `+"`"+row+"`")
	}
	b.open(t, "/", 1280)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	press(t, b, "j", "a")
	until(t, b, `document.activeElement.closest("[data-cursor] form[data-ack]") !== null`)
}
