package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// split adds parts by gateway to charge-card/availability.
func (f *fleet) split(values ...string) {
	for _, value := range values {
		f.add(member{service: "checkout", function: "charge-card", name: slo.PartName("availability", "gateway", value), owner: "team-checkout", objective: "99.9%", total: 1000, bad: 1, burn: 1, state: slo.StateOK})
		i := slices.IndexFunc(f.slos, func(s slo.SLO) bool { return strings.HasSuffix(s.ID.Name, "="+value) })
		f.slos[i].Split = map[string]string{"gateway": value}
		f.slos[i].Labels = map[string]string{"tier": "critical", "gateway": value}
	}
}

func TestPartsAreShownByTheirValueAndFoundByIt(t *testing.T) {
	f := newFleet()
	f.split("stripe", `a"b & c`)
	server := f.server(t)
	body := get(t, server, "/slos?function=charge-card").Body.String()
	if n := strings.Count(body, `href="/slos?label=gateway%3Dstripe">gateway=stripe</a>`); n != 1 {
		t.Errorf("%d chips of the part, want 1", n)
	}
	rows := strings.Count(get(t, server, "/slos?label=gateway%3Dstripe").Body.String(), `<td class="status">`)
	if rows != 1 {
		t.Errorf("%d rows behind the chip, want the part alone", rows)
	}
	if body := get(t, server, "/api/v1/slos?label=gateway=stripe").Body.String(); !strings.Contains(body, `"split":{"gateway":"stripe"}`) {
		t.Errorf("the API does not say what it is a part by: %s", body)
	}
}

func TestAnSLOAndItsPartsLeadToEachOther(t *testing.T) {
	f := newFleet()
	f.split("stripe", "adyen")
	server := f.server(t)
	const whole, part = "/slos/checkout/charge-card/availability", "/slos/checkout/charge-card/availability:gateway=stripe"
	top := get(t, server, whole).Body.String()
	parts := text(element(t, top, "<h2>Parts</h2>", "</section>"))
	if !strings.Contains(top, `href="`+part+`"`) || !strings.Contains(parts, "gateway=stripe") || !strings.Contains(parts, "gateway=adyen") {
		t.Errorf("the SLO does not lead to its parts: %s", parts)
	}
	if others := text(element(t, top, "Other SLOs of the function", "</section>")); strings.Contains(others, "gateway") || !strings.Contains(others, "latency") {
		t.Errorf("other SLOs: %s", others)
	}
	below := get(t, server, part).Body.String()
	if !strings.Contains(below, `A part of <a href="`+whole+`">availability</a>`) {
		t.Error("the part does not lead to the whole")
	}
	if beside := text(element(t, below, "<h2>Other parts</h2>", "</section>")); strings.Contains(beside, "stripe") || !strings.Contains(beside, "adyen") {
		t.Errorf("other parts: %s", beside)
	}
}

func TestManyPartsAreAListOfTheirOwn(t *testing.T) {
	f := newFleet()
	for i := range 40 {
		f.split(fmt.Sprintf("g%02d", i))
	}
	body := element(t, get(t, f.server(t), "/slos/checkout/charge-card/availability").Body.String(), "<h2>Parts</h2>", "</section>")
	if n := strings.Count(body, "<li>"); n != 25 || !strings.Contains(text(body), "All parts, 15 more") {
		t.Errorf("%d parts: %s", n, text(body))
	}
}

func TestAFullFamilyIsSaidOnEveryPage(t *testing.T) {
	f := newFleet()
	f.status = site.Status{Families: []string{`match "batch-.*" of batch: 3 values such as "batch-x" are left out: one family may have 1,000 members`}}
	body := text(get(t, f.server(t), "/slos").Body.String())
	if !strings.Contains(body, `3 values such as "batch-x" are left out`) {
		t.Error("nobody is told that functions are left out")
	}
}
