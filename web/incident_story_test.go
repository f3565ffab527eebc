package web_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web"
)

// browse is a browser that looks at an outage.
func (o *outage) browse(t *testing.T) *tab {
	t.Helper()
	b := browse(t, o.fleet)
	server, err := web.New(o.config())
	if err != nil {
		t.Fatal(err)
	}
	b.handler.Store(server)
	return b
}

func clickOn(t *testing.T, b *tab, selector string) {
	t.Helper()
	evaluate[bool](t, b, `(document.querySelector(`+"`"+selector+"`"+`).click(), true)`)
}

// TestAnIncidentAtNightOnAPhone walks what somebody does who is woken: from the list to the
// incident, to the cause, who has it, and what the runbook says, with one hand.
func TestAnIncidentAtNightOnAPhone(t *testing.T) {
	o := newOutage()
	b := o.browse(t)
	b.open(t, "/incidents", 390)
	until(t, b, `document.querySelector(".incidents li").textContent.includes("nobody has it")`)
	clickOn(t, b, `.incidents li a`)
	until(t, b, `location.pathname === "/incidents/inc-1" && document.querySelector(".checklist") !== null`)
	until(t, b, `document.querySelector(".checklist").textContent.includes("3,120 of 15,600 calls failed (20%) since the first error")`)
	clickOn(t, b, `.checklist .changes a[href="/deploys/d2"]`)
	until(t, b, `location.pathname === "/deploys/d2" && document.querySelector("h1") !== null`)
	b.open(t, "/incidents/inc-1", 390)
	evaluate[bool](t, b, `document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true, cancelable: true}))`)
	until(t, b, `document.activeElement.name === "by" && document.activeElement.form.id === "ack"`)
	evaluate[bool](t, b, `(() => { const f = document.activeElement.form; f.by.value = "ada"; f.comment.value = "rolling back v42"; f.requestSubmit(); return true; })()`)
	until(t, b, `document.querySelector(".checklist") !== null && document.querySelector(".checklist").textContent.includes("ada acknowledged it.")`)
	if o.incidents[0].AckedBy != "ada" || o.incidents[0].AckComment != "rolling back v42" {
		t.Errorf("taken by %q: %q", o.incidents[0].AckedBy, o.incidents[0].AckComment)
	}
	clickOn(t, b, `a[href="#runbook"]`)
	until(t, b, `location.hash === "#runbook" && Math.abs(document.querySelector("#runbook").getBoundingClientRect().top) < innerHeight / 2`)
	if got := evaluate[string](t, b, `document.querySelector("#runbook-one-gateway-answers-503").textContent + document.querySelector("#runbook").textContent`); !strings.Contains(got, "☐ Look at the gateway") {
		t.Errorf("the runbook says %q", got)
	}
	if over := evaluate[int](t, b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("%d pixels too wide, by %s", over, evaluate[string](t, b, widest))
	}
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// On a desk the forms and the runbook stand beside the checklist and stay there.
func TestTheRunbookStaysBesideTheChecklist(t *testing.T) {
	b := newOutage().browse(t)
	b.open(t, "/incidents/inc-1", 1280)
	const beside = `document.querySelector("#runbook").getBoundingClientRect().left >= document.querySelector(".checklist").getBoundingClientRect().right`
	until(t, b, beside)
	evaluate[bool](t, b, `(scrollTo(0, 900), true)`)
	until(t, b, `document.querySelector("#respond").getBoundingClientRect().top >= 0`)
}
