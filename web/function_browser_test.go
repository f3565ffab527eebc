package web_test

import (
	"strings"
	"testing"
)

// TestTheChartsOfAFunctionSayWhatChanged: every chart has a line for the deploy and one
// for the objective, and a stretch that is dragged over keeps the SLO.
func TestTheChartsOfAFunctionSayWhatChanged(t *testing.T) {
	f := changing()
	f.signals = withSignals().signals[:1]
	f.signals[0].Function = "charge-card"
	b := browse(t, f)
	b.open(t, charging+"?from=now-2h&slo=availability", 1280)
	for _, chart := range []string{"[data-chart=calls]", "[data-chart=errors]", "[data-signal=retries]"} {
		until(t, b, `document.querySelectorAll("`+chart+` .mark").length === 2`)
		if got := evaluate[string](t, b, `[...document.querySelectorAll("`+chart+` .mark")].map(e => e.className + " " + e.title).join("; ")`); !strings.HasPrefix(got, "mark deployed deploy run-1") || !strings.Contains(got, "mark seam objective changed") {
			t.Errorf("%s: %s", chart, got)
		}
	}
	// 503 stands on top of 500, so that the upper edge is both together, and each says its own.
	if got := evaluate[string](t, b, `JSON.stringify(plots.stacked({}, [1, 2], [[22, null], [8, null]]).data)`); got != "[[1,2],[30,null],[8,null]]" {
		t.Errorf("stacked they are %s", got)
	}
	hover := `(() => { const over = document.querySelector("[data-chart=errors] .u-over"), r = over.getBoundingClientRect();
		over.dispatchEvent(new MouseEvent("mousemove", {clientX: r.left + r.width / 2, clientY: r.top + 9, bubbles: true}));
		return new Promise(done => setTimeout(() => done([...document.querySelectorAll("[data-chart=errors] .u-value")].map(e => e.textContent).slice(1).join(" ")), 100)); })()`
	until(t, b, hover+` && true`)
	if got := evaluate[string](t, b, `[...document.querySelectorAll("[data-chart=errors] .u-value")].map(e => e.textContent).slice(1).join(" ")`); got != "22 8" {
		t.Errorf("the legend says %q, want 22 of 30 for 503 and 8 for 500", got)
	}
	evaluate[bool](t, b, `(() => { const over = document.querySelector("[data-chart=calls] .u-over"), r = over.getBoundingClientRect();
		const mouse = (kind, x) => over.dispatchEvent(new MouseEvent(kind, {clientX: r.left + x, clientY: r.top + 20, bubbles: true, movementX: 10}));
		mouse("mousemove", 100); mouse("mousedown", 100); mouse("mousemove", 200); mouse("mousemove", 300); mouse("mouseup", 300); return true; })()`)
	until(t, b, `location.search.includes("slo=availability") && location.search.includes("from=2026-03-01T1") && !location.search.includes("now-2h")`)
	if said := b.complaints(); len(said) > 0 {
		t.Error(said)
	}
}
