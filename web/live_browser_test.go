package web_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/live"
)

// listens waits until a page hears the server.
func listens(t *testing.T, b *tab) {
	t.Helper()
	until(t, b, `document.querySelector("#age.fresh") !== null`)
	for start := time.Now(); b.live.Readers() == 0; {
		if time.Since(start) > 10*time.Second {
			t.Fatal("no page listens")
		}
		until(t, b, `true`)
	}
}

// TestThePageFollowsTheServer changes what is known and says so.
func TestThePageFollowsTheServer(t *testing.T) {
	f := newFleet()
	b := browse(t, f)
	b.open(t, "/incidents/inc-1", 1280)
	listens(t, b)
	evaluate[string](t, b, `document.querySelector("input[name=comment]").value = "typing"`)
	f.incidents[0].State, f.incidents[0].AckedBy = alerting.IncidentAcked, "grace"
	f.incidents[0].Timeline = append(f.incidents[0].Timeline, alerting.Event{At: noon, Kind: "acked", By: "grace"})
	b.live.Publish(live.Incident, "inc-1")
	until(t, b, `document.querySelector("#live").textContent.includes("Acknowledged by grace")`)
	until(t, b, `document.querySelector("#more").textContent.includes("by grace")`)
	if got := evaluate[string](t, b, `document.querySelector("input[name=comment]").value`); got != "typing" {
		t.Errorf("what was typed is %q", got)
	}
	if got := evaluate[bool](t, b, `[...document.querySelectorAll("#live time")].every(e => e.title.endsWith("UTC") && !e.textContent.endsWith("UTC"))`); !got {
		t.Error("the times of the new part are not in the zone of the reader")
	}
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// TestAChangeTouchesNothingElse looks at the very elements of the page before and
// after a change: those that are the same stay, with the reader's eye on them.
func TestAChangeTouchesNothingElse(t *testing.T) {
	f := newFleet()
	b := browse(t, f)
	b.open(t, "/slos", 1280)
	listens(t, b)
	evaluate[bool](t, b, `(() => {
		window.rows = [...document.querySelectorAll("tr[data-row]")]; window.kept = rows.find(r => r.dataset.row.includes("login"));
		kept.querySelector("a").focus(); getSelection().selectAllChildren(kept.querySelector("b")); window.chosen = getSelection().toString();
		return true; })()`)
	f.status.Reload.Err = "a banner"
	f.slos = f.slos[:len(f.slos)-1] // the last row, and only it, goes away
	b.live.Publish(live.SLO, live.All)
	until(t, b, `document.querySelector("#live .banner") !== null`)
	for what, script := range map[string]string{
		"the focus":      `document.activeElement === kept.querySelector("a")`,
		"the selection":  `chosen !== "" && getSelection().toString() === chosen`,
		"the other rows": `[...document.querySelectorAll("tr[data-row]")].every(r => rows.includes(r))`,
	} {
		if !evaluate[bool](t, b, script) {
			t.Errorf("%s is not what it was", what)
		}
	}
	if evaluate[bool](t, b, `document.querySelectorAll("tr[data-row]").length === rows.length`) {
		t.Error("a row that is gone is still there")
	}
}

// TestMorphing makes one element like another, in ways a page changes.
func TestMorphing(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/incidents", 1280)
	listens(t, b)
	for what, c := range map[string]struct{ from, to string }{
		"a text":                {`<p>one</p>`, `<p>two</p>`},
		"an attribute":          {`<p class="a" title="x">one</p>`, `<p class="a b" lang="de">one</p>`},
		"something in front":    {`<p class="a">one</p> <p class="b">two</p>`, `<div>new</div><p class="a">one</p> <p class="b">two</p>`},
		"nothing in front":      {`<div>old</div> <p class="a">one</p>`, `<p class="a">one</p>`},
		"an order":              {`<p id="k1">1</p><p id="k2">2</p><p id="k3">3</p>`, `<p id="k3">3</p><p id="k1">1</p><p id="k4">4</p>`},
		"text between":          {`a<b>b</b>c`, `<b>b</b>c<i>d</i>e`},
		"all of it":             {`<ul><li>1</li><li>2</li></ul>`, `<table><tbody><tr><td>1</td></tr></tbody></table>`},
		"nothing left":          {`<p>one</p>two`, ``},
		"a comment, and an svg": {`<!-- a --><svg class="x"><rect width="1"></rect></svg>`, `<svg class="x"><rect width="2"></rect></svg><!-- b -->`},
	} {
		script := `(() => { const from = document.createElement("div"), to = document.createElement("div"); from.innerHTML = ` + "`" + c.from + "`" + `; to.innerHTML = ` + "`" + c.to + "`" + `;
			pages.morph(from, to); return from.innerHTML; })()`
		if got := evaluate[string](t, b, script); got != c.to {
			t.Errorf("%s: got %s, want %s", what, got, c.to)
		}
	}
	open := evaluate[bool](t, b, `(() => { const from = document.createElement("div"), to = document.createElement("div"); from.innerHTML = "<details open><p>1</p></details>"; to.innerHTML = "<details><p>2</p></details>";
		pages.morph(from, to); return from.firstChild.open && from.textContent === "2"; })()`)
	if !open {
		t.Error("what the reader opened was closed")
	}
}

// TestThePageSaysWhenItIsStale lets two beats pass without a word of the server.
func TestThePageSaysWhenItIsStale(t *testing.T) {
	b := browse(t, newFleet())
	b.open(t, "/incidents", 390)
	listens(t, b)
	if !evaluate[bool](t, b, `document.getElementById("outdated").hidden`) {
		t.Error("a fresh page says that it is stale")
	}
	evaluate[bool](t, b, `(() => { window.fetch = () => Promise.reject(new Error("down")); const now = Date.now; window.skew = 0; Date.now = () => now() + skew; return true; })()`)
	until(t, b, `(skew += 50000) && /^Not updated for \d+ (s|min): slofuse does not answer/.test(document.getElementById("outdated").textContent)`)
	until(t, b, `document.querySelector("#age.stale") !== null`)
	const minutes = `Number(/^Not updated for (\d+) min: .* This is how things were, as of ../.exec(document.getElementById("outdated").textContent)[1])`
	evaluate[bool](t, b, `(skew += 600000, true)`)
	until(t, b, `/for \d+ min/.test(document.getElementById("outdated").textContent)`)
	before := evaluate[int](t, b, minutes)
	evaluate[bool](t, b, `(skew += 600000, true)`) // ten minutes later
	until(t, b, minutes+` >= `+strconv.Itoa(before+10))
	b.live.Publish(live.Incident, "inc-1")
	evaluate[bool](t, b, `(() => { delete window.fetch; return true; })()`)
	b.open(t, "/incidents", 390)
	until(t, b, `document.querySelector("#age.fresh") !== null && document.getElementById("outdated").hidden`)
}

// TestOneTabListensForAll opens a second tab, which hears of a change by the first.
func TestOneTabListensForAll(t *testing.T) {
	f := newFleet()
	b := browse(t, f)
	b.open(t, "/incidents", 1280)
	listens(t, b)
	ctx, leave := chromedp.NewContext(b)
	t.Cleanup(leave)
	second := &tab{Context: ctx, base: b.base, live: b.live}
	second.open(t, "/incidents/inc-1", 1280)
	listens(t, second)
	f.incidents[0].State, f.incidents[0].AckedBy = alerting.IncidentAcked, "grace"
	b.live.Publish(live.Incident, "inc-1")
	until(t, second, `document.querySelector("#live").textContent.includes("Acknowledged by grace")`)
	if n := b.live.Readers(); n != 1 {
		t.Errorf("%d tabs listen", n)
	}
}
