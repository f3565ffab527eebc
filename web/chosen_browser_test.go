package web_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestABrowserKeepsHowTheListIsLookedAt chooses columns, an order and groups, goes away and
// comes back, with scripts and without.
func TestABrowserKeepsHowTheListIsLookedAt(t *testing.T) {
	b := browse(t, newFleet())
	for _, scripts := range []bool{true, false} {
		b.scripting(t, scripts)
		b.open(t, "/slos", 1280)
		b.press(t, `[...document.querySelectorAll("[name=columns]")].forEach(c => c.checked = c.value === "budget"), document.querySelector(".view button")`, threeColumns)
		b.press(t, `document.querySelectorAll("thead th a")[2]`, `thead th[aria-sort=ascending]:nth-child(3)`)
		b.away(t, threeColumns, "?columns=budget&sort=budget")
		b.press(t, `document.querySelector("[name=group]").value = "owner", document.querySelector(".view button")`, `.groups li:nth-child(2)`)
		b.press(t, `document.querySelector(".groups a")`, threeColumns)
		b.away(t, `.groups li:nth-child(2)`, "?columns=budget&group=owner&sort=budget")
		b.press(t, `[...document.querySelectorAll(".list-tools a")].find(a => a.textContent === "Default view")`, allColumns)
		b.away(t, allColumns, "")
		if said := b.complaints(); len(said) > 0 {
			t.Errorf("scripts %v: %q", scripts, said)
		}
	}
}

const (
	threeColumns = `thead th:nth-child(3):last-child`
	allColumns   = `thead th:nth-child(9)`
)

// press clicks what an expression finds, and waits for what is there then. It needs no
// script of the page.
func (b *tab) press(t *testing.T, what, then string) {
	t.Helper()
	evaluate[bool](t, b, "("+what+").click(), true")
	if err := chromedp.Do(b, chromedp.WaitReady(chromedp.CSS(then))); err != nil {
		t.Fatalf("%s: no %s: %v", what, then, err)
	}
}

// away goes to another page and from there to the list, which is then at an address.
func (b *tab) away(t *testing.T, then, address string) {
	t.Helper()
	b.open(t, "/incidents", 1280)
	b.press(t, `document.querySelector("nav a[href='/slos']")`, then)
	if at := evaluate[string](t, b, `location.search`); at != address {
		t.Errorf("the list is at %q, want %q", at, address)
	}
}

// scripting lets the scripts of pages run, or not.
func (b *tab) scripting(t *testing.T, on bool) {
	t.Helper()
	err := chromedp.Do(b, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
}
