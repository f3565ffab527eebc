package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// press sends keys to what has the focus.
func press(t *testing.T, b *tab, keys ...string) {
	t.Helper()
	for _, key := range keys {
		evaluate[bool](t, b, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", bubbles: true, cancelable: true})), true`)
	}
}

func TestKeysMoveThroughTheList(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos", 1280)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	const at = `[...document.querySelectorAll("tr[data-row]")].findIndex(r => r.hasAttribute("data-cursor"))`
	for _, step := range []struct {
		key  string
		want int
	}{{"k", 0}, {"j", 1}, {"j", 2}, {"k", 1}, {"k", 0}, {"k", 0}} {
		press(t, b, step.key)
		if got := evaluate[int](t, b, at); got != step.want {
			t.Errorf("after %s the cursor is on row %d, want %d", step.key, got, step.want)
		}
	}
	if style := evaluate[string](t, b, `getComputedStyle(document.querySelector("[data-cursor]")).outlineStyle`); style == "none" {
		t.Error("the cursor cannot be seen")
	}
	want := evaluate[string](t, b, `document.querySelector("[data-cursor]").dataset.row`)
	press(t, b, "Enter")
	until(t, b, `location.pathname === "`+want+`"`)
}

func TestKeysLeadToPages(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/incidents/inc-1", 1280)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	press(t, b, "g", "i")
	until(t, b, `location.pathname === "/incidents" && document.getElementById("show-keys").hidden === false`)
	press(t, b, "j", "a")
	until(t, b, `location.pathname === "/incidents/inc-1" && document.activeElement.closest("form[action$='/ack']") !== null`)
	b.open(t, "/glossary", 1280)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	press(t, b, "/")
	until(t, b, `location.pathname === "/slos" && document.activeElement.name === "q"`)
}

// TestKeysAreLeftToWhoeverTypes presses keys where they mean something else.
func TestKeysAreLeftToWhoeverTypes(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos", 1280)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	press(t, b, "/", "j", "g", "i", "?")
	if !evaluate[bool](t, b, `location.pathname === "/slos" && document.activeElement.name === "q" && !document.querySelector("[data-cursor], dialog[open]")`) {
		t.Error("a key did something while somebody was typing")
	}
	evaluate[bool](t, b, `(document.activeElement.blur(), true)`)
	for _, held := range []string{"ctrlKey", "metaKey", "altKey"} {
		evaluate[bool](t, b, `document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "j", bubbles: true, `+held+`: true})), true`)
	}
	if evaluate[bool](t, b, `document.querySelector("[data-cursor]") !== null`) {
		t.Error("a key with another one held moved the cursor")
	}
}

func TestTheListOfKeys(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos", 390)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	press(t, b, "?")
	if got := evaluate[string](t, b, `document.querySelector("dialog[open]").innerText.replace(/\s+/g, " ")`); !strings.Contains(got, "j k next and previous row") || !strings.Contains(got, "g i Incidents") {
		t.Errorf("it says %q", got)
	}
	evaluate[bool](t, b, `(document.querySelector("dialog button").click(), true)`)
	until(t, b, `!document.querySelector("dialog").open`)
}

// TestTheReaderChoosesAScheme keeps the choice over pages, and paints no other first.
func TestTheReaderChoosesAScheme(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos", 1280)
	until(t, b, `document.querySelector("[data-choice=theme]").offsetParent !== null`)
	const paper, choose = `getComputedStyle(document.body).backgroundColor`, `(s => { s.value = "dark"; s.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.querySelector("[data-choice=theme]"))`
	light := evaluate[string](t, b, paper)
	evaluate[bool](t, b, choose)
	dark := evaluate[string](t, b, paper)
	b.open(t, "/incidents", 1280)
	if got := evaluate[string](t, b, paper); light == dark || got != dark {
		t.Errorf("light is %s, dark %s, and the next page %s", light, dark, got)
	}
	if got := evaluate[string](t, b, `document.querySelector("head script:not([defer])").src`); !strings.Contains(got, "/static/theme.") {
		t.Errorf("what runs before the page is painted is %q", got)
	}
}

func TestTheReaderChoosesAZone(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/incidents/inc-1", 1280)
	evaluate[bool](t, b, `(localStorage.setItem("slofuse.zone", "Asia/Kathmandu"), true)`) // 5 h 45 m ahead
	b.open(t, "/incidents/inc-1", 1280)
	until(t, b, `document.querySelector("#live .head time").textContent.endsWith("17:33")`)
	choose := `(s => { s.value = "UTC"; s.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.querySelector("[data-choice=zone]"))`
	evaluate[bool](t, b, choose)
	until(t, b, `document.querySelector("#live .head time").textContent.endsWith("11:48")`)
	if got := evaluate[string](t, b, `[...document.querySelectorAll("[data-choice=zone] option")].map(o => o.textContent).join()`); !strings.Contains(got, "UTC") || !strings.HasSuffix(got, "Asia/Kathmandu") {
		t.Errorf("the zones to choose from are %s", got)
	}
	evaluate[bool](t, b, `(localStorage.setItem("slofuse.zone", "Nowhere/Land"), true)`)
	b.open(t, "/incidents/inc-1", 1280)
	until(t, b, `document.querySelector("#live .head time[title]") !== null`)
	if said := b.complaints(); len(said) > 0 {
		t.Errorf("a zone that is none: %q", said)
	}
}

func TestTheMenuClosesWhenTheReaderTurnsAway(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/slos", 390)
	until(t, b, `document.getElementById("show-keys").hidden === false`)
	const menu = `document.querySelector("details.menu")`
	for _, away := range []string{`document.querySelector("h1").click()`, `document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}))`} {
		evaluate[bool](t, b, `(`+menu+`.open = true)`)
		evaluate[bool](t, b, `(`+away+`, true)`)
		until(t, b, `!`+menu+`.open`)
	}
}

func TestATermIsExplainedOnFocus(t *testing.T) {
	b := browse(t, newFleet())
	err := chromedp.Do(b, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{390, 1280} {
		b.open(t, "/slos/checkout/charge-card/availability", width)
		until(t, b, `document.querySelector("dfn.term") !== null`)
		const shown = `getComputedStyle(document.querySelector("dfn.term"), "::after").content`
		if got := evaluate[string](t, b, shown); got != "none" {
			t.Errorf("at %d it is shown from the start: %s", width, got)
		}
		evaluate[bool](t, b, `(document.querySelector("dfn.term").focus(), true)`)
		if got := evaluate[string](t, b, shown); !strings.Contains(got, "Service level indicator") {
			t.Errorf("at %d the focus shows %s", width, got)
		}
	}
}
